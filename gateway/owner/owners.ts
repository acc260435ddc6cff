import type { OwnerAnswer } from '@hemma/protocols/api/reading-owner.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Quantity, ReadingFlag, ReadingKind } from '@hemma/protocols/reading.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { unique } from '../measure.js';
import { maxDoubtful } from '../outbox/doubtful.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Doubt, DoubtCode, DoubtfulRow, Row } from '../outbox/rows.js';
import { coursePoints, ownerOf } from './doubt.js';
import type { Ownership } from './ownership.js';

export interface OwnersOptions {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** What the settings say of a device; null for one they do not name any more. */
  readonly ownershipOf: (identity: string) => Ownership | null;
  /** Told of every measurement that somebody has said to be the patient's. */
  readonly onTaken?: (measurement: Measurement) => void;
}

/** A reading that somebody at home is asked about: for the patient page, one tap. */
export interface WaitingReading {
  /** Id of the measurement. */
  readonly id: string;
  readonly code: DoubtCode;
  /** Milliseconds since 1970 UTC: nobody is asked any more, staff decide. */
  readonly untilMs: number;
  readonly measurement: Measurement;
}

const hourMs = 3_600_000;
/** Somebody who measures every day has passed the page by then. */
export const answerWithinMs = 24 * hourMs;
/** A value worth a second look must not lie for a day because nobody looks at the page. */
export const answerUnusualWithinMs = 2 * hourMs;

/** Nobody is asked about these: they are never sent. */
const setAside: readonly DoubtCode[] = ['owner_before_loan', 'owner_not_patient'];

/**
 * The right person: decides of each dated measurement whether it may be somebody else's, keeps such
 * ones in the outbox file until they are answered, and lets them go to staff when they are not
 * (docs/adr/0013). Nothing of a reading in doubt leaves the home before that.
 */
export class Owners {
  readonly #options: OwnersOptions;

  constructor(options: OwnersOptions) {
    this.#options = options;
  }

  /** The row that a dated measurement becomes, and the measurement in the name of its patient. */
  rowFor(dated: Measurement): { readonly row: Row; readonly measurement: Measurement } {
    const { outbox, ownershipOf } = this.#options;
    const { measurement, code } = ownerOf(dated, ownershipOf(dated.device.identity), {
      courseOf: (patient, quantity) => outbox.doubtful.course(patient, quantity),
      othersOf: (patient, kind) => this.#othersOf(patient, kind),
    });
    if (code !== null)
      return { row: { ...rowOf(measurement), doubt: this.#doubt(code, dated) }, measurement };
    return { row: { ...rowOf(measurement), course: coursePoints(measurement) }, measurement };
  }

  /** The readings that somebody is asked about, the first to end first. Holds values: show it at home only. */
  waiting(): readonly WaitingReading[] {
    return this.#options.outbox.doubtful.waiting().flatMap(
      ({ id, code, untilMs, text }) =>
        text === null || untilMs === null
          ? []
          : [{ id, code, untilMs, measurement: JSON.parse(text) as Measurement }], // As `rowFor` wrote it.
    );
  }

  /**
   * One tap: whose it is. `not-mine` can be taken back for 30 days, by `mine`. The same answer twice
   * is one. Throws {@link CodedError} `not_found` for a reading that is not here (any more),
   * `wrong_state` for one from before the loan, `disk_full`.
   */
  answer(id: string, answer: OwnerAnswer): void {
    const { outbox, clock, log, onTaken } = this.#options;
    const row = outbox.doubtful.find(id);
    if (row?.text == null) throw new CodedError('not_found');
    if (row.code === 'owner_before_loan') throw new CodedError('wrong_state');
    if (answer === 'not-mine') {
      if (row.code === 'owner_not_patient') return;
      outbox.doubtful.settle(id, 'owner_not_patient', Math.round(clock.wall().ms));
    } else {
      const measurement = JSON.parse(row.text) as Measurement; // As `rowFor` wrote it.
      const course = coursePoints(measurement);
      outbox.releaseDoubtful([{ ...rowOf(measurement), course }]);
      onTaken?.(measurement);
    }
    log.info({ code: row.code, answer }, 'whose a reading is was answered');
  }

  /** Lets go to staff what nobody has answered in time, or what is more than anybody answers. */
  expire(): number {
    const { outbox, clock, log } = this.#options;
    const { ms, trust } = clock.wall();
    const { doubtful } = outbox;
    const tooMany = Math.max(0, doubtful.count - maxDoubtful);
    const late = trust === 'synced' ? doubtful.dueBy(ms) : [];
    const going = late.length >= tooMany ? late : doubtful.waiting().slice(0, tooMany);
    if (going.length === 0) return 0;
    outbox.releaseDoubtful(going.flatMap(unconfirmed));
    log.info({ readings: going.length }, 'nobody said whose a reading is: staff decide');
    return going.length;
  }

  #othersOf(patient: string, kind: ReadingKind): readonly (readonly Quantity[])[] {
    return this.#options.outbox.doubtful.notPatients().flatMap(({ text }) => {
      if (text === null) return [];
      const other = JSON.parse(text) as Measurement; // As `rowFor` wrote it.
      return other.kind === kind && other.patient === patient ? [other.values] : [];
    });
  }

  #doubt(code: DoubtCode, { flags }: Measurement): Doubt {
    const sinceMs = Math.round(this.#options.clock.wall().ms);
    const withinMs = flags.includes('unusual') ? answerUnusualWithinMs : answerWithinMs;
    return { code, sinceMs, untilMs: setAside.includes(code) ? null : sinceMs + withinMs };
  }
}

/** What goes to staff: shown, and judged by no rule until somebody has said whose it is. */
function unconfirmed({ text }: DoubtfulRow): readonly Row[] {
  if (text === null) return [];
  const measurement = JSON.parse(text) as Measurement; // As `rowFor` wrote it.
  return [rowOf(withFlag(measurement, 'owner_unconfirmed'))];
}

/** A measurement with one flag more. */
export function withFlag(measurement: Measurement, flag: ReadingFlag): Measurement {
  return { ...measurement, flags: unique([...measurement.flags, flag]) };
}

/** The line that travels, and how far it takes the records of its device. */
export function rowOf(measurement: Measurement): Row {
  const { identity, sequence } = measurement.device;
  const row = { id: measurement.id, text: JSON.stringify(measurement) };
  return sequence === null ? row : { ...row, record: { identity, sequence } };
}
