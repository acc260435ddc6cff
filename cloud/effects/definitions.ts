import path from 'node:path';
import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { type Text, textSchema } from '@hemma/protocols/plans/text.js';
import { z } from 'zod';
import { type Content, readContent } from '../plans/content.js';

const definitionSchema = z.strictObject({
  id: z.string(),
  name: textSchema,
  unit: z.string(),
  formula: z.string(),
  baseline: z.string(),
  target: z.string(),
  level: z.string(),
  source: z.string(),
  requirements: z.array(z.string()),
});
/** One measure of `effect-measures.json`: what is printed with every figure of it. */
export type Definition = z.infer<typeof definitionSchema>;

const fileSchema = z.strictObject({
  schemaVersion: z.literal('1.0.0'),
  description: z.string(),
  reporting: z.strictObject({
    periods: z.array(z.enum(['half-year', 'full-year'])),
    smallCellLimit: z.int().min(1),
  }),
  measures: z.array(definitionSchema),
});

const directionsSchema = z.object({
  measurements: z.array(
    z.object({
      id: z.string(),
      name: textSchema,
      kind: z.string(),
      graph: z.object({ direction: z.string() }).nullish(),
    }),
  ),
});

/** What is better of a metric. */
export type Better = 'lower' | 'higher' | null;

export interface MetricFacts {
  readonly isScore: boolean;
  readonly name: Text;
  readonly better: Better;
  /** The least change that is not chance; null where it is not given. */
  readonly reliable: number | null;
}

/** The content that effect measures need. */
export interface EffectContent {
  readonly smallCellLimit: number;
  readonly definitions: readonly Definition[];
  readonly plans: Content['plans'];
  readonly questionnaires: Content['questionnaires'];
  readonly metrics: ReadonlyMap<string, MetricFacts>;
}

/** Reads the measures beside the rest of the content. Throws `content_invalid`. */
export function loadEffectContent(directory: string, content: Content): EffectContent {
  const file = readContent(path.join(directory, 'effect-measures.json'), fileSchema);
  const { measurements } = readContent(path.join(directory, 'measurements.json'), directionsSchema);
  const reliable = reliableChanges([...content.questionnaires.values()]);
  return {
    smallCellLimit: file.reporting.smallCellLimit,
    definitions: file.measures,
    plans: content.plans,
    questionnaires: content.questionnaires,
    metrics: new Map(
      measurements.map(({ id, name, kind, graph }) => [
        id,
        {
          ...{ name, isScore: kind === 'score', better: betterOf(graph?.direction) },
          reliable: reliable.get(id) ?? null,
        },
      ]),
    ),
  };
}

function betterOf(direction: string | undefined): Better {
  if (direction === 'lower-better') return 'lower';
  return direction === 'higher-better' ? 'higher' : null;
}

function reliableChanges(questionnaires: readonly Questionnaire[]): ReadonlyMap<string, number> {
  return new Map(
    questionnaires.flatMap(({ measurementId, change }) =>
      measurementId === null || change.reliable === null
        ? []
        : [[measurementId, change.reliable] as const],
    ),
  );
}

/** The numbers that a target says in words, in order: `at most 2 taps and 20 seconds` has 2 and 20. */
export function numbersIn(target: string): readonly number[] {
  return [...target.matchAll(/\d+(?:\.\d+)?/g)].map(([it]) => Number(it));
}
