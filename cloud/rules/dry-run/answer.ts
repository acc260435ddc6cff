import { leavesOf } from '@hemma/protocols/plans/condition.js';
import { type RuleEvent, evaluateRule } from '../engine.js';
import { evidenceOf } from '../plan-findings.js';
import { safetyPages } from '../safety.js';
import type { Content } from '../../plans/content.js';
import { type Course, courseOf } from '../../plans/course.js';
import { derivedMetrics } from '../../plans/derived.js';
import type { Evidence } from '../../plans/evidence.js';
import { type Moment, inOrder } from '../../plans/lookup.js';
import type { PatientRecord } from '../../plans/record.js';
import { plannedSeries } from '../../plans/series-runs.js';
import type { DryRunCase } from './case.js';
import { recordOf } from './rows.js';
import { seriesFigures } from './series-figures.js';
import { shownParameters } from './shown-parameters.js';
import { type Stamp, type Stamps, stampsOf } from './stamps.js';

export type StampedEvent = Stamp & { readonly event: string };

/** What the rule of a case says: its events, or for a series its figures with the verdict. */
export type DryRunAnswer = readonly StampedEvent[] | Readonly<Record<string, unknown>>;

/** Runs a case to its end: time goes on until nothing can change any more. */
export function answerCase(kase: DryRunCase, content: Content): DryRunAnswer {
  const stamps = stampsOf(kase.input);
  const course = courseFor(kase, content, stamps);
  const record = recordOf(kase, content, stamps.rows);
  const evidence = evidenceOf({ course, record, now: Infinity });
  const events = evaluateRule(kase.rule, evidence);
  if (kase.kind === 'series') return seriesAnswer(kase, evidence, events);
  return stampedEvents([...pagesOf(record, evidence), ...toldEvents(events)], stamps);
}

function courseFor(
  kase: DryRunCase,
  content: Content,
  { calendar, rows, isDated }: Stamps,
): Course {
  // The days of a series are numbered from 1; other cases number the days of the plan from 0.
  const firstDay = Math.min(...rows.map((it) => calendar.dayOf(it.at)));
  const origin = kase.kind === 'series' ? 1 : 0;
  return courseOf({
    plan: kase.plan,
    content,
    calendar,
    parameters: shownParameters(kase),
    startDay: isDated ? firstDay : Math.min(origin, firstDay),
    phaseKnown: kase.phase !== undefined,
    phaseMoves: kase.phase === undefined ? [] : [{ day: -Infinity, phase: kase.phase }],
    toldInterval: kase.intervalDays ?? null,
  });
}

interface ToldEvent {
  readonly moment: Moment;
  readonly event: string;
}

/** Safety pages come before what rules make of the same answers. */
function pagesOf(record: PatientRecord, evidence: Evidence): readonly ToldEvent[] {
  const { content, calendar } = evidence.course;
  return record.responses.flatMap(({ at, questionnaire, answers }) => {
    const known = content.questionnaires.get(questionnaire);
    const pages = known === undefined ? [] : safetyPages(known, answers);
    const moment = { at, day: calendar.dayOf(at), seq: -2 };
    return pages.map((page) => ({ moment, event: `safety-page-${page}` }));
  });
}

const eventNames: Readonly<Record<RuleEvent['what'], string | null>> = {
  confirming: 'confirming',
  'not-confirmed': 'not-confirmed-info',
  raised: 'active',
  acknowledged: 'acknowledged',
  kept: 'recalculated',
  cleared: 'cleared',
  // Neither makes a task or a notification: it updates the value, or colours it.
  matched: null,
  suppressed: null,
};

function toldEvents(events: readonly RuleEvent[]): readonly ToldEvent[] {
  return events.flatMap((it) => {
    const name = eventNames[it.what];
    if (name === null) return [];
    return [{ moment: it, event: it.what === 'raised' ? `${name}-${it.severity}` : name }];
  });
}

function stampedEvents(events: readonly ToldEvent[], stamps: Stamps): readonly StampedEvent[] {
  return events
    .toSorted((a, b) => inOrder(a.moment, b.moment))
    .map(({ moment, event }) => ({ ...stamps.stampOf(moment), event }));
}

/** A rule on series says nothing about one that never became complete. */
function seriesAnswer(
  { rule, plan }: DryRunCase,
  evidence: Evidence,
  events: readonly RuleEvent[],
): DryRunAnswer {
  const leaves = leavesOf(rule.when);
  const isOnSeries = leaves.some((it) => 'aggregate' in it && it.aggregate === 'series');
  const metrics = leaves.flatMap((it) => ('metric' in it ? [it.metric] : []));
  const member = metrics.map((it) => derivedMetrics.get(it)?.follows ?? it)[0] ?? '';
  const run = evidence.runs(member)[0];
  const planned = (plan.series ?? [])
    .map((it) => plannedSeries(evidence.course, it.id))
    .find((it) => it?.series.members.includes(member));
  if (run === undefined || !planned) return { status: 'insufficient', [rule.id]: 'not evaluated' };
  const { members, windows } = planned.series;
  const verdict = toldEvents(events).at(-1)?.event ?? 'normal';
  return {
    ...seriesFigures(run, { members, windows, lookup: evidence }),
    [rule.id]: isOnSeries && run.status !== 'complete' ? 'not evaluated' : verdict,
  };
}
