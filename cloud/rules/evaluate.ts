import { groupBy } from '../plans/group.js';
import type { PatientRecord } from '../plans/record.js';
import { confirmedIn, errorsIn } from '../record/patient-record.js';
import type { EventRecord } from '../record/patient-record.js';
import { episodeFindings, ruleIds } from './episode-findings.js';
import type { KnownFinding } from './finding-rows.js';
import type { Evaluated, Judged, Judging } from './judged.js';
import { contacts, measuredFor, staffActs } from './patient-record.js';
import type { PlanFinding, RuleStart } from './plan-findings.js';
import { startOf } from './starts.js';

interface Asked {
  readonly known: readonly KnownFinding[];
  readonly completeTo: number;
  readonly missingFrom: number | null;
  readonly judging: Judging;
  /** What people did. */
  readonly told: EventRecord;
}

export interface Evaluation {
  readonly starts: ReadonlyMap<string, RuleStart>;
  /** Event time: nothing at it or before it was looked at for its own sake. */
  readonly after: number;
  readonly evaluated: Evaluated;
  readonly found: readonly PlanFinding[];
}

/**
 * What the rules find in what is new. Where that takes away the last day of a finding, the day
 * before it is its last again, but of the day before that nothing is kept: the rule is judged once
 * more, from the beginning of the finding.
 */
export async function evaluate(judged: Judged, asked: Asked): Promise<Evaluation> {
  const evaluation = await evaluateFrom(judged, asked, startsOf(judged, asked, new Map()));
  const unknown = evaluation.found.filter((it) => it.before === 'unknown');
  if (unknown.length === 0) return evaluation;
  const from = new Map(unknown.map((it) => [it.rule, it.beganAt - 1]));
  return evaluateFrom(judged, asked, startsOf(judged, asked, from));
}

async function evaluateFrom(
  judged: Judged,
  { told, ...asked }: Asked,
  starts: Evaluation['starts'],
): Promise<Evaluation> {
  const { episode, segments, events, now } = judged;
  const { known, completeTo, missingFrom } = asked;
  const { course } = segments.at(-1) ?? segments[0];
  const first = Math.min(...[...starts.values()].map((it) => it.after), missingFrom ?? Infinity);
  const after = Math.max(Math.min(first, now), course.calendar.instant(course.startDay, 0) - 1);
  const [errors, confirmed] = [errorsIn(events), confirmedIn(events)];
  const measured = await measuredFor({ ...judged, ...episode, after, confirmed });
  const record: PatientRecord = {
    ...told,
    readings: measured.readings.filter((it) => !errors.has(it.id)),
    contacts: [...told.contacts, ...contacts(known)],
    staffActs: staffActs(known),
  };
  const found = episodeFindings({ segments, record, now, completeTo, starts });
  const evaluated = { known, measured, record, errors, completeTo, missingFrom };
  return { starts, after, evaluated, found };
}

/** `from`: instants after which rules are judged at the latest. */
function startsOf(
  { segments, oldest }: Judged,
  { known, judging }: Asked,
  from: ReadonlyMap<string, number>,
): Evaluation['starts'] {
  const { calendar } = segments[0].course;
  const ofRule = groupBy(known, (it) => it.rule);
  return new Map(
    ruleIds(segments).map((id) => {
      const judgedUntil = Math.min(judging.judged_until, from.get(id) ?? Infinity);
      const start = startOf(ofRule.get(id) ?? [], { judgedUntil, oldest }, calendar);
      return [id, start] as const;
    }),
  );
}
