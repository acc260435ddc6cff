import type { Beginning, DayDone, DayOrder } from '../bench/children/endurance.js';
import { Forked } from './forked.js';

export type { DayDone, DayOrder } from '../bench/children/endurance.js';

/** A gateway's lasting parts in a process of their own, whose days go by at once. */
export class EnduringHome {
  readonly #process = new Forked('endurance', ['--expose-gc']);

  begin(beginning: Beginning): Promise<DayDone> {
    return this.#ask(beginning);
  }

  day(order: DayOrder): Promise<DayDone> {
    return this.#ask(order);
  }

  /** The network comes back; resolves when everything has its receipt. */
  flush(): Promise<DayDone> {
    return this.#ask('flush');
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** The answers of children/endurance.ts. */
  async #ask(order: Beginning | DayOrder | 'flush'): Promise<DayDone> {
    return (await this.#process.ask(order)) as DayDone;
  }
}
