import { type Plan, parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { z } from 'zod';
import type { Content } from '../../plans/content.js';
import { isMetric } from '../../plans/metrics.js';
import { isOfItsKind } from '../../plans/parameters.js';
import { refusals } from '../../plans/problems.js';

/** A dry run: what one rule of a plan would say to values that are made up. */

/** Ten years of ten entries a day; a case with more is no case. */
const MAX_ROWS = 36_500;
/** Numbered days and days of dates alike: well past what a date can be written for is no day. */
export const MAX_DAY = 99_999;
/** What is wrong is told so many times: a case of thousands of rows is wrong everywhere alike. */
const MAX_TOLD = 10;
/** Readings of one window; the guided screen stops long before. */
const MAX_READINGS = 100;

const day = z.int().min(-MAX_DAY).max(MAX_DAY);
const numbers = z.record(z.string(), z.number());
const answers = z.record(z.string(), z.number().nullable());

const seriesReadingSchema = z
  .object({
    flags: z.array(z.string()).optional(),
    irregular: z.boolean().optional(),
    irregularPulse: z.boolean().optional(),
  })
  .catchall(z.number());

/**
 * One entry. When it was: `day` (calendar day), `t` (`08:00`, or date and time) or both;
 * `receivedAt` in the form of `t`, a day, or `{day, t}`. Further keys are metrics or questionnaire items.
 */
const rowSchema = z
  .object({
    day: day.optional(),
    t: z.string().optional(),
    receivedAt: z
      .union([z.string(), z.int(), z.strictObject({ day: z.int(), t: z.string().optional() })])
      .optional(),
    /** Null, here and below, is a day without a value. */
    dailyValue: z.number().nullish(),
    value: z.union([z.number(), numbers]).nullish(),
    score: z.number().nullish(),
    metric: z.string().optional(),
    window: z.string().optional(),
    readings: z.array(seriesReadingSchema).max(MAX_READINGS).optional(),
    questionnaire: z.string().optional(),
    items: z.union([z.array(z.number().nullable()), answers]).optional(),
    answers: answers.optional(),
    context: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
    flags: z.array(z.string()).optional(),
    /** Staff had contact: a message, a call or a visit. */
    contact: z.union([z.literal(true), z.enum(['message', 'call', 'visit'])]).optional(),
    /** Staff opens or closes what the rule has raised. */
    staff: z.enum(['opens', 'closes']).optional(),
    /** A task without a value was done, for example `module`. */
    done: z.string().optional(),
  })
  .catchall(z.number());
export type Row = z.infer<typeof rowSchema>;

/** The metrics and items that a row gives under their own names. */
export function namedIn(row: Row): readonly (readonly [string, number])[] {
  const own = Object.entries(row).flatMap(([name, it]) =>
    Object.hasOwn(rowSchema.shape, name) || typeof it !== 'number' ? [] : [[name, it] as const],
  );
  return typeof row.value === 'object' ? [...own, ...Object.entries(row.value ?? {})] : own;
}
export type SeriesReadingRow = z.infer<typeof seriesReadingSchema>;

const caseSchema = z.object({
  id: z.union([z.string(), z.number()]),
  plan: z.string(),
  rule: z.string(),
  kind: z.enum(['daily', 'reading', 'series']),
  input: z.array(rowSchema).max(MAX_ROWS),
  /** Individual settings; the defaults of the plan for the rest. */
  parameters: parameterValuesSchema.optional(),
  /** The zero measurement, one for all metrics or by metric. */
  baseline: z.union([z.number(), numbers]).optional(),
  /** The phase the patient is in; without it the sparsest schedule of the plan holds. */
  phase: z.string().optional(),
  /** Days between two due days, instead of what the schedule says. */
  intervalDays: z.number().positive().optional(),
  /** What should come out; given in a file of examples. */
  expected: z.unknown().optional(),
});

export interface DryRunCase extends Omit<z.infer<typeof caseSchema>, 'plan' | 'rule'> {
  readonly plan: Plan;
  readonly rule: Rule;
}

/** A case whose plan and rule exist. Throws a coded error: `case_…`. */
export function parseCase(value: unknown, content: Content): DryRunCase {
  const parsed = caseSchema.safeParse(value);
  if (!parsed.success) throw malformed(parsed.error);
  const plan = content.plans.get(parsed.data.plan);
  if (plan === undefined) throw new CodedError('case_unknown_plan', `no plan ${parsed.data.plan}`);
  const rule = plan.rules.find((it) => it.id === parsed.data.rule);
  if (rule === undefined) {
    throw new CodedError('case_unknown_rule', `${plan.id} has no rule ${parsed.data.rule}`);
  }
  const kase = { ...parsed.data, plan, rule };
  checkSettings(kase);
  checkBaseline(kase, content);
  return kase;
}

/** A misspelt setting would be one that is not set, and the answer to another question. */
function checkSettings({ plan, parameters = {}, phase }: DryRunCase): void {
  for (const [id, value] of Object.entries(parameters)) {
    const parameter = plan.parameters.find((it) => it.id === id);
    if (parameter === undefined) throw refuse(`parameters.${id}`, `is no parameter of ${plan.id}`);
    if (value !== null && !isOfItsKind(parameter, value))
      throw refuse(`parameters.${id}`, `is no value in ${parameter.unit}`);
  }
  if (phase !== undefined && !plan.phases.some((it) => it.id === phase))
    throw refuse('phase', `${plan.id} has no phase ${phase}`);
}

function checkBaseline({ baseline = {} }: DryRunCase, content: Content): void {
  if (typeof baseline === 'number') return;
  for (const metric of Object.keys(baseline))
    if (!isMetric(metric, content)) throw refuse(`baseline.${metric}`, 'is no metric');
}

/** The id to answer a line with, also when the rest of it is no case. */
export function idOf(value: unknown): string | number | null {
  const parsed = caseSchema.pick({ id: true }).safeParse(value);
  return parsed.success ? parsed.data.id : null;
}

export function refuse(path: string, message: string): CodedError {
  return new CodedError('case_malformed', `${path}: ${message}`);
}

function malformed(error: z.ZodError): CodedError {
  const found = refusals(error).map((it) => `${it.path || 'case'}: ${it.message}`);
  const more = found.length > MAX_TOLD ? [`and ${found.length - MAX_TOLD} more`] : [];
  return new CodedError('case_malformed', [...found.slice(0, MAX_TOLD), ...more].join('; '));
}
