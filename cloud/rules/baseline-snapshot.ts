import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Content } from '../plans/content.js';
import type { Course } from '../plans/course.js';
import { derivedMetrics } from '../plans/derived.js';
import { isMetric } from '../plans/metrics.js';
import type { PatientRecord } from '../plans/record.js';
import { NIGHT_MINUTE } from '@hemma/protocols/plans/series-run.js';
import { maxInputs } from '../record/events.js';
import type { CareEvent } from '../record/events.js';
import { evidenceOf } from './plan-findings.js';

type BaselineEvent = Extract<CareEvent, { kind: 'baseline' }>;

/** The zero measurement (monitoring plans §8) as it is stored, and the time it belongs to. */
export interface Snapshot {
  readonly at: number;
  readonly event: BaselineEvent;
}

/** Days after its window for a home that was cut off, where the plan allows no late entry. */
const minSettleDays = 2;

/**
 * When it is taken by itself: in the night after its window, when what the plan lets patients fill in
 * afterwards can have come as well. Later entries change it no more.
 */
export function baselineDueAt({ plan, startDay, calendar }: Course): number {
  const settleDays = Math.max(minSettleDays, ...plan.tasks.map((it) => it.lateEntry.backfillDays));
  return calendar.instant(startDay + plan.baseline.windowDays + settleDays, NIGHT_MINUTE);
}

/** Everything that the rule of the plan can take from these entries; null when that is nothing. */
export function snapshotOf(
  course: Course,
  record: PatientRecord,
  { now, reason }: { readonly now: number; readonly reason: string | null },
): Snapshot | null {
  const evidence = evidenceOf({ course, record: { ...record, baselines: [] }, now });
  const today = course.calendar.dayOf(now);
  const taken = baselineMetrics(course.plan, course.content).flatMap((metric) => {
    const found = evidence.computedBaseline(metric);
    return found === null || found.fromDay > today ? [] : [[metric, found] as const];
  });
  if (taken.length === 0) return null;
  const lastDay = Math.max(...taken.map(([, it]) => it.fromDay));
  return {
    at: Math.min(now, course.calendar.instant(lastDay, 0)),
    event: {
      kind: 'baseline',
      values: Object.fromEntries(taken.map(([metric, it]) => [metric, it.value.toNumber()])),
      inputs: Object.fromEntries(taken.map(([metric, it]) => [metric, it.ids.slice(0, maxInputs)])),
      fromDays: Object.fromEntries(taken.map(([metric, it]) => [metric, it.fromDay])),
      reason,
    },
  };
}

/** What the plan takes a zero measurement of, and what its rules compare with one. */
function baselineMetrics(plan: Plan, content: Content): readonly string[] {
  const { items, questionnaires, imports } = plan.baseline;
  const scored = [...content.scores].filter(([, sources]) =>
    sources.some((it) => questionnaires.includes(it.questionnaire)),
  );
  const named = [
    ...items.flatMap((it) => (it.startsWith('series:') ? membersOf(it, plan) : [it])),
    ...scored.map(([metric]) => metric),
    ...imports.flatMap((it) => content.instruments.get(it) ?? []),
    ...plan.rules.flatMap((it) => leavesOf(it.when)).flatMap(comparedWithBaseline),
  ];
  return [...new Set(named)].filter((it) => isMetric(it, content));
}

/** `series:<id>.mean` */
function membersOf(item: string, plan: Plan): readonly string[] {
  const id = item.slice('series:'.length).split('.')[0];
  return (plan.series ?? []).flatMap((it) => (it.id === id && 'members' in it ? it.members : []));
}

function comparedWithBaseline(leaf: ReturnType<typeof leavesOf>[number]): readonly string[] {
  if (leaf.type === 'score') return leaf.mode === 'change' ? [leaf.metric] : [];
  const needs = 'metric' in leaf ? derivedMetrics.get(leaf.metric)?.needs : undefined;
  return needs !== undefined && 'baseline' in needs ? [needs.baseline] : [];
}
