import { type ConditionLeaf, leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { type Rule, type Severity, severities } from '@hemma/protocols/plans/rule.js';
import { type Language, type Text, languages } from '@hemma/protocols/plans/text.js';
import { z } from 'zod';
import { isFurtherBack } from './clear-limits.js';
import type { Content } from './content.js';
import { type Problem, problem } from './problems.js';

/** What the publishing guard must know of the organisation that publishes. */
export const organisationSchema = z.strictObject({
  languages: z
    .array(z.enum(languages))
    .min(1)
    .describe('Every text of what is published is verified in these.'),
  licenceReferences: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe('Licensed instruments with the reference of the licence.'),
  confirmedTerms: z
    .array(z.string())
    .default([])
    .describe('Instruments whose non-commercial terms were confirmed.'),
});
export type Organisation = z.infer<typeof organisationSchema>;

export const tenantSchema = organisationSchema.extend({
  /** A draft may be published for test persons. */
  forTest: z.boolean().default(false),
});
export type Tenant = z.infer<typeof tenantSchema>;

/** An organisation with both languages that has confirmed nothing. */
export const cautiousTenant: Tenant = tenantSchema.parse({ languages: ['sv', 'en'] });

interface Scope {
  readonly plan: Plan;
  readonly content: Content;
  readonly tenant: Tenant;
}

/** The publishing guard (monitoring plans §9): empty when the version may be published. */
export function publishingGuard(scope: Scope): readonly Problem[] {
  return [
    ...unverifiedTexts(scope),
    ...missingLicences(scope),
    ...unconfirmedTerms(scope),
    ...scope.plan.rules.flatMap((rule, i) => ruleProblems(rule, `rules[${i}]`, scope)),
    ...missingNotices(scope),
    ...draft(scope),
  ];
}

/** §9.1: also of a questionnaire that is off, because staff may turn it on. */
function unverifiedTexts({ plan, content, tenant }: Scope): readonly Problem[] {
  return plan.questionnaires.flatMap(({ id }, i) => {
    const verified = content.questionnaires.get(id)?.licence.textVerified;
    const unverified = tenant.languages.filter((it) => verified?.[it] === false);
    return unverified.map((it) =>
      problem('publish_text_unverified', `questionnaires[${i}]`, `${id}, ${it}`),
    );
  });
}

/** §9.2. */
function missingLicences({ plan, tenant }: Scope): readonly Problem[] {
  return plan.questionnaires.flatMap(({ id, licensed, enabledByDefault }, i) =>
    licensed && enabledByDefault && tenant.licenceReferences[id] === undefined
      ? [problem('publish_licence_missing', `questionnaires[${i}]`, id)]
      : [],
  );
}

/** §9.3. */
function unconfirmedTerms({ plan, content, tenant }: Scope): readonly Problem[] {
  return plan.questionnaires.flatMap(({ id, enabledByDefault }, i) => {
    const status = content.questionnaires.get(id)?.licence.status;
    const isOpen = enabledByDefault && status === 'free-noncommercial';
    if (!isOpen || tenant.confirmedTerms.includes(id)) return [];
    return [problem('publish_terms_unconfirmed', `questionnaires[${i}]`, id)];
  });
}

function ruleProblems(rule: Rule, path: string, scope: Scope): readonly Problem[] {
  const incomplete = missingParts(rule, scope.tenant.languages);
  return [
    ...incomplete.map((it) => problem('publish_rule_incomplete', `${path}.${it}`)),
    ...clearProblems(rule, path, scope),
    ...(leadsToRed(rule) && !tellsWhereToCall(rule, scope.tenant.languages)
      ? [problem('publish_red_without_help', `${path}.patientMessage`)]
      : []),
  ];
}

/** §9.4. */
function missingParts(rule: Rule, languages: readonly Language[]): readonly string[] {
  const isThreshold = leavesOf(rule.when).some((it) => it.type === 'threshold');
  const needsPatientText = rule.severity !== 'info';
  return [
    ...(rule.basis?.trim() ? [] : ['basis']),
    ...(needsPatientText && isBlank(rule.patientMessage, languages) ? ['patientMessage'] : []),
    ...(isBlank(rule.staffMessage, languages) ? ['staffMessage'] : []),
    ...(isThreshold && !rule.clear ? ['clear'] : []),
  ];
}

/** §9.5. A value from the laboratory has one limit: it comes too rarely to flap. */
function clearProblems(rule: Rule, path: string, { plan, content }: Scope): readonly Problem[] {
  if (!rule.clear) return [];
  const isFromLaboratory = (leaf: ConditionLeaf) =>
    'metric' in leaf && content.laboratory.has(leaf.metric);
  const triggers = leavesOf(rule.when);
  return leavesOf(rule.clear)
    .filter((clear) => !isFromLaboratory(clear))
    .filter((clear) => !triggers.every((trigger) => isFurtherBack(clear, trigger, plan)))
    .map((clear) => problem('publish_clear_not_back', `${path}.clear`, clear.type));
}

/** §9.6. */
function leadsToRed({ severity, confirm }: Rule): boolean {
  return severity === 'red' || confirm?.ifNotRepeated === 'red';
}

function tellsWhereToCall({ patientMessage }: Rule, languages: readonly Language[]): boolean {
  return languages.every((it) => /\b(?:1177|112)\b/.test(patientMessage?.[it] ?? ''));
}

/** §9.7. */
function missingNotices({ plan, tenant }: Scope): readonly Problem[] {
  const notices = (['emergencyNotice', 'limitNotice'] as const).filter((it) =>
    isBlank(plan[it], tenant.languages),
  );
  const unanswered = severities.filter(
    (it) => inUse(plan, it) && isBlank(plan.response[it]?.text, tenant.languages),
  );
  return [...notices, ...unanswered.map((it) => `response.${it}`)].map((path) =>
    problem('publish_notice_missing', path),
  );
}

function inUse(plan: Plan, severity: Severity): boolean {
  const ofRules = plan.rules.flatMap((it) => [it.severity, it.confirm?.ifNotRepeated]);
  return [...ofRules, ...plan.missingData.map((it) => it.severity)].includes(severity);
}

/** §9.8. */
function draft({ plan, tenant }: Scope): readonly Problem[] {
  return plan.status === 'draft' && !tenant.forTest ? [problem('publish_draft', 'status')] : [];
}

function isBlank(text: Text | null | undefined, languages: readonly Language[]): boolean {
  return languages.some((it) => !text?.[it].trim());
}
