import { randomBytes } from 'node:crypto';
import { healingSteps, maxRecoveryMs, maxStepsOfOne } from '@hemma/protocols/wire/healing.js';
import type { Healing, HealingOutcome } from '@hemma/protocols/wire/healing.js';
import type { Sqlite } from '@hemma/runtime/sqlite.js';
import type { RadioFault, Step } from './steps.js';

/** Healings as the journal keeps them: one for each fault, from its first step until it is gone. */

/** What somebody asks for months later is in the cloud, which keeps more. */
export const maxHealings = 50;
const idOctets = 8;

export const createHealings = `CREATE TABLE healings (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL,
  sinceAgeMs INTEGER NOT NULL, since INTEGER,
  cause TEXT NOT NULL, highest TEXT NOT NULL, steps INTEGER NOT NULL,
  outcome TEXT NOT NULL, recoveryMs INTEGER
) STRICT;`;

const sql = {
  open:
    'SELECT number, highest, sinceAgeMs FROM healings ' +
    "WHERE outcome IN ('ill', 'unhealed') ORDER BY number DESC LIMIT 1",
  begin:
    'INSERT INTO healings (id, sinceAgeMs, since, cause, highest, steps, outcome) ' +
    "VALUES (@id, @sinceAgeMs, @since, @fault, @step, 1, 'ill')",
  goOn: 'UPDATE healings SET highest = ?, steps = min(steps + 1, ?) WHERE number = ?',
  becomes: 'UPDATE healings SET outcome = ?, recoveryMs = ? WHERE number = ?',
  forget: 'DELETE FROM healings WHERE number <= (SELECT max(number) FROM healings) - ?',
  newest:
    'SELECT id, since, cause, highest, steps, outcome, recoveryMs FROM healings ' +
    "WHERE cause <> 'radio_silent' OR outcome IN ('cured', 'passed') " +
    'ORDER BY number DESC LIMIT ?',
} as const;

interface Open {
  readonly number: number;
  readonly highest: Step;
  readonly sinceAgeMs: number;
}

export interface FirstStep {
  readonly step: Step;
  readonly fault: RadioFault;
  /** See `Entry.sinceAgeMs`. */
  readonly sinceAgeMs: number;
  /** The same moment by the wall clock; null when that did not know the time. */
  readonly since: number | null;
}

const openOf = (db: Sqlite): Open | undefined => db.prepare<[], Open>(sql.open).get();

/** One more step of the healing that is under way, or the first of a new one. */
export function addStep(db: Sqlite, first: FirstStep): void {
  const open = openOf(db);
  if (open === undefined) {
    db.prepare(sql.begin).run({ ...first, id: randomBytes(idOctets).toString('hex') });
    db.prepare<[number]>(sql.forget).run(maxHealings);
    return;
  }
  const isHarder = healingSteps.indexOf(first.step) > healingSteps.indexOf(open.highest);
  const highest = isHarder ? first.step : open.highest;
  db.prepare<[Step, number, number]>(sql.goOn).run(highest, maxStepsOfOne, open.number);
}

/** What becomes of the healing that is under way, if there is one; `ageMs` is that of the machine. */
export function become(db: Sqlite, outcome: HealingOutcome, ageMs: number): void {
  const open = openOf(db);
  if (open === undefined) return;
  const isWell = outcome === 'cured' || outcome === 'passed';
  const lastedMs = Math.min(Math.round(ageMs - open.sinceAgeMs), maxRecoveryMs);
  db.prepare<[HealingOutcome, number | null, number]>(sql.becomes).run(
    ...([outcome, isWell ? lastedMs : null, open.number] as const),
  );
}

/** Newest first. A silence is told once something broke it: a lonely home is not ill. */
export function newestHealings(db: Sqlite, limit: number): readonly Healing[] {
  return db.prepare<[number], Healing>(sql.newest).all(limit);
}
