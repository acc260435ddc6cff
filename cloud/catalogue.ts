import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Text } from '@hemma/protocols/plans/text.js';
import { textSchema } from '@hemma/protocols/plans/text.js';
import { quantityUnits, readingKinds } from '@hemma/protocols/reading.js';
import type { QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import { CodedError } from '@hemma/protocols/errors.js';

/** What the measurement catalogue (`content/measurements.json`) says of what gateways measure. */
export interface Catalogue {
  readonly quantities: ReadonlyMap<QuantityCode, CatalogueQuantity>;
  readonly kinds: ReadonlyMap<ReadingKind, Text>;
}

export interface CatalogueQuantity {
  readonly code: QuantityCode;
  readonly name: Text;
  /** As it is shown: `mmol/l`, not the UCUM code. */
  readonly unit: string;
  readonly decimals: number;
  /** Outside of these a value is no measurement of a living adult. */
  readonly hardMin: number;
  readonly hardMax: number;
}

const quantitySchema = z.object({
  id: z.string(),
  name: textSchema,
  unit: z.object({ ucum: z.string(), display: textSchema }),
  decimals: z.int().min(0),
  range: z.object({ hardMin: z.number(), hardMax: z.number() }),
});
const catalogueSchema = z.object({
  panels: z.array(z.object({ id: z.string(), name: textSchema })),
  measurements: z.array(z.object({ id: z.string() }).loose()),
});

/** Throws `content_invalid` when a quantity or a kind that gateways send is not described. */
export function loadCatalogue(contentDir: string): Catalogue {
  const text = readFileSync(join(contentDir, 'measurements.json'), 'utf8');
  const { panels, measurements } = catalogueSchema.parse(JSON.parse(text));
  const entries = new Map(measurements.map((entry) => [entry.id, entry]));
  const codes = Object.keys(quantityUnits) as QuantityCode[]; // the keys of the record are its codes
  const quantities = new Map(codes.map((code) => [code, quantityOf(code, entries.get(code))]));
  const names = new Map(panels.map((panel) => [panel.id, panel.name]));
  const kinds = new Map(readingKinds.map((kind) => [kind, kindName(kind, names, quantities)]));
  return { quantities, kinds };
}

function quantityOf(code: QuantityCode, entry: unknown): CatalogueQuantity {
  const parsed = quantitySchema.safeParse(entry);
  if (!parsed.success || parsed.data.unit.ucum !== quantityUnits[code])
    throw new CodedError('content_invalid', `The catalogue does not describe ${code}.`);
  const { name, unit, decimals, range } = parsed.data;
  return { code, name, unit: unit.display.sv, decimals, ...range };
}

/** The quantity that a kind is, where they are not named alike. */
const soleQuantity: Partial<Record<ReadingKind, QuantityCode>> = { heart_rate: 'pulse_rate' };

/** A kind is named by its panel, or by the one quantity that it is. */
function kindName(
  kind: ReadingKind,
  panels: ReadonlyMap<string, Text>,
  quantities: ReadonlyMap<QuantityCode, CatalogueQuantity>,
): Text {
  const sole: string = soleQuantity[kind] ?? kind;
  const name = panels.get(kind) ?? [...quantities.values()].find((q) => q.code === sole)?.name;
  if (name === undefined)
    throw new CodedError('content_invalid', `The catalogue does not name ${kind}.`);
  return name;
}
