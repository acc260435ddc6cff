import { z } from 'zod';
import { comparisonSchema, daysSchema, idSchema } from './text.js';

/** Monitoring plans §5: what makes a rule true (`when`) and what ends it (`clear`). */

export const aggregates = ['reading', 'daily', 'window', 'week', 'series'] as const;
export type Aggregate = (typeof aggregates)[number];
const aggregate = z.enum(aggregates);

const consecutive = z.int().min(1);
const orStaffCloses = z.boolean().optional();

/** `value` documents the default; the patient's parameter (times `factor`) is what counts. */
const whenLimit = {
  op: comparisonSchema,
  value: z.number(),
  valueFromParameter: idSchema.optional(),
  factor: z.number().optional(),
};
/** The limit of a clear condition: parameter × factor + offset. */
const clearLimit = {
  op: comparisonSchema,
  value: z.number(),
  offsetFromParameter: z
    .strictObject({ parameter: idSchema, factor: z.number().optional(), offset: z.number() })
    .optional(),
};

const thresholdWhen = z.strictObject({
  type: z.literal('threshold'),
  metric: idSchema,
  aggregate,
  ...whenLimit,
  consecutive,
});
const thresholdClear = z.strictObject({
  type: z.literal('threshold'),
  metric: idSchema,
  aggregate,
  ...clearLimit,
  consecutive,
  orStaffCloses,
});
const delta = z.strictObject({
  type: z.literal('delta'),
  metric: idSchema,
  aggregate: z.literal('daily'),
  ...whenLimit,
  window: daysSchema,
  reference: z.enum(['window-min', 'window-max']),
  mode: z.literal('absolute'),
});
const match = z.strictObject({ op: comparisonSchema, value: z.number() });
const count = z
  .strictObject({
    type: z.literal('count'),
    metric: idSchema,
    aggregate: z.enum(['reading', 'series']),
    match,
    atLeast: z.int().min(1),
    window: daysSchema.optional(),
  })
  .refine((it) => it.aggregate === 'series' || it.window !== undefined, {
    path: ['window'],
    error: 'a count of readings needs a window',
  });
const answer = z.strictObject({
  type: z.literal('answer'),
  questionnaire: idSchema,
  item: idSchema,
  ...whenLimit,
  consecutive,
});
const score = z
  .strictObject({
    type: z.literal('score'),
    metric: idSchema,
    ...whenLimit,
    reference: z.literal('baseline').nullable(),
    mode: z.enum(['absolute', 'change']),
    consecutive,
  })
  .refine((it) => it.mode === 'absolute' || it.reference === 'baseline', {
    path: ['reference'],
    error: 'a change needs the reference baseline',
  });
const noContact = z.strictObject({ type: z.literal('no-contact'), days: z.int().min(1) });

const leaf = [thresholdWhen, delta, count, answer, score, noContact] as const;
export type WhenLeaf = z.infer<(typeof leaf)[number]>;
export type When =
  | WhenLeaf
  | { readonly type: 'all'; readonly of: readonly When[] }
  | { readonly type: 'any'; readonly of: readonly When[] };

const whenList = z.lazy(() => z.array(whenSchema).min(1));
export const whenSchema: z.ZodType<When> = z.discriminatedUnion('type', [
  ...leaf,
  z.strictObject({ type: z.literal('all'), of: whenList }),
  z.strictObject({ type: z.literal('any'), of: whenList }),
]);

const fromTrigger = z.strictObject({
  type: z.literal('from-trigger'),
  metric: idSchema,
  op: comparisonSchema,
  value: z.number(),
  consecutive,
  orStaffCloses,
});
const scoreBack = z.strictObject({
  type: z.literal('score-back'),
  metric: idSchema,
  to: z.string().regex(/^baseline(?:\+\d{1,3})?$/, 'baseline or baseline+n'),
  orStaffCloses,
});
const answerBack = z.strictObject({
  type: z.literal('answer-back'),
  questionnaire: idSchema,
  item: idSchema,
  ...clearLimit,
  consecutive,
  orStaffCloses,
});
const answersNormal = z.strictObject({
  type: z.literal('answers-normal'),
  questionnaire: idSchema,
  consecutive,
  orStaffCloses,
});
const countBelow = z.strictObject({
  type: z.literal('count-below'),
  metric: idSchema,
  match,
  atMost: z.int().min(0),
  window: daysSchema,
  orStaffCloses,
});
const contactMade = z.strictObject({ type: z.literal('contact-made'), orStaffCloses });
const staffCloses = z.strictObject({ type: z.literal('staff-closes') });

const clearLeaf = [
  thresholdClear,
  fromTrigger,
  scoreBack,
  answerBack,
  answersNormal,
  countBelow,
  contactMade,
  staffCloses,
] as const;
export type ClearLeaf = z.infer<(typeof clearLeaf)[number]>;
export type Clear =
  | ClearLeaf
  | {
      readonly type: 'all';
      readonly of: readonly Clear[];
      readonly orStaffCloses?: boolean | undefined;
    };

export const clearSchema: z.ZodType<Clear> = z.discriminatedUnion('type', [
  ...clearLeaf,
  z.strictObject({
    type: z.literal('all'),
    of: z.lazy(() => z.array(clearSchema).min(1)),
    orStaffCloses,
  }),
]);

export type Condition = When | Clear;
export type ConditionLeaf = WhenLeaf | ClearLeaf;

/** The conditions inside `all` and `any`, outermost first. */
export function leavesOf(condition: Condition): readonly ConditionLeaf[] {
  if (condition.type !== 'all' && condition.type !== 'any') return [condition];
  const inner: readonly Condition[] = condition.of;
  return inner.flatMap(leavesOf);
}
