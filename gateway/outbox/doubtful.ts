import { maxCourseValues, maxOthersKnown } from '@hemma/protocols/course-limits.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Course, CoursePoint } from '../owner/course.js';
import type { OutboxFile } from './file.js';
import type { GuardedFile } from './guard.js';
import type { Insert } from './held.js';
import type { DoubtCode, DoubtfulRow, Row } from './rows.js';
import { dayMs } from './space.js';

/** More questions than these nobody answers one by one; the oldest then go to staff at once. */
export const maxDoubtful = 200;
/** How long an answer can be taken back, and somebody else's reading lies in this home. */
export const takeBackMs = 30 * dayMs;
/** Ids of readings that are nobody's here: a scale used by a family for years. */
const maxSetAside = 20_000;
/** Later than any question: all of them are before it. */
const endOfTime = Number.MAX_SAFE_INTEGER;

/**
 * Readings of which it is not sure whose they are: durable at once, numbered and sent only when
 * somebody has said so, or when nobody did and staff have to. Beside them the course of each patient,
 * which tells what is doubtful.
 */
export class DoubtfulReadings {
  readonly #guard: GuardedFile;
  readonly #insert: Insert;

  constructor(guard: GuardedFile, insert: Insert) {
    this.#guard = guard;
    this.#insert = insert;
  }

  /** Readings that somebody at home is asked about. */
  get count(): number {
    return this.#guard.current().statements.doubtfulCount.get() ?? 0;
  }

  /** Questions whose time ends at this moment or before, the first to end first. */
  dueBy(ms: number): readonly DoubtfulRow[] {
    return this.#guard.current().statements.doubtfulUntil.all(ms, maxDoubtful);
  }

  /** Every question, the first to end first; at most {@link maxDoubtful}. */
  waiting(): readonly DoubtfulRow[] {
    return this.dueBy(endOfTime);
  }

  /** What was said to be somebody else's and still lies here, the newest first. */
  notPatients(): readonly DoubtfulRow[] {
    return this.#guard.current().statements.notPatients.all(maxOthersKnown);
  }

  find(id: string): DoubtfulRow | null {
    return this.#guard.current().statements.doubtful.get(id) ?? null;
  }

  /** It is not to be sent: kept for {@link takeBackMs}. Throws {@link CodedError} `disk_full`. */
  settle(id: string, code: DoubtCode, atMs: number): void {
    this.#guard.write((file) => {
      file.commit(() => file.statements.settleDoubtful.run(code, atMs, id));
    });
  }

  /** Turns doubtful readings into rows of the outbox, all or none. */
  release(rows: readonly Row[]): void {
    this.#guard.write((file) => {
      file.commit((draft) => {
        for (const { id } of rows) file.statements.deleteDoubtful.run(id);
        this.#insert(file, draft, rows);
      });
    });
  }

  /** The course of a patient's quantity, oldest first. */
  course(patient: string, quantity: QuantityCode): Course {
    return this.#guard.current().statements.course.all(patient, quantity);
  }
}

/** Keeps, within a transaction, a reading that is not sent. */
export function keepDoubtful(file: OutboxFile, row: DoubtfulRow): void {
  const { id, text, code, sinceMs, untilMs } = row;
  file.statements.insertDoubtful.run(id, text, code, sinceMs, untilMs);
}

/** Adds, within a transaction, to the courses of patients. */
export function noteCourse(file: OutboxFile, points: readonly CoursePoint[]): void {
  for (const { patient, quantity, atMs, value } of points) {
    file.statements.insertCourse.run(patient, quantity, atMs, value);
    file.statements.trimCourse.run(patient, quantity, patient, quantity, maxCourseValues);
  }
}

/** Removes, within a transaction, what has lain here long enough. */
export function forgetDoubtful(file: OutboxFile, nowMs: number): void {
  file.statements.removeDoubtful.run(nowMs - takeBackMs);
  file.statements.forgetDoubtful.run(maxSetAside);
}
