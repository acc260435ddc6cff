/**
 * The clock in a device: local time without a zone, right or wrong, and never switched to summer
 * time.
 */
import type { LocalDateTime } from '@hemma/protocols/reading.js';
import type { Clock } from '@hemma/runtime/clock.js';

/** What is wrong with a clock. */
export interface ClockError {
  /** Milliseconds that it is ahead of the home's time. */
  readonly aheadMs?: number;
  /** Milliseconds that it gains in a day. */
  readonly gainsMsPerDay?: number;
  /** What it shows at the beginning whatever the time is: the batteries were changed. */
  readonly shows?: LocalDateTime;
}

const dayMs = 86_400_000;

/** Making a format takes a millisecond; a simulation has few zones and many moments. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const style = { dateStyle: 'short', timeStyle: 'medium' } as const;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...style });
  formats.set(timeZone, format);
  return format;
}

/** What the clock on the wall shows in a zone; `YYYY-MM-DDTHH:MM:SS`. */
export function wallTime(ms: number, timeZone: string): LocalDateTime {
  // Swedish short date and medium time are ISO 8601 but for the blank between them.
  return formatOf(timeZone).format(ms).replace(' ', 'T');
}

const nominal = (local: LocalDateTime): number => Date.parse(`${local}Z`);

/** A device's clock. Times of the simulation go in, device times come out. */
export class DeviceClock {
  readonly #clock: Pick<Clock, 'wall'>;
  readonly #rate: number;
  /** A moment, and what the clock showed then, read as UTC. */
  #moment: number;
  #shown: number;

  constructor(clock: Pick<Clock, 'wall'>, timeZone: string, error: ClockError = {}) {
    const { aheadMs = 0, gainsMsPerDay = 0, shows } = error;
    this.#clock = clock;
    this.#rate = 1 + gainsMsPerDay / dayMs;
    this.#moment = clock.wall().ms;
    this.#shown = nominal(shows ?? wallTime(this.#moment, timeZone)) + aheadMs;
  }

  now(): LocalDateTime {
    return this.at(this.#clock.wall().ms);
  }

  /** What it shows, showed or will show at a moment, if nobody sets it in between. */
  at(ms: number): LocalDateTime {
    const shown = this.#shown + (ms - this.#moment) * this.#rate;
    return new Date(shown).toISOString().slice(0, 19);
  }

  set(time: LocalDateTime): void {
    this.#moment = this.#clock.wall().ms;
    this.#shown = nominal(time);
  }
}
