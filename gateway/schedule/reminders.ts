import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Cue } from '../prompts/cue.js';
import type { Taken } from '../taken.js';
import { agendaOf, remindersOf } from './agenda.js';
import type { Item } from './agenda.js';
import type { Home } from './home.js';

export interface RemindersOptions {
  readonly home: Home;
  readonly taken: Taken;
  readonly clock: Clock;
  readonly cue: Cue;
  readonly timeZone: string;
}

/** A reminder is a minute late at most; a home has a handful a day. */
const lookEveryMs = 60_000;

/**
 * Gives the cue when the plan reminds (monitoring plans §2): never in quiet hours, no more once the
 * occasion is done, and none for a time that nobody knows or that passed while the gateway was off.
 */
export class Reminders implements Part {
  readonly name = 'reminders';
  readonly #options: RemindersOptions;
  #lookedMs: number | null = null;
  #timer: Cancellable | null = null;

  constructor(options: RemindersOptions) {
    this.#options = options;
  }

  start(): void {
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const { clock, cue } = this.#options;
    const { ms: now, trust } = clock.wall();
    const since = this.#lookedMs;
    this.#lookedMs = trust === 'synced' ? now : null;
    // A clock that was set by more reminds of nothing: what is due then stands on the page.
    if (since !== null && trust === 'synced' && now - since < 2 * lookEveryMs)
      for (const task of this.#dueBetween(since, now)) cue.remind(task);
    this.#timer = clock.after(lookEveryMs, () => this.#look());
  }

  #dueBetween(since: number, now: number): readonly string[] {
    const { home, taken, timeZone } = this.#options;
    const calendar = zonedCalendar(timeZone);
    const items = home.state.schedules.flatMap((schedule): readonly Item[] => {
      const facts = { schedule, calendar, answered: [], now };
      return agendaOf({ ...facts, taken: taken.readings(schedule.patient) }).now;
    });
    const due = items
      .filter((it) => it.readings === 0)
      .filter((it) => remindersOf(it, calendar).some((at) => since < at && at <= now));
    return [...new Set(due.map((it) => it.task.id))];
  }
}
