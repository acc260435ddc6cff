import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Calendar } from '@hemma/protocols/plans/calendar.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { HomeMessage } from '@hemma/protocols/wire/command.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { askedNow } from '../prompts/asked.js';
import type { Asked } from '../prompts/asked.js';
import type { Outbox } from '../outbox/outbox.js';
import type { PromptState } from '../prompts/store.js';
import { agendaOf } from '../schedule/agenda.js';
import type { Agenda } from '../schedule/agenda.js';
import type { Home } from '../schedule/home.js';
import type { Taken, TakenReading } from '../taken.js';

/** How far a measurement has come on its way to somebody who looks. */
export type Way = 'taken' | 'arrived' | 'seen' | 'refused';

/** A reading that may be somebody else's: asked about on the page, one tap. */
export interface DoubtfulReading {
  readonly id: string;
  readonly measurement: Measurement;
}

/** Whose a reading is: the seam for whoever holds back what is in doubt. */
export interface Doubts {
  waiting(): readonly DoubtfulReading[];
  /** Throws a coded error for what is not in doubt (any more). */
  answer(id: string, answer: 'mine' | 'not-mine'): void;
}

export interface LookParts {
  readonly outbox: Outbox;
  readonly home: Home;
  readonly taken: Taken;
  readonly doubts: Doubts;
  readonly prompts: { readonly state: PromptState };
  readonly clock: Clock;
  readonly timeZone: string;
}

/** What the page shows of one person. */
export interface Look {
  readonly patient: string;
  readonly now: number;
  readonly calendar: Calendar;
  readonly plans: readonly { readonly schedule: Schedule; readonly agenda: Agenda }[];
  readonly readings: readonly TakenReading[];
  readonly latest: { readonly reading: TakenReading; readonly way: Way } | null;
  readonly messages: readonly HomeMessage[];
  readonly doubts: readonly DoubtfulReading[];
  /** Guided repeats that somebody is asked for. */
  readonly asked: readonly Asked[];
}

/** Collects what there is to say to one person now. */
export function lookOf(patient: string, parts: LookParts): Look {
  const { home, taken, clock, timeZone } = parts;
  const { schedules, messages } = home.state;
  const now = clock.wall().ms;
  const calendar = zonedCalendar(timeZone);
  const readings = taken.readings(patient);
  const answered = taken.answers(patient).map(({ form, at }) => ({ form, at }));
  const plans = schedules
    .filter((it) => it.patient === patient)
    .map((schedule) => ({
      schedule,
      agenda: agendaOf({ schedule, calendar, taken: readings, answered, now }),
    }));
  const last = newestTaken(readings);
  return {
    ...{ patient, now, calendar, plans, readings },
    latest: last === null ? null : { reading: last, way: wayOf(last, parts) },
    messages: messages.filter((it) => it.patient === patient).toSorted((a, b) => b.at - a.at),
    asked: askedNow(parts.prompts.state, clock).filter((it) => it.prompt.patient === patient),
    doubts: parts.doubts.waiting().filter((it) => it.measurement.patient === patient),
  };
}

/** The one taken in last: what somebody has just done, whatever time it belongs to. */
function newestTaken(readings: readonly TakenReading[]): TakenReading | null {
  return readings.reduce<TakenReading | null>(
    (newest, it) => (newest === null || it.seq > newest.seq ? it : newest),
    null,
  );
}

function wayOf({ seq, patient }: TakenReading, { outbox, home }: LookParts): Way {
  if (seq > outbox.confirmed) return 'taken';
  if (outbox.refusals().some((it) => it.seq === seq)) return 'refused';
  const isSeen = home.state.seen.some(
    (it) => it.patient === patient && it.ledger === outbox.ledger && seq <= it.upTo,
  );
  return isSeen ? 'seen' : 'arrived';
}
