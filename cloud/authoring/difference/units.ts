import type { Text } from '@hemma/protocols/plans/text.js';
import type { Content } from '../../plans/content.js';
import type { PathPart } from './structure.js';
import { isObject } from './structure.js';
import type { FieldWords } from './words.js';

interface Versions {
  readonly before: object;
  readonly after: object;
  readonly units: Content['units'];
}

interface Measured {
  readonly unit: Text | null;
  /** The metric of a condition, and the setting of the patient that counts before its limit. */
  readonly detail: Text | null;
}

/** The unit of a value, by what stands around it in the newer version, or in the older. */
export function unitAt(
  path: readonly PathPart[],
  source: FieldWords['unit'],
  { before, after, units }: Versions,
): Measured {
  if (source === undefined) return { unit: null, detail: null };
  if (typeof source === 'object') return { unit: source, detail: null };
  const plan = valueAt(after, path) === undefined ? before : after;
  const around = path
    .map((_, i) => valueAt(plan, path.slice(0, i)))
    .toReversed()
    .filter(isObject);
  if (source !== 'condition') {
    const [owner] = around;
    return { unit: ucumText(owner?.['unit'], units), detail: null };
  }
  const condition = around.find((it) => typeof it['type'] === 'string');
  const metric = condition?.['metric'] ?? condition?.['item'];
  if (typeof metric !== 'string') return { unit: null, detail: null };
  return { unit: metricUnit(metric, plan, units), detail: detailOf(metric, condition) };
}

function detailOf(metric: string, condition: Readonly<Record<string, unknown>> | undefined): Text {
  const { valueFromParameter, offsetFromParameter } = condition ?? {};
  const offset = isObject(offsetFromParameter) ? offsetFromParameter['parameter'] : undefined;
  const setting = valueFromParameter ?? offset;
  if (typeof setting !== 'string') return { sv: metric, en: metric };
  return { sv: `${metric}, inställning ${setting}`, en: `${metric}, setting ${setting}` };
}

function metricUnit(metric: string, plan: object, units: Content['units']): Text | null {
  const measured = units.get(metric);
  if (measured !== undefined) return shownUnit(measured.display);
  // A derived metric has the unit of the setting that its limit is taken from, anywhere in the plan.
  const parameter = objectsIn(plan).find(
    (it) => it['metric'] === metric && typeof it['valueFromParameter'] === 'string',
  )?.['valueFromParameter'];
  const setting = objectsIn(plan).find((it) => it['id'] === parameter && 'unit' in it);
  return parameter === undefined ? null : ucumText(setting?.['unit'], units);
}

/** `mm[Hg]` as the catalogue shows it: `mmHg`. */
function ucumText(ucum: unknown, units: Content['units']): Text | null {
  if (typeof ucum !== 'string') return null;
  const known = [...units.values()].find((it) => it.ucum === ucum);
  if (known !== undefined) return shownUnit(known.display);
  return { sv: ucum, en: ucum };
}

function shownUnit(display: Text): Text | null {
  return display.sv === '' ? null : display;
}

function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (!isObject(value)) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

function valueAt(value: unknown, path: readonly PathPart[]): unknown {
  return path.reduce((inner: unknown, part) => {
    if (Array.isArray(inner))
      return typeof part === 'number'
        ? (inner[part] as unknown)
        : inner.find((it) => isObject(it) && typeof part === 'object' && it['id'] === part.id);
    return isObject(inner) && typeof part === 'string' && Object.hasOwn(inner, part)
      ? inner[part]
      : undefined;
  }, value);
}
