import type { Kysely } from 'kysely';
import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { ReadingKind } from '@hemma/protocols/reading.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import type { Segment } from '../episodes/segments.js';
import type { PastMeasurement } from '../journal/journal.js';
import { pastColumns, toPast } from '../journal/statements.js';
import { derivedMetrics } from '../plans/derived.js';
import { groupBy } from '../plans/group.js';
import type { Contact, PatientReading, StaffAct } from '../plans/record.js';
import { accept } from './accept.js';
import { rulesOf } from './episode-findings.js';
import type { KnownFinding } from './finding-rows.js';
import { reachDays } from './reach.js';

/** A reading every ten minutes for a year; of more than these the newest count. */
const MAX_READINGS = 50_000;
/** Whoever tries so often in vain has no value before that, either. */
const MAX_ATTEMPTS = 50;

interface Asked {
  readonly trx: Kysely<Tables>;
  readonly patient: string;
  readonly segments: readonly [Segment, ...Segment[]];
  /** Rules are judged after this instant. */
  readonly after: number;
  /** The journal up to here; what is behind it comes with a batch of its own. */
  readonly position: number;
  readonly catalogue: Catalogue;
  /** Measurements of an unknown owner of which staff said that they are the patient's; default none. */
  readonly confirmed?: ReadonlySet<string>;
}

/** What was measured, as far as an evaluation looks at it. Oldest first. */
export interface Measured {
  /** Accepted, with those of the zero measurement (§8). */
  readonly readings: readonly PatientReading[];
  /** All of them, since before the moment after which rules are judged. */
  readonly entries: readonly PastMeasurement[];
  /** From here on the record is whole. */
  readonly from: number;
}

/** What rules look at after a moment. */
export async function measuredFor(asked: Asked): Promise<Measured> {
  const { segments, after, catalogue } = asked;
  const { calendar, startDay } = segments[0].course;
  const reaches = segments.map((it) => reachDays(rulesOf(it), it.course));
  const firstDay = calendar.dayOf(Math.max(0, after)) - Math.max(...reaches);
  const from = calendar.instant(firstDay, 0);
  const accepted = (entries: readonly PastMeasurement[]) =>
    entries.flatMap((it) => accept(it, catalogue) ?? []);
  const entries = await between(asked, from, Number.MAX_SAFE_INTEGER);
  const windows = segments.map(({ course }) => course.plan.baseline.windowDays);
  const endOfBaseline = Math.min(firstDay, startDay + Math.max(...windows));
  const isAsked = segments.some((it) => rulesOf(it).some(needsBaseline));
  if (!isAsked || startDay >= endOfBaseline) return { readings: accepted(entries), entries, from };
  const [begin, end] = [startDay, endOfBaseline].map((day) => calendar.instant(day, 0));
  const before = accepted(await between(asked, begin ?? 0, end ?? 0));
  return { readings: [...before, ...accepted(entries)], entries, from };
}

interface AskedBefore extends Omit<Asked, 'segments' | 'after'> {
  /** What was entered in error. */
  readonly errors: ReadonlySet<string>;
}

/** When one of these kinds gave an accepted value last, before an instant; null when none did. */
export async function lastAccepted(
  { trx, patient, position, catalogue, errors, confirmed }: AskedBefore,
  kinds: readonly ReadingKind[],
  before: number,
): Promise<number | null> {
  if (kinds.length === 0) return null;
  const rows = await trx
    .selectFrom('journal')
    .select(pastColumns)
    .where('patient', '=', patient)
    .where('measured_at', '<', before)
    .where('kind', 'in', [...kinds])
    .where('position', '<=', position)
    .orderBy('measured_at', 'desc')
    .limit(MAX_ATTEMPTS)
    .execute();
  const counts = (it: PastMeasurement) => !errors.has(it.id) && accept(it, catalogue) !== null;
  const past = rows.map((row) => ownedBy(toPast(row), confirmed));
  return past.find(counts)?.measuredAt ?? null;
}

function needsBaseline({ when }: Rule): boolean {
  return leavesOf(when).some((it) => {
    const needs = 'metric' in it ? derivedMetrics.get(it.metric)?.needs : undefined;
    return needs !== undefined && 'baseline' in needs;
  });
}

type AskedPlainly = Pick<Asked, 'trx' | 'patient' | 'position' | 'confirmed'>;

/** As if the patient had said so at home, where staff have said that it is the patient's. */
function ownedBy(past: PastMeasurement, confirmed?: ReadonlySet<string>): PastMeasurement {
  if (confirmed?.has(past.id) !== true) return past;
  const flags = past.measurement.flags.filter((flag) => flag !== 'owner_unconfirmed');
  return { ...past, measurement: { ...past.measurement, flags } };
}

/** What was accepted of what was measured from an instant until before another. Oldest first. */
export async function readingsBetween(
  asked: AskedPlainly & Pick<Asked, 'catalogue'>,
  from: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<readonly PatientReading[]> {
  const entries = await between(asked, from, before);
  return entries.flatMap((it) => accept(it, asked.catalogue) ?? []);
}

interface AskedOfMany extends Pick<Asked, 'catalogue' | 'confirmed'> {
  readonly db: Kysely<Tables>;
}

/**
 * The same of a few patients, by patient: one statement for all of them. Index: `journal_by_patient`.
 */
export async function readingsOfMany(
  { db, catalogue, confirmed }: AskedOfMany,
  patients: readonly string[],
  from: number,
  before: number,
): Promise<ReadonlyMap<string, readonly PatientReading[]>> {
  if (patients.length === 0) return new Map();
  const rows = await db
    .selectFrom('journal')
    .select([...pastColumns, 'patient'])
    .where('patient', 'in', [...patients])
    .where('measured_at', '>=', from)
    .where('measured_at', '<', before)
    .orderBy('measured_at', 'desc')
    .limit(MAX_READINGS * patients.length)
    .execute();
  const accepted = rows.reverse().flatMap((row) => {
    const reading = accept(ownedBy(toPast(row), confirmed), catalogue);
    return reading === null ? [] : [{ patient: row.patient, reading }];
  });
  return new Map(
    [...groupBy(accepted, (it) => it.patient)].map(([patient, of]) => [
      patient,
      of.map((it) => it.reading),
    ]),
  );
}

/** Index: `journal_by_patient`. Oldest first. */
async function between(
  { trx, patient, position, confirmed }: AskedPlainly,
  from: number,
  before: number,
): Promise<readonly PastMeasurement[]> {
  const rows = await trx
    .selectFrom('journal')
    .select(pastColumns)
    .where('patient', '=', patient)
    .where('measured_at', '>=', from)
    .where('measured_at', '<', before)
    .where('position', '<=', position)
    .orderBy('measured_at', 'desc')
    .limit(MAX_READINGS)
    .execute();
  return rows.reverse().map((row) => ownedBy(toPast(row), confirmed));
}

/** What staff did with the tasks of these findings. */
export function staffActs(findings: readonly KnownFinding[]): readonly StaffAct[] {
  return findings.flatMap((it): StaffAct[] => {
    if (it.raised_at === null) return [];
    const { rule, severity } = it;
    const common = { rule, finding: { raisedAt: it.raised_at, severity } };
    const seen = it.acknowledged_at ?? it.answered_at;
    const { answered_at: answered } = it;
    const opens = { ...common, ...entry(`${it.id} opens`, seen ?? 0), act: 'opens' as const };
    const closes = { ...common, ...entry(`${it.id} over`, answered ?? 0), act: 'closes' as const };
    return [...(seen === null ? [] : [opens]), ...(answered === null ? [] : [closes])];
  });
}

/** A task that was closed because the patient was contacted is a contact. */
export function contacts(findings: readonly KnownFinding[]): readonly Contact[] {
  return findings.flatMap(({ id, answered_at, reason_code }) =>
    answered_at !== null && reason_code === 'contacted'
      ? [entry(`${id} contact`, answered_at)]
      : [],
  );
}

function entry(id: string, at: number): Contact {
  return { id, at, receivedAt: at };
}
