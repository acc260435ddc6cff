import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Plan, planSchema } from '@hemma/protocols/plans/plan.js';
import { type Questionnaire, questionnaireSchema } from '@hemma/protocols/plans/questionnaire.js';
import { type Text, textSchema } from '@hemma/protocols/plans/text.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { z } from 'zod';
import { groupBy } from './group.js';
import { problemsOf } from './problems.js';

/** The clinical content as data: plans, questionnaires, and what is needed of the catalogues. */
export interface Content {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly questionnaires: ReadonlyMap<string, Questionnaire>;
  /** Instruments whose text is not shipped (only scores are imported), with their measurement. */
  readonly instruments: ReadonlyMap<string, string | null>;
  /** The lowest and highest score of an imported instrument, by its id. */
  readonly scoreRanges: ReadonlyMap<string, readonly [number, number]>;
  /** Decimals by measurement id. */
  readonly decimals: ReadonlyMap<string, number>;
  /** The lowest and highest value that a measurement can have at all, by its id. */
  readonly hardRanges: ReadonlyMap<string, readonly [number, number]>;
  /** Units by measurement id: in UCUM, and as they are shown. */
  readonly units: ReadonlyMap<string, { readonly ucum: string; readonly display: Text }>;
  /** Measurements that come from the laboratory: no device at home measures them. */
  readonly laboratory: ReadonlySet<string>;
  /** Measurements that are scores, with what computes them; nothing does for imported ones. */
  readonly scores: ReadonlyMap<string, readonly ScoreSource[]>;
}

export interface ScoreSource {
  readonly questionnaire: string;
  readonly scoring: string;
}

const catalogueSchema = z.object({
  measurements: z.array(
    z.object({
      id: z.string(),
      decimals: z.int().min(0),
      sources: z.array(z.string()),
      deviceKinds: z.array(z.string()),
      range: z.object({ hardMin: z.number(), hardMax: z.number() }),
      unit: z.object({ ucum: z.string(), display: textSchema }),
    }),
  ),
});
const instrumentsSchema = z.object({
  instruments: z.array(
    z.object({
      id: z.string(),
      measurementId: z.string().nullable(),
      scoreRange: z.tuple([z.number(), z.number()]).nullish(),
    }),
  ),
});

/** The version of a plan that is shipped; undefined for another. */
export function shippedPlan({ plans }: Pick<Content, 'plans'>) {
  return (id: string, version: string): Plan | undefined => {
    const plan = plans.get(id);
    return plan?.version === version ? plan : undefined;
  };
}

/** Reads the content directory. Throws `content_invalid` with the file and the path in it. */
export function loadContent(directory: string): Content {
  const { measurements } = readContent(path.join(directory, 'measurements.json'), catalogueSchema);
  const { instruments } = readContent(
    path.join(directory, 'licensed-instruments.json'),
    instrumentsSchema,
  );
  const questionnaires = readAll(path.join(directory, 'questionnaires'), questionnaireSchema);
  const measured = new Map(instruments.map((it) => [it.id, it.measurementId]));
  return {
    plans: readAll(path.join(directory, 'plans'), planSchema),
    questionnaires,
    instruments: measured,
    scoreRanges: new Map(
      instruments.flatMap((it) => (it.scoreRange ? [[it.id, it.scoreRange] as const] : [])),
    ),
    decimals: new Map(measurements.map((it) => [it.id, it.decimals])),
    hardRanges: new Map(
      measurements.map(({ id, range }) => [id, [range.hardMin, range.hardMax]] as const),
    ),
    units: new Map(measurements.map((it) => [it.id, it.unit])),
    laboratory: new Set(measurements.filter(isLaboratory).map((it) => it.id)),
    scores: scoresOf([...questionnaires.values()], measured),
  };
}

/** Measurements that are scores: those of instruments that are imported, and what questionnaires give. */
export function scoresOf(
  questionnaires: readonly Questionnaire[],
  instruments: Content['instruments'],
): Content['scores'] {
  const imported = [...instruments.values()].filter((it) => it !== null);
  return new Map([...imported.map((it) => [it, []] as const), ...scoreSources(questionnaires)]);
}

type Measurement = z.infer<typeof catalogueSchema>['measurements'][number];

function isLaboratory({ sources, deviceKinds }: Measurement): boolean {
  return sources.includes('ehr') && deviceKinds.length === 0;
}

function scoreSources(
  questionnaires: readonly Questionnaire[],
): ReadonlyMap<string, readonly ScoreSource[]> {
  const sources = questionnaires.flatMap(({ id, scoring }) =>
    scoring.map((it) => ({ measurement: it.measurementId, questionnaire: id, scoring: it.id })),
  );
  const byMeasurement = groupBy(sources, (it) => it.measurement);
  return new Map([...byMeasurement].flatMap(([id, it]) => (id === null ? [] : [[id, it]])));
}

function readAll<T extends { readonly id: string }>(
  directory: string,
  schema: z.ZodType<T>,
): ReadonlyMap<string, T> {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'));
  const read = files.toSorted().map((file) => readContent(path.join(directory, file), schema));
  return new Map(read.map((it) => [it.id, it]));
}

/** Reads one file of the content. Throws `content_invalid` with the file and the path in it. */
export function readContent<T>(file: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const [first] = problemsOf('plan_malformed', parsed.error);
  throw new CodedError('content_invalid', `${file}: ${first?.path ?? ''}: ${first?.message ?? ''}`);
}
