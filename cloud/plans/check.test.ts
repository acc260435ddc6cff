import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkPlan } from './check.js';
import { loadContent } from './content.js';
import { type Tenant, cautiousTenant } from './guard.js';
import type { ParameterValues } from './parameters.js';

const directory = fileURLToPath(new URL('../content', import.meta.url));
const content = loadContent(directory);
const heartFailure = readFileSync(`${directory}/plans/heart-failure.json`, 'utf8');

/** Where in the plan, with dots, and what to put there; undefined takes it away. */
type Change = readonly [path: string, value: unknown];

function apply(plan: object, [path, value]: Change): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  // The paths of these tests lead through objects and lists only.
  const parent = keys.reduce((it, key) => Reflect.get(it, key) as object, plan);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
}

interface Options {
  readonly tenant?: Partial<Tenant>;
  readonly parameters?: ParameterValues;
}

/** The codes and paths of what is wrong with the heart failure plan once it is changed. */
function problems(changes: readonly Change[], { tenant, parameters }: Options = {}): string[] {
  const plan = JSON.parse(heartFailure) as object;
  for (const change of changes) apply(plan, change);
  return checkPlan(JSON.stringify(plan), {
    content,
    tenant: { ...cautiousTenant, ...tenant },
    ...(parameters && { parameters }),
  }).map(({ code, path }) => `${code} ${path}`);
}

const ruleIndex = (id: string) =>
  content.plans.get('heart-failure')!.rules.findIndex((it) => it.id === id);

describe('a plan file', () => {
  it('is accepted as it is', () => {
    expect(problems([])).toEqual([]);
  });

  it.each<[string, readonly Change[], string]>([
    ['an unknown key', [['emergencynotice', {}]], 'plan_malformed emergencynotice'],
    [
      'a typo inside a rule',
      [['rules.4.when.of.1.of.0.consecutve', 1]],
      'plan_malformed rules[4].when.of[1].of[0].consecutve',
    ],
    ['a wrong operator', [['rules.0.when.op', '=>']], 'plan_malformed rules[0].when.op'],
    ['an unknown kind', [['rules.0.when.type', 'trend']], 'plan_malformed rules[0].when.type'],
    ['a limit in words', [['rules.0.when.value', '2']], 'plan_malformed rules[0].when.value'],
    ['a missing language', [['title.en', undefined]], 'plan_malformed title.en'],
    [
      'an impossible time',
      [['tasks.0.schedule.windows.0.from', '24:00']],
      'plan_malformed tasks[0].schedule.windows[0].from',
    ],
    ['a vague window', [['rules.0.when.window', '3 days']], 'plan_malformed rules[0].when.window'],
  ])('is refused with the path for %s', (_, changes, expected) => {
    expect(problems(changes)).toEqual([expected]);
  });

  it('is refused when it is not JSON', () => {
    const [problem] = checkPlan('{', { content, tenant: cautiousTenant });
    expect(problem).toMatchObject({ code: 'plan_not_json', path: '' });
  });

  it.each<[string, readonly Change[], string]>([
    ['metric', [['rules.0.when.metric', 'bodyweight']], 'plan_reference rules[0].when.metric'],
    [
      'parameter',
      [['rules.5.when.valueFromParameter', 'sbpLow']],
      'plan_reference rules[5].when.valueFromParameter',
    ],
    [
      'item',
      [['rules.4.when.of.1.of.2.item', 'hf-pillow']],
      'plan_reference rules[4].when.of[1].of[2].item',
    ],
    [
      'phase',
      [['tasks.1.schedule.frequency.stabel', 'daily']],
      'plan_reference tasks[1].schedule.frequency.stabel',
    ],
    ['task', [['missingData.0.task', 'weight']], 'plan_reference missingData[0].task'],
    [
      'questionnaire',
      [['questionnaires.2.licensed', false]],
      'plan_reference questionnaires[2].id',
    ],
  ])('may not name a %s that does not exist', (_, changes, expected) => {
    expect(problems(changes)).toContain(expected);
  });

  it('may not use an id twice', () => {
    expect(problems([['rules.1.id', 'hf-w-gain3d']])).toEqual(['plan_duplicate rules[1].id']);
  });

  it('may only define what is computed', () => {
    expect(
      problems([
        ['derived.3', { id: 'fluidIndex', definition: 'a guess' }],
        ['baseline.rule', 'what feels right'],
      ]),
    ).toEqual(['plan_not_computable derived[3].id', 'plan_not_computable baseline.rule']);
  });

  it('may only ask for values that a metric has', () => {
    const broken = problems([['rules.0.when.metric', 'weightVsTarget']]);
    expect(broken).toEqual([]);
    const weekly = problems([['rules.2.when.aggregate', 'week']]);
    expect(weekly).toContain('plan_not_computable rules[2].when.aggregate');
  });
});

describe('the publishing guard (§9)', () => {
  const codesOf = (plan: string, tenant: Partial<Tenant> = {}) => {
    const text = readFileSync(`${directory}/plans/${plan}.json`, 'utf8');
    return checkPlan(text, { content, tenant: { ...cautiousTenant, ...tenant } }).map(
      (it) => `${it.code} ${it.path}`,
    );
  };

  it('1: refuses a text that nobody verified, in the languages in use', () => {
    expect(codesOf('copd')).toEqual([
      'publish_text_unverified questionnaires[1]',
      'publish_text_unverified questionnaires[4]',
      'publish_text_unverified questionnaires[5]',
    ]);
    expect(codesOf('copd', { languages: ['en'] })).toEqual([]);
  });

  it('2: refuses a licensed instrument that is on without a licence', () => {
    const turnOn: Change[] = [['questionnaires.2.enabledByDefault', true]];
    expect(problems(turnOn)).toEqual(['publish_licence_missing questionnaires[2]']);
    expect(problems(turnOn, { tenant: { licenceReferences: { 'kccq-12': 'A-17' } } })).toEqual([]);
  });

  it('3: refuses non-commercial terms that nobody confirmed', () => {
    const english: Partial<Tenant> = { languages: ['en'], forTest: true };
    expect(codesOf('mental-health-icbt', english)).toContain(
      'publish_terms_unconfirmed questionnaires[2]',
    );
    expect(codesOf('mental-health-icbt', { ...english, confirmedTerms: ['bbq'] })).not.toContain(
      'publish_terms_unconfirmed questionnaires[2]',
    );
  });

  it('4: refuses a rule without basis, texts or clear condition', () => {
    expect(
      problems([
        ['rules.0.basis', ' '],
        ['rules.1.patientMessage.sv', ''],
        ['rules.2.staffMessage', undefined],
        ['rules.3.clear', null],
        ['rules.5.clear', null],
      ]),
    ).toEqual([
      'publish_rule_incomplete rules[0].basis',
      'publish_rule_incomplete rules[1].patientMessage',
      'publish_rule_incomplete rules[2].staffMessage',
      'publish_rule_incomplete rules[5].clear',
    ]);
  });

  it.each<[string, ...Change]>([
    ['hf-sbp-low', 'clear.offsetFromParameter.offset', 0],
    ['hf-sbp-low', 'clear.op', '<='],
    ['hf-w-above-target', 'clear.value', 2.5],
    ['hf-w-gain3d', 'clear.value', 1],
    ['hf-w-loss', 'clear.op', '<='],
    ['hf-hr-high', 'clear.value', 100],
  ])('5: refuses %s when it clears no further back', (id, path, value) => {
    const i = ruleIndex(id);
    expect(problems([[`rules.${i}.${path}`, value]])).toEqual([
      `publish_clear_not_back rules[${i}].clear`,
    ]);
  });

  it('5: lets a laboratory value have one limit', () => {
    expect(codesOf('type2-diabetes', { languages: ['sv'] }).join()).not.toContain('clear_not_back');
  });

  it('6: refuses red without 1177 or 112 in every language', () => {
    const i = ruleIndex('hf-hr-veryhigh');
    expect(problems([[`rules.${i}.patientMessage.en`, 'Very high pulse. Call us.']])).toEqual([
      `publish_red_without_help rules[${i}].patientMessage`,
    ]);
    expect(problems([[`rules.${i}.patientMessage.en`, 'Call 11777.']])).toHaveLength(1);
  });

  it('7: refuses missing notices and response times', () => {
    expect(
      problems([
        ['emergencyNotice', undefined],
        ['limitNotice.sv', ''],
        ['response.red', undefined],
      ]),
    ).toEqual([
      'publish_notice_missing emergencyNotice',
      'publish_notice_missing limitNotice',
      'publish_notice_missing response.red',
    ]);
  });

  it('8: refuses a draft, unless it is for test', () => {
    const draft: Change[] = [['status', 'draft']];
    expect(problems(draft)).toEqual(['publish_draft status']);
    expect(problems(draft, { tenant: { forTest: true } })).toEqual([]);
  });
});

describe('the start guard (§5)', () => {
  const filledIn = { targetWeight: 80.5, diureticPlan: true };

  it('lets a patient start when everything is filled in', () => {
    expect(problems([], { parameters: filledIn })).toEqual([]);
  });

  it.each<[string, ParameterValues, string]>([
    [
      'something is missing',
      { diureticPlan: true },
      'start_parameter_missing parameters.targetWeight',
    ],
    [
      'red is not beyond yellow',
      { sbpLowYellow: 90 },
      'start_red_not_beyond_yellow parameters.sbpLowRed',
    ],
    [
      'a limit is out of bounds',
      { sbpLowRed: 69 },
      'start_parameter_out_of_bounds parameters.sbpLowRed',
    ],
    [
      'a value is of another type',
      { diureticPlan: 'yes' },
      'start_parameter_out_of_bounds parameters.diureticPlan',
    ],
    ['a name is unknown', { sbpLow: 90 }, 'start_parameter_unknown parameters.sbpLow'],
  ])('refuses when %s', (_, own, expected) => {
    const parameters =
      'targetWeight' in own || expected.includes('missing') ? own : { ...filledIn, ...own };
    expect(problems([], { parameters })).toEqual([expected]);
  });

  it('holds the defaults of the plan to the same limits', () => {
    expect(problems([['parameters.2.default', 100]])).toEqual([
      'start_red_not_beyond_yellow parameters.sbpLowRed',
    ]);
  });

  it('knows choices and lists', () => {
    const text = (plan: string) => readFileSync(`${directory}/plans/${plan}.json`, 'utf8');
    const start = (plan: string, parameters: ParameterValues) =>
      checkPlan(text(plan), { content, tenant: cautiousTenant, parameters })
        .filter((it) => it.code.startsWith('start'))
        .map((it) => it.path);
    expect(start('type2-diabetes', { treatment: 'insulin' })).toEqual(['parameters.treatment']);
    expect(start('type2-diabetes', { treatment: 'diet' })).toEqual([]);
    expect(start('neurorehab-health-plan', { activities: ['physical', 'brain-rest'] })).toEqual([]);
    expect(start('neurorehab-health-plan', { activities: 'physical' })).toEqual([
      'parameters.activities',
    ]);
  });
});
