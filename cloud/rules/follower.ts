import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { TransactionalFollower } from '../follow.js';
import type { JournalEntry } from '../journal/journal.js';
import { zonedCalendar } from '../plans/calendar.js';
import type { Content } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import type { Course } from '../plans/course.js';
import type { ParameterValues } from '../plans/parameters.js';
import { accept } from './accept.js';
import { judgePatient } from './judge.js';
import type { TaskSink } from './judge.js';
import { saveLatest } from './latest.js';

type Trx = Transaction<Tables>;

export interface RulesFollowerParts {
  readonly content: Content;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly tasks: TaskSink;
  /** Told after each commit, for whom something came. */
  readonly changed: (patients: readonly string[]) => void;
}

/** Patients whose time has come, at one go: well below a second. */
const maxWoken = 100;

/** For each patient the oldest of the new readings; null when it is time alone that has passed. */
type News = ReadonlyMap<string, number | null>;

/**
 * Judges the journal by each patient's plan: all that is new of a patient at once. Findings, tasks and
 * the place in the journal are one transaction: what the rules find gives one episode and one task,
 * however often the process dies and in whatever order readings come. Missing data is not looked at
 * here.
 */
export class RulesFollower implements TransactionalFollower {
  readonly name = 'rules';
  readonly mode = 'transactional';
  readonly #parts: RulesFollowerParts;
  readonly #calendar = zonedCalendar();

  constructor(parts: RulesFollowerParts) {
    this.#parts = parts;
  }

  async apply(entries: readonly JournalEntry[], trx: Trx): Promise<void> {
    await saveLatest(trx, entries);
    const news = new Map<string, number>();
    for (const entry of entries) {
      const { patient, measuredAt } = entry;
      if (accept(entry, this.#parts.catalogue) === null) continue;
      news.set(patient, Math.min(measuredAt, news.get(patient) ?? measuredAt));
    }
    const position = Math.max(...entries.map((it) => it.position));
    await this.#judge(trx, news, position, latestOf(entries));
  }

  committed(entries: readonly JournalEntry[]): void {
    this.#parts.changed([...new Set(entries.map((entry) => entry.patient))]);
  }

  /** Whether time alone may have changed something for somebody. */
  async isDue(db: Kysely<Tables>): Promise<boolean> {
    return (await this.#due(db, 1)).length > 0;
  }

  async wake(trx: Trx, position: number): Promise<() => void> {
    const patients = await this.#due(trx, maxWoken);
    await this.#judge(trx, new Map(patients.map((it) => [it, null])), position, 0);
    return () => this.#parts.changed(patients);
  }

  async #due(db: Kysely<Tables>, limit: number): Promise<readonly string[]> {
    const rows = await db
      .selectFrom('judgings')
      .select('patient')
      .where('next_at', '<=', this.#parts.clock.wall().ms)
      .orderBy('next_at')
      .limit(limit)
      .execute();
    return rows.map((it) => it.patient);
  }

  async #judge(trx: Trx, news: News, position: number, receivedAt: number): Promise<void> {
    if (news.size === 0) return;
    const { catalogue, tasks, clock } = this.#parts;
    const rows = await trx
      .selectFrom('patients')
      .selectAll()
      .where('ref', 'in', [...news.keys()])
      .execute();
    // What another computer received is not ahead of the time here, whatever its clock says.
    const now = Math.max(receivedAt, clock.wall().ms);
    for (const row of rows) {
      const course = this.#courseOf(row);
      if (course === null) continue;
      const oldest = news.get(row.ref) ?? null;
      await judgePatient({
        trx,
        patient: row.ref,
        course,
        catalogue,
        tasks,
        oldest,
        now,
        position,
      });
    }
  }

  /** Null for those without a plan. The plan runs from the day on which they were enrolled. */
  #courseOf(row: Selectable<Tables['patients']>): Course | null {
    const { content } = this.#parts;
    const plan = content.plans.get(row.plan ?? '');
    if (plan === undefined) return null;
    return courseOf({
      ...{ plan, content, calendar: this.#calendar },
      // Written by `People.add` from the same type.
      parameters: JSON.parse(row.parameters) as ParameterValues,
      startDay: this.#calendar.dayOf(row.created_at),
    });
  }
}

function latestOf(entries: readonly JournalEntry[]): number {
  return Math.max(0, ...entries.map((it) => it.receivedAt));
}
