import type { Command } from '@hemma/protocols/wire/command.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/schema.js';
import { faultOf } from '../fault.js';
import type { Prompts } from './wanted.js';

export interface CommandSenderParts {
  readonly prompts: Prompts;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Publishes a retained message; rejects when the broker cannot take it now. */
  readonly send: (topic: string, payload: string) => Promise<void>;
}

/** A loan, or a gateway that came back, is noticed within this time; a prompt of ours is sent at once. */
const lookEveryMs = 2_000;
/** Commands in one go: after an outage of the broker the rest follows at the next. */
const maxSent = 200;

/**
 * Sends what the broker has not taken yet. What is wanted is in the database, so a broker that is away
 * or a process that ends delays a command and loses none.
 */
export class CommandSender implements Part {
  readonly name = 'commands';
  readonly #parts: CommandSenderParts;
  #stopped = false;
  #kicks = 0;
  #pause = new AbortController();
  #loop: Promise<void> | null = null;
  #failing = false;

  constructor(parts: CommandSenderParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.abort();
    await this.#loop;
    this.#loop = null;
  }

  /** Something may be wanted that was not: looks at once. */
  kick(): void {
    this.#kicks += 1;
    this.#pause.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const before = this.#kicks;
      await this.#turn();
      if (this.#kicks === before) await this.#sleep();
    }
  }

  async #turn(): Promise<void> {
    const { prompts, db, log } = this.#parts;
    try {
      await prompts.review(db);
      for (const row of await this.#unsent()) await this.#send(row);
      this.#failing = false;
    } catch (error) {
      // Whatever it was, the same is tried again at the next look; one line is enough.
      if (!this.#failing) log.warn({ ...faultOf(error) }, 'commands wait');
      this.#failing = true;
    }
  }

  /** Index: `commands_to_send`. */
  #unsent(): Promise<readonly Selectable<Tables['commands']>[]> {
    return this.#parts.db
      .selectFrom('commands')
      .selectAll()
      .whereRef('sent_version', '<', 'version')
      .orderBy('gateway')
      .limit(maxSent)
      .execute();
  }

  async #send({ gateway, version, prompts }: Selectable<Tables['commands']>): Promise<void> {
    const { db, clock, send } = this.#parts;
    // Written by `Prompts` from the same type.
    const wanted = JSON.parse(prompts) as Command['prompts'];
    const command: Command = { v: 1, gateway, version, prompts: wanted };
    await send(topicOf(gateway, 'commands'), JSON.stringify(command));
    await db
      .updateTable('commands')
      .set({ sent_version: version, sent_at: clock.wall().ms })
      .where('gateway', '=', gateway)
      .where('version', '=', version)
      .execute();
  }

  async #sleep(): Promise<void> {
    if (this.#stopped) return;
    this.#pause = new AbortController();
    await this.#parts.clock.sleep(lookEveryMs, this.#pause.signal);
  }
}
