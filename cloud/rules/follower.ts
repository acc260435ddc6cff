import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { runningEpisodes, toEpisode } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { segmentsOf } from '../episodes/segments.js';
import type { Segment } from '../episodes/segments.js';
import { lentGateways } from '../fleet/completeness.js';
import type { TransactionalFollower } from '../follow.js';
import type { JournalEntry } from '../journal/journal.js';
import { newestPosition } from '../journal/statements.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import { groupBy } from '../plans/group.js';
import { eventsOf, haveAllJudged } from '../record/care-record.js';
import type { KeptEvent } from '../record/care-record.js';
import { Schedules } from '../schedules/schedules.js';
import { judgeEpisode } from './judge.js';
import type { Judged, PromptSink } from './judged.js';
import { saveLatest } from './latest.js';
import type { TaskSink } from './write-findings.js';

type Trx = Transaction<Tables>;

export interface RulesFollowerParts {
  readonly content: Content;
  readonly planOf: PlanOf;
  /** Brings plans up to date with what was released meanwhile, before anything is judged by them. */
  readonly refresh: (trx: Trx) => Promise<void>;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly tasks: TaskSink;
  readonly prompts: PromptSink;
  /** Told after each commit, for whom something came. */
  readonly changed: (patients: readonly string[]) => void;
}

/** What a patient follows alone alerts nobody in care (requirement R5). */
const noTasks: TaskSink = { sync: () => Promise.resolve(), drop: () => Promise.resolve() };

/** Episodes whose time has come, at one go: well below a second. */
const maxWoken = 100;

/** By episode: event time of its oldest news; null when it is time alone that has passed. */
type News = ReadonlyMap<string, number | null>;

/**
 * Judges the journal by the plans that each patient follows: all that is new of a patient at once.
 * Findings, tasks and the place in the journal are one transaction: what the rules find gives one
 * finding and one task, however often the process dies and in whatever order readings come. What
 * people did comes by the same way as time: the patient's next look is at once.
 */
export class RulesFollower implements TransactionalFollower {
  readonly name = 'rules';
  readonly mode = 'transactional';
  readonly #parts: RulesFollowerParts;
  readonly #schedules: Schedules;
  readonly #calendar = zonedCalendar();

  constructor(parts: RulesFollowerParts) {
    this.#parts = parts;
    this.#schedules = new Schedules(parts.clock, parts.prompts);
  }

  async apply(entries: readonly JournalEntry[], trx: Trx): Promise<void> {
    await saveLatest(trx, entries);
    const news = new Map<string, number>();
    for (const entry of entries) {
      const { patient, measuredAt, measurement } = entry;
      // A check of the meter says nothing of the patient; what gave no value is news as well.
      if (measurement.flags.includes('control_solution')) continue;
      news.set(patient, Math.min(measuredAt, news.get(patient) ?? measuredAt));
    }
    const position = Math.max(...entries.map((it) => it.position));
    // While the journal has more, all that comes of a patient waits for one look at the end of it.
    if (await this.#isBehind(trx, position)) {
      await haveAllJudged(trx, news);
      return;
    }
    const episodes = await runningEpisodes(trx, [...news.keys()]);
    const oldest = new Map(episodes.map((it) => [it.id, news.get(it.patient) ?? null]));
    const receivedAt = latestOf(entries);
    const work = { trx, episodes, all: episodes, oldest, position, receivedAt };
    await this.#judge({ ...work, why: 'news', isBehind: false });
  }

  committed(entries: readonly JournalEntry[]): void {
    this.#parts.changed([...new Set(entries.map((entry) => entry.patient))]);
  }

  /** Whether time, or what somebody did, may have changed something for a patient. */
  async isDue(db: Kysely<Tables>): Promise<boolean> {
    return (await this.#due(db, 1)).length > 0;
  }

  async wake(trx: Trx, position: number): Promise<() => void> {
    const rows = await this.#due(trx, maxWoken);
    const episodes = rows.map(toEpisode);
    const oldest = new Map(rows.map((it) => [it.id, it.news_from]));
    const all = await runningEpisodes(trx, [...new Set(episodes.map((it) => it.patient))]);
    const isBehind = await this.#isBehind(trx, position);
    const work = { trx, episodes, all, oldest, position, receivedAt: 0 };
    await this.#judge({ ...work, why: 'look', isBehind });
    return () => this.#parts.changed([...new Set(episodes.map((it) => it.patient))]);
  }

  async #isBehind(trx: Trx, position: number): Promise<boolean> {
    const newest = await newestPosition(trx).executeTakeFirst();
    return (newest?.position ?? 0) !== position;
  }

  #due(db: Kysely<Tables>, limit: number) {
    return db
      .selectFrom('judgings')
      .innerJoin('episodes', 'episodes.id', 'judgings.episode')
      .selectAll('episodes')
      .select('news_from')
      .where('next_at', '<=', this.#parts.clock.wall().ms)
      .orderBy('next_at')
      .limit(limit)
      .execute();
  }

  async #judge(work: Work): Promise<void> {
    await this.#parts.refresh(work.trx);
    const { trx, episodes, all, oldest, position, receivedAt, why, isBehind } = work;
    const { catalogue, tasks, prompts, clock } = this.#parts;
    // What another computer received is not ahead of the time here, whatever its clock says.
    const now = Math.max(receivedAt, clock.wall().ms);
    const patients = [...new Set(episodes.map((it) => it.patient))];
    const gateways = await lentGateways(trx, patients);
    const running = groupBy(all, (it) => it.patient);
    const told = new Map<string, readonly KeptEvent[]>();
    for (const episode of episodes) {
      const { id, patient, endedAt } = episode;
      const events = told.get(patient) ?? (await eventsOf(trx, patient));
      // Taking a baseline adds an event of its own episode, at which the others do not look.
      told.set(patient, events);
      const [first, ...others] = this.#segmentsOf(episode, events);
      if (first === undefined || endedAt !== null) {
        await neverAgain(trx, id);
        await this.#schedules.drop(trx, episode);
        continue;
      }
      await judgeEpisode({
        ...{ trx, episode, events, catalogue, prompts, now, position, why, isBehind },
        tasks: episode.kind === 'self-initiated' ? noTasks : tasks,
        segments: [first, ...others],
        gateways: gateways.get(patient) ?? [],
        following: (running.get(patient) ?? []).map((it) => this.#codesOf(it)),
        oldest: oldest.get(id) ?? null,
      });
      // What a patient measures changes no schedule; time and people do.
      const { course } = others.at(-1) ?? first;
      if (why === 'look') await this.#schedules.sync(trx, episode, { course, events });
    }
  }

  #segmentsOf(episode: Episode, events: readonly KeptEvent[]): readonly Segment[] {
    const { planOf, content } = this.#parts;
    return segmentsOf(episode, events, { planOf, content, calendar: this.#calendar });
  }

  /** All that the plan of an episode may ask for. */
  #codesOf({ id, plan, planVersion }: Episode): Judged['following'][number] {
    const tasks = this.#parts.planOf(plan, planVersion)?.tasks ?? [];
    return { episode: id, codes: new Set(tasks.flatMap((it) => it.measurementTypes)) };
  }
}

interface Work {
  readonly trx: Trx;
  readonly episodes: readonly Episode[];
  /** All that goes on of their patients. */
  readonly all: readonly Episode[];
  readonly oldest: News;
  readonly why: Judged['why'];
  readonly isBehind: boolean;
  /** Of the journal, reached with this. */
  readonly position: number;
  /** When the cloud had the newest of the news. */
  readonly receivedAt: number;
}

/** An episode that is over, or of a plan that is not known here, is not looked at again. */
async function neverAgain(trx: Trx, episode: string): Promise<void> {
  await trx
    .updateTable('judgings')
    .set({ next_at: null, news_from: null })
    .where('episode', '=', episode)
    .execute();
}

function latestOf(entries: readonly JournalEntry[]): number {
  return Math.max(0, ...entries.map((it) => it.receivedAt));
}
