import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { ParameterValue } from '@hemma/protocols/plans/plan.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { baselineRuleOf } from '../plans/baseline.js';
import type { Course } from '../plans/course.js';
import { derivedMetrics } from '../plans/derived.js';
import { Evidence } from '../plans/evidence.js';
import type { PatientRecord } from '../plans/record.js';
import { type Start, evaluateRule, runRule, theBeginning } from './engine.js';
import { type Finding, findingsOf } from './finding.js';

/** A finding with what it was judged by, so that staff can open "why" (§5). */
export interface PlanFinding extends Finding {
  readonly plan: string;
  readonly planVersion: string;
  /** The parameters of the plan that the rule compares with, as they were set. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** From where a rule is judged, and the finding that is going on there. */
export interface RuleStart extends Start {
  readonly open: PlanFinding | null;
}

export interface PlanFindingsOptions {
  readonly course: Course;
  readonly record: PatientRecord;
  /** Nothing after this instant has happened yet. */
  readonly now: number;
  /** Rules that are on for this patient; those on by default when it is not told. */
  readonly rules?: readonly string[];
  /** By rule: where it was judged before; what is not named is judged from the beginning. */
  readonly starts?: ReadonlyMap<string, RuleStart>;
  /** Time decides only where everything is known up to here; `now` when it is not told. */
  readonly completeTo?: number;
}

export const fromNothing: RuleStart = { ...theBeginning, open: null };

/**
 * Everything that the rules of a plan find in the entries of one patient: all findings, or those that
 * go on after the starts.
 */
export function planFindings(options: PlanFindingsOptions): readonly PlanFinding[] {
  const { course } = options;
  const evidence = evidenceOf(options);
  return course.plan.rules
    .filter((it) => options.rules?.includes(it.id) ?? it.enabledByDefault)
    .flatMap((rule) => {
      const start = options.starts?.get(rule.id) ?? fromNothing;
      return ruleFindings(rule, evidence, start).findings;
    });
}

/** What one rule finds after a start, and from where it goes on. */
export function ruleFindings(
  rule: Rule,
  evidence: Evidence,
  start: RuleStart,
): { readonly findings: readonly PlanFinding[]; readonly end: RuleStart } {
  const { course } = evidence;
  const basis = {
    plan: course.plan.id,
    planVersion: course.plan.version,
    parameters: parametersOf(rule, course),
  };
  const { events, end } = runRule(rule, evidence, start);
  const { open } = start;
  const findings = findingsOf(events, open).map((it, i): PlanFinding => {
    // What goes on was judged by what was in force when it was raised.
    const goesOn = i === 0 && open !== null && it.raisedAt === open.raisedAt;
    const { planVersion, parameters } = basis;
    const steps = it.steps.map((step) => ({ planVersion, parameters, ...step }));
    return goesOn ? { ...open, ...it, steps } : { ...it, ...basis, steps };
  });
  const last = findings.at(-1);
  return { findings, end: { ...end, open: last?.clearedAt === null ? last : null } };
}

/** The evidence of one patient; symptom rules go first where the baseline leaves their days out. */
export function evidenceOf(options: Omit<PlanFindingsOptions, 'rules' | 'starts'>): Evidence {
  const evidence = new Evidence(options);
  const { plan } = options.course;
  if (baselineRuleOf(plan)?.withoutSymptomDays !== true) return evidence;
  const symptomRules = plan.rules.filter(isSymptomRule);
  const days = symptomRules.flatMap((it) => activeDays(it, evidence));
  return days.length === 0 ? evidence : new Evidence({ ...options, symptomDays: new Set(days) });
}

/** A rule that asks the patient and measures nothing. */
function isSymptomRule({ when }: Rule): boolean {
  return leavesOf(when).every((it) => {
    if (it.type === 'answer') return true;
    return (
      it.type === 'threshold' && derivedMetrics.get(it.metric)?.follows.startsWith('q:') === true
    );
  });
}

function activeDays(rule: Rule, evidence: Evidence): readonly number[] {
  const { startDay, plan, calendar } = evidence.course;
  const end = startDay + plan.baseline.windowDays;
  return findingsOf(evaluateRule(rule, evidence)).flatMap(({ day, clearedAt }) => {
    const last = clearedAt === null ? end : calendar.dayOf(clearedAt);
    return Array.from({ length: Math.max(0, last - day) }, (_, i) => day + i);
  });
}

function parametersOf(rule: Rule, { parameters }: Course): PlanFinding['parameters'] {
  const clear = rule.clear ? leavesOf(rule.clear) : [];
  const named = [...leavesOf(rule.when), ...clear].flatMap((it) => [
    ...('valueFromParameter' in it ? [it.valueFromParameter] : []),
    ...('offsetFromParameter' in it ? [it.offsetFromParameter?.parameter] : []),
  ]);
  const used = named.filter((it) => it !== undefined);
  return Object.fromEntries([...new Set(used)].map((it) => [it, parameters[it] ?? null]));
}
