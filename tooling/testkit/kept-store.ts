import { PlanLibrary } from '@hemma/cloud/authoring/library.js';
import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '@hemma/cloud/plans/content.js';
import type { PrescribingParts } from '@hemma/cloud/prescribing/parts.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import type { CareEvent } from '@hemma/cloud/record/events.js';
import type { FindingRow } from '@hemma/cloud/rules/finding-rows.js';
import { PlanPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { ManualClock } from './manual-clock.js';
import { journalEntries } from './measurements.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const library = new PlanLibrary(content);
const calendar = zonedCalendar();

/** The plan that everybody in a kept cohort follows. */
export const cohortPlan = 'heart-failure';

/** A day of an episode. */
export interface OnDay {
  readonly ref: string;
  readonly episode: string;
  readonly day: number;
}

/** What a cohort is written with: the doors through which the cloud itself writes. */
export class KeptStore {
  readonly worklist: Worklist;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.worklist = new Worklist(database.db, new PlanPromises(library.planOf));
  }

  /** What staff prescribe with, at an instant. */
  partsAt(at: number): PrescribingParts {
    const { db } = this.#database;
    const clock = new ManualClock(at);
    return {
      ...{ db, clock, content, library, planOf: library.planOf, catalogue },
      worklist: this.worklist,
    };
  }

  /** All at once, at the end of a journal that has none of them. */
  async journal(measurements: readonly Measurement[], receivedAt: number): Promise<void> {
    const entries = journalEntries(measurements, receivedAt);
    const batch = { receivedAt, entries, gaps: [], refusals: [], marks: [] };
    await new SqlJournal(this.#database).append([], () => batch);
  }

  /** An event at 10:00 of a day, entered then unless told otherwise. */
  async note(
    { ref, episode, day }: OnDay,
    event: CareEvent,
    receivedAt = calendar.instant(day, 600),
  ): Promise<string> {
    const at = calendar.instant(day, 600);
    const common = { patient: ref, episode, at, receivedAt, staff: null };
    const { db } = this.#database;
    return db.transaction().execute((trx) => addEvent(trx, { ...common, event }));
  }

  /** PHQ-9 with this sum: nine items of 0 to 3. */
  async answer(on: OnDay, score: number): Promise<void> {
    const item = (i: number) => Math.max(0, Math.min(3, score - 3 * i));
    const items = Array.from({ length: 9 }, (_, i) => [`phq9-${i + 1}`, item(i)] as const);
    const answered = { kind: 'response', questionnaire: 'phq-9', texts: {} } as const;
    await this.note(on, { ...answered, answers: Object.fromEntries(items), complete: true });
  }

  /** A finding, and the task of one that is raised. Gives the id of both. */
  async find(
    { ref, episode }: Pick<OnDay, 'ref' | 'episode'>,
    facts: Partial<FindingRow> & Pick<FindingRow, 'rule'>,
  ): Promise<string> {
    const at = facts.began_at ?? 0;
    const finding: FindingRow = {
      ...{ id: `${facts.rule}-${ref}`, patient: ref, episode },
      ...{ plan: cohortPlan, plan_version: '0.1.0', severity: 'info', kind: 'raised' },
      ...{ began_at: at, raised_at: at, cleared_at: null, found_at: at, latest_at: at, count: 1 },
      ...{ topic: 'assess', audience: 'clinic', cause: null, hint: null },
      ...{ staff_may_close: 0, recalculated: 0, reason: '{}', basis: '{}' },
      ...facts,
    };
    await this.#database.db.transaction().execute(async (trx) => {
      await trx.insertInto('findings').values(finding).execute();
      if (finding.kind === 'raised') await this.worklist.sync(trx, finding);
    });
    return finding.id;
  }
}
