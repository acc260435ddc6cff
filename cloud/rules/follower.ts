import type { Transaction } from 'kysely';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { TransactionalFollower } from '../follow.js';
import type { JournalEntry } from '../journal/journal.js';
import { zonedCalendar } from '../plans/calendar.js';
import type { ParameterValues } from '../plans/parameters.js';
import { accept } from './accept.js';
import type { JudgedReading } from './accept.js';
import {
  clearFinding,
  continueFinding,
  insertEpisode,
  insertNote,
  newFinding,
  openFindings,
} from './finding-rows.js';
import type { FindingRow } from './finding-rows.js';
import { judge } from './judge.js';
import type { Verdict } from './judge.js';
import { limitRules } from './limits.js';
import type { LimitRule } from './limits.js';
import { loadMemories, Memories } from './memories.js';
import { saveLatest } from './latest.js';

type Trx = Transaction<Tables>;

/** What findings give to people; everything within the transaction of the finding. */
export interface TaskSink {
  open(trx: Trx, finding: FindingRow): Promise<void>;
  cleared(trx: Trx, finding: FindingRow, at: number): Promise<void>;
}

export interface RulesFollowerParts {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly catalogue: Catalogue;
  readonly tasks: TaskSink;
  /** Told after each commit, for whom something came. */
  readonly changed: (patients: readonly string[]) => void;
}

/** A patient under a plan, with what is set for them. */
interface Watched {
  readonly patient: string;
  readonly plan: Plan;
  readonly rules: readonly LimitRule[];
}

/** One batch at work: everything that its transaction reads once. */
interface Round {
  readonly trx: Trx;
  readonly memories: Memories;
  /** The episode that goes on, by patient and rule. */
  readonly open: Map<string, FindingRow>;
}

const keyOf = (patient: string, rule: string): string => `${patient} ${rule}`;

/**
 * Judges the journal by the limits of each patient's plan. Findings, tasks, memory and the place in
 * the journal are one transaction: a value beyond a limit gives one episode and one task, however
 * often the process dies.
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
    const readings = entries.flatMap((entry) => {
      const reading = accept(entry, this.#parts.catalogue, this.#calendar);
      return reading === null ? [] : [{ patient: entry.patient, reading }];
    });
    const patients = [...new Set(readings.map((it) => it.patient))];
    if (patients.length === 0) return;
    const watched = await this.#watched(trx, patients);
    const round = await beginRound(trx, [...watched.keys()]);
    for (const { patient, reading } of readings) {
      const whom = watched.get(patient);
      if (whom !== undefined) await this.#judge(round, whom, reading);
    }
    await round.memories.save(trx);
  }

  committed(entries: readonly JournalEntry[]): void {
    this.#parts.changed([...new Set(entries.map((entry) => entry.patient))]);
  }

  /** Those patients whose plan has limits. */
  async #watched(trx: Trx, patients: readonly string[]): Promise<Map<string, Watched>> {
    const rows = await trx
      .selectFrom('patients')
      .select(['ref', 'plan', 'parameters'])
      .where('ref', 'in', patients)
      .execute();
    const watched = rows.flatMap((row) => {
      const plan = this.#parts.plans.get(row.plan ?? '');
      if (plan === undefined) return [];
      // Written by `People.add` from the same type.
      const parameters = JSON.parse(row.parameters) as ParameterValues;
      return [{ patient: row.ref, plan, rules: limitRules(plan, parameters) }];
    });
    return new Map(watched.map((it) => [it.patient, it]));
  }

  async #judge(round: Round, whom: Watched, reading: JudgedReading): Promise<void> {
    const { patient, plan } = whom;
    const { catalogue } = this.#parts;
    for (const rule of whom.rules) {
      const before = round.memories.get(patient, rule.id);
      const scene = { plan, catalogue, isRaised: round.open.has(keyOf(patient, rule.id)) };
      const { memory, verdict } = judge(rule, before, reading, scene);
      if (memory !== before) round.memories.set(patient, rule.id, memory);
      if (verdict !== null) await this.#act(round, { patient, plan, rule, reading }, verdict);
    }
  }

  async #act(
    round: Round,
    what: Pick<Watched, 'patient' | 'plan'> & { rule: LimitRule; reading: JudgedReading },
    verdict: NonNullable<Verdict>,
  ): Promise<void> {
    const { trx, open } = round;
    const key = keyOf(what.patient, what.rule.id);
    const current = open.get(key);
    if (verdict.kind === 'clear') {
      if (current === undefined) return;
      await clearFinding(trx, current.id, what.reading.receivedAt);
      await this.#parts.tasks.cleared(trx, current, what.reading.receivedAt);
      open.delete(key);
    } else if (verdict.kind === 'match' && current !== undefined) {
      await continueFinding(trx, current, { ...what, verdict });
    } else if (verdict.kind === 'match') {
      const finding = newFinding({ ...what, verdict });
      await insertEpisode(trx, finding);
      await this.#parts.tasks.open(trx, finding);
      open.set(key, finding);
    } else {
      await insertNote(trx, newFinding({ ...what, verdict }));
    }
  }
}

async function beginRound(trx: Trx, patients: readonly string[]): Promise<Round> {
  if (patients.length === 0) return { trx, memories: new Memories([]), open: new Map() };
  const open = await openFindings(trx, patients);
  return {
    trx,
    memories: await loadMemories(trx, patients),
    open: new Map(open.map((finding) => [keyOf(finding.patient, finding.rule), finding])),
  };
}
