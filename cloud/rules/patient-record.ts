import type { Transaction } from 'kysely';
import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Catalogue } from '../catalogue.js';
import type { Tables } from '../database/schema.js';
import { toEntry } from '../journal/statements.js';
import type { Course } from '../plans/course.js';
import { derivedMetrics } from '../plans/derived.js';
import type { Contact, PatientReading, StaffAct } from '../plans/record.js';
import { accept } from './accept.js';
import type { KnownFinding } from './finding-rows.js';
import { reachDays } from './reach.js';

/** A reading every ten minutes for a year; of more than these the newest count. */
const MAX_READINGS = 50_000;

interface Asked {
  readonly trx: Transaction<Tables>;
  readonly patient: string;
  readonly course: Course;
  readonly rules: readonly Rule[];
  /** Rules are judged after this instant. */
  readonly after: number;
  /** The journal up to here; what is behind it comes with a batch of its own. */
  readonly position: number;
  readonly catalogue: Catalogue;
}

/** The readings that rules look at after a moment, with those of the zero measurement (§8). */
export async function readingsFor(asked: Asked): Promise<readonly PatientReading[]> {
  const { course, rules, after } = asked;
  const { calendar, startDay, plan } = course;
  const firstDay = calendar.dayOf(Math.max(0, after)) - reachDays(rules, course);
  const endOfBaseline = Math.min(firstDay, startDay + plan.baseline.windowDays);
  const recent = await between(asked, calendar.instant(firstDay, 0), Number.MAX_SAFE_INTEGER);
  if (!rules.some(needsBaseline) || startDay >= endOfBaseline) return recent;
  const days = [startDay, endOfBaseline].map((day) => calendar.instant(day, 0));
  return [...(await between(asked, days[0] ?? 0, days[1] ?? 0)), ...recent];
}

function needsBaseline({ when }: Rule): boolean {
  return leavesOf(when).some((it) => {
    const needs = 'metric' in it ? derivedMetrics.get(it.metric)?.needs : undefined;
    return needs !== undefined && 'baseline' in needs;
  });
}

/** Index: `journal_by_patient`. Oldest first. */
async function between(
  { trx, patient, position, catalogue }: Asked,
  from: number,
  before: number,
): Promise<readonly PatientReading[]> {
  const rows = await trx
    .selectFrom('journal')
    .selectAll()
    .where('patient', '=', patient)
    .where('measured_at', '>=', from)
    .where('measured_at', '<', before)
    .where('position', '<=', position)
    .orderBy('measured_at', 'desc')
    .limit(MAX_READINGS)
    .execute();
  return rows.reverse().flatMap((row) => accept(toEntry(row), catalogue) ?? []);
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
