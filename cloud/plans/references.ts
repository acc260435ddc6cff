import type { Condition, ConditionLeaf } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Frequency, QuestionnaireFrequency } from '@hemma/protocols/plans/schedule.js';
import { baselineRuleOf } from './baseline.js';
import type { Content } from './content.js';
import { derivedMetrics } from './derived.js';
import { type Problem, problem } from './problems.js';

/** Whatever a plan names must exist, and whatever it defines must be something we can compute. */
export function referenceProblems(plan: Plan, content: Content): readonly Problem[] {
  const names = namesOf(plan);
  return [
    ...duplicates(plan),
    ...definitions(plan),
    ...plan.rules.flatMap((rule, i) => ruleProblems(rule, `rules[${i}]`, { plan, content, names })),
    ...taskProblems(plan, content, names),
    ...questionnaireProblems(plan, content, names),
    ...otherProblems(plan, content, names),
  ];
}

interface Names {
  readonly phases: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  readonly tasks: ReadonlySet<string>;
  readonly rules: ReadonlySet<string>;
  readonly series: ReadonlySet<string>;
  readonly questionnaires: ReadonlySet<string>;
  readonly derived: ReadonlySet<string>;
}

interface Scope {
  readonly plan: Plan;
  readonly content: Content;
  readonly names: Names;
}

function namesOf(plan: Plan): Names {
  const ids = (list: readonly { readonly id: string }[]) => new Set(list.map((it) => it.id));
  return {
    phases: ids(plan.phases),
    parameters: ids(plan.parameters),
    tasks: ids(plan.tasks),
    rules: ids(plan.rules),
    series: ids(plan.series ?? []),
    questionnaires: ids(plan.questionnaires),
    derived: ids(plan.derived),
  };
}

/** One problem for a name that is not among those that exist. */
function known(names: ReadonlySet<string>, name: string | undefined, path: string): Problem[] {
  if (name === undefined || names.has(name)) return [];
  return [problem('plan_reference', path, `${name} does not exist`)];
}

function duplicates(plan: Plan): readonly Problem[] {
  const lists = {
    phases: plan.phases,
    parameters: plan.parameters,
    tasks: plan.tasks,
    series: plan.series ?? [],
    derived: plan.derived,
    rules: plan.rules,
    missingData: plan.missingData,
    questionnaires: plan.questionnaires,
    goals: plan.goals,
  };
  return Object.entries(lists).flatMap(([key, list]) => {
    const ids: readonly string[] = list.map((it) => it.id);
    return ids.flatMap((id, i) =>
      ids.indexOf(id) < i
        ? [problem('plan_duplicate', `${key}[${i}].id`, `${id} is used twice`)]
        : [],
    );
  });
}

function definitions(plan: Plan): readonly Problem[] {
  const unknown = plan.derived.flatMap(({ id }, i) =>
    derivedMetrics.get(id) === undefined
      ? [problem('plan_not_computable', `derived[${i}].id`, `no function computes ${id}`)]
      : [],
  );
  if (baselineRuleOf(plan) !== null) return unknown;
  return [...unknown, problem('plan_not_computable', 'baseline.rule', 'no function computes it')];
}

function ruleProblems(rule: Rule, path: string, scope: Scope): readonly Problem[] {
  const clear = rule.clear ? leafPaths(rule.clear, `${path}.clear`) : [];
  return [...leafPaths(rule.when, `${path}.when`), ...clear].flatMap(([leafPath, leaf]) =>
    leafProblems(leaf, leafPath, scope),
  );
}

function leafPaths(
  condition: Condition,
  path: string,
): readonly (readonly [string, ConditionLeaf])[] {
  if (condition.type !== 'all' && condition.type !== 'any') return [[path, condition]];
  const inner: readonly Condition[] = condition.of;
  return inner.flatMap((it, i) => leafPaths(it, `${path}.of[${i}]`));
}

function leafProblems(leaf: ConditionLeaf, path: string, scope: Scope): readonly Problem[] {
  const { parameters } = scope.names;
  const value = 'valueFromParameter' in leaf ? leaf.valueFromParameter : undefined;
  const offset = 'offsetFromParameter' in leaf ? leaf.offsetFromParameter?.parameter : undefined;
  return [
    ...known(parameters, value, `${path}.valueFromParameter`),
    ...known(parameters, offset, `${path}.offsetFromParameter.parameter`),
    ...('metric' in leaf ? metricProblems(leaf, path, scope) : []),
    ...('questionnaire' in leaf ? itemProblems(leaf, path, scope) : []),
  ];
}

function metricProblems(
  leaf: Extract<ConditionLeaf, { readonly metric: string }>,
  path: string,
  { content, names }: Scope,
): readonly Problem[] {
  const derived = names.derived.has(leaf.metric) ? derivedMetrics.get(leaf.metric) : undefined;
  const isMeasured = content.decimals.has(leaf.metric);
  if (!isMeasured && derived === undefined) return known(new Set(), leaf.metric, `${path}.metric`);
  const asked = 'aggregate' in leaf ? leaf.aggregate : null;
  const kind = asked === 'window' || asked === 'week' ? 'rolling' : asked;
  const isGiven =
    derived === undefined
      ? kind !== 'rolling' && (kind !== 'series' || leaf.type === 'count')
      : kind === null || derived[kind] !== undefined;
  if (isGiven) return [];
  return [problem('plan_not_computable', `${path}.aggregate`, `${leaf.metric} has no such values`)];
}

function itemProblems(
  leaf: Extract<ConditionLeaf, { readonly questionnaire: string }>,
  path: string,
  { content, names }: Scope,
): readonly Problem[] {
  const unknown = known(names.questionnaires, leaf.questionnaire, `${path}.questionnaire`);
  if (unknown.length > 0 || !('item' in leaf)) return unknown;
  const items = content.questionnaires.get(leaf.questionnaire)?.items ?? [];
  return known(new Set(items.map((it) => it.id)), leaf.item, `${path}.item`);
}

function taskProblems(plan: Plan, content: Content, names: Names): readonly Problem[] {
  const measurements = new Set(content.decimals.keys());
  const phases = new Set([...names.phases, 'all']);
  return plan.tasks.flatMap((task, i) => [
    ...task.measurementTypes.flatMap((it, k) =>
      known(measurements, it, `tasks[${i}].measurementTypes[${k}]`),
    ),
    ...task.phases.flatMap((it, k) => known(phases, it, `tasks[${i}].phases[${k}]`)),
    ...frequencyProblems(task.schedule.frequency, `tasks[${i}].schedule.frequency`, names),
  ]);
}

function frequencyProblems(
  frequency: Frequency | QuestionnaireFrequency,
  path: string,
  names: Names,
): readonly Problem[] {
  switch (frequency.type) {
    case 'phase':
      return Object.keys(frequency)
        .filter((key) => key !== 'type' && key !== 'onDemand')
        .flatMap((key) => known(names.phases, key, `${path}.${key}`));
    case 'series':
      return known(names.series, frequency.seriesId, `${path}.seriesId`);
    case 'from-parameter':
      return known(names.parameters, frequency.parameter, `${path}.parameter`);
    case 'by-parameter':
      return [
        ...known(names.parameters, frequency.parameter, `${path}.parameter`),
        ...Object.entries(frequency.map).flatMap(([key, choice]) =>
          known(names.series, choice.split(/[:+]/)[1], `${path}.map.${key}`),
        ),
      ];
    case 'on-demand':
      return frequency.suggestedBy.flatMap((it, k) =>
        known(names.rules, it, `${path}.suggestedBy[${k}]`),
      );
    default:
      return [];
  }
}

function questionnaireProblems(plan: Plan, content: Content, names: Names): readonly Problem[] {
  const shipped = new Set(content.questionnaires.keys());
  const licensed = new Set(content.instruments.keys());
  const phases = new Set([...names.phases, 'all']);
  return plan.questionnaires.flatMap((it, i) => [
    ...known(it.licensed ? licensed : shipped, it.id, `questionnaires[${i}].id`),
    ...it.phases.flatMap((phase, k) => known(phases, phase, `questionnaires[${i}].phases[${k}]`)),
    ...frequencyProblems(it.when, `questionnaires[${i}].when`, names),
  ]);
}

function otherProblems(plan: Plan, content: Content, names: Names): readonly Problem[] {
  const watched = new Set([...names.tasks, ...[...names.questionnaires].map((it) => `q:${it}`)]);
  return [
    ...plan.missingData.flatMap((it, i) => known(watched, it.task, `missingData[${i}].task`)),
    ...plan.parameters.flatMap((it, i) =>
      known(names.parameters, it.mustBeBelow, `parameters[${i}].mustBeBelow`),
    ),
    ...plan.goals.flatMap((it, i) =>
      known(names.parameters, it.parameter ?? undefined, `goals[${i}].parameter`),
    ),
    ...seriesProblems(plan, content, names),
  ];
}

function seriesProblems(plan: Plan, content: Content, names: Names): readonly Problem[] {
  return (plan.series ?? []).flatMap((series, i) => {
    const path = `series[${i}]`;
    if ('copyOf' in series) {
      const [origin = '', id] = series.copyOf.split('#');
      const ids = (content.plans.get(origin)?.series ?? []).map((it) => it.id);
      return known(new Set(ids), id, `${path}.copyOf`);
    }
    const length = series.lengthDays ?? series.lengthDaysFromParameter;
    const parameters = {
      lengthDaysFromParameter: series.lengthDaysFromParameter,
      readingsPerWindowFromParameter: series.readingsPerWindowFromParameter,
      discardFirstReadingOfEachTripleFromParameter:
        series.discardFirstReadingOfEachTripleFromParameter,
    };
    return [
      ...(length === undefined ? [problem('plan_malformed', path, 'has no length')] : []),
      ...Object.entries(parameters).flatMap(([key, it]) =>
        known(names.parameters, it, `${path}.${key}`),
      ),
      ...series.members.flatMap((it, k) =>
        known(new Set(content.decimals.keys()), it, `${path}.members[${k}]`),
      ),
    ];
  });
}
