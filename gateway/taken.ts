import type { Quantity, ReadingKind } from '@hemma/protocols/reading.js';
import { answersSchema } from '@hemma/protocols/wire/answers.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import type { Outbox } from './outbox/outbox.js';

/** One reading as people in the home look at it, newest facts of its way included. */
export interface TakenReading {
  readonly seq: number;
  /** Of the measurement. */
  readonly id: string;
  readonly patient: string;
  readonly kind: ReadingKind;
  /** The moment of measurement, and that of taking it in: milliseconds since 1970 UTC. */
  readonly at: number;
  readonly takenAt: number;
  readonly values: readonly Quantity[];
  readonly failed: boolean;
  readonly byHand: boolean;
}

export interface TakenAnswers {
  readonly seq: number;
  readonly patient: string;
  readonly form: string;
  readonly at: number;
}

/** Rows looked back at: weeks of an ordinary home, and a night of one reading a second at most. */
const maxRows = 5_000;
/** Rows read in one go. */
const chunk = 500;

/**
 * The newest rows of the outbox, kept in memory: what the page shows costs the disk nothing. A row that
 * was spoiled by hand is passed over.
 */
export class Taken {
  readonly #outbox: Outbox;
  #ledger = '';
  #readTo = 0;
  #readings: TakenReading[] = [];
  #answers: TakenAnswers[] = [];

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** Of one patient, oldest first by the time of measurement. */
  readings(patient: string): readonly TakenReading[] {
    this.#refresh();
    return this.#readings
      .filter((it) => it.patient === patient)
      .toSorted((a, b) => a.at - b.at || a.seq - b.seq);
  }

  answers(patient: string): readonly TakenAnswers[] {
    this.#refresh();
    return this.#answers.filter((it) => it.patient === patient);
  }

  #refresh(): void {
    const { ledger, last } = this.#outbox;
    if (ledger !== this.#ledger) {
      this.#ledger = ledger;
      this.#readTo = Math.max(0, last - maxRows);
      this.#readings = [];
      this.#answers = [];
    }
    while (this.#readTo < last) {
      const rows = this.#outbox.rows(this.#readTo, chunk);
      for (const { seq, text } of rows) this.#take(seq, text);
      this.#readTo = rows.at(-1)?.seq ?? last;
    }
    this.#readings = this.#readings.slice(-maxRows);
    this.#answers = this.#answers.slice(-maxRows);
  }

  #take(seq: number, text: string): void {
    const value = parsed(text);
    const measurement = measurementSchema.safeParse(value);
    if (measurement.success) {
      const { id, patient, kind, time, values, failure, flags } = measurement.data;
      this.#readings.push({
        ...{ seq, id, patient, kind, at: time.measuredAt, takenAt: time.wallMs, values },
        failed: failure !== null || flags.includes('control_solution'),
        byHand: flags.includes('entered_by_hand'),
      });
      return;
    }
    const answers = answersSchema.safeParse(value);
    if (!answers.success) return;
    const { patient, questionnaire: form, time } = answers.data;
    this.#answers.push({ seq, patient, form, at: time.wallMs });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
