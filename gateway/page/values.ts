import type { Language } from '@hemma/protocols/plans/text.js';
import { mainQuantities, ranges, roundTo } from '@hemma/protocols/ranges.js';
import type { Quantity, QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import { kindTexts, quantityTexts } from './texts.js';

/** A number as people read it: the decimals of the catalogue, with a comma in Swedish. */
export function numberText(code: QuantityCode, value: number, language: Language): string {
  const { decimals } = ranges[code];
  const text = roundTo(value, decimals).toFixed(decimals);
  return language === 'sv' ? text.replace('.', ',') : text;
}

/** One line of a reading: `Blodtryck`, `128/82`, `mmHg`. */
export interface ValueLine {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
}

/** What a device tells beside the thing itself, and people know: the pulse. */
const known: readonly QuantityCode[] = ['pulse_rate'];

/**
 * A reading as the patient needs it: what its kind is about, the pulse, and what a plan asks for; each
 * with its name. The rest (a mean pressure, the perfusion of a finger) is for staff, who see it all.
 */
export function valueLines(
  { kind, values }: { readonly kind: ReadingKind; readonly values: readonly Quantity[] },
  asked: ReadonlySet<QuantityCode>,
  language: Language,
): readonly ValueLine[] {
  const of = (code: QuantityCode) => values.find((it) => it.code === code);
  const [upper, lower] = [of('systolic_bp'), of('diastolic_bp')];
  const pair = upper !== undefined && lower !== undefined ? [upper, lower] : [];
  const shown = new Set<QuantityCode>([...mainQuantities[kind], ...known, ...asked]);
  const rest = values.filter((it) => !pair.includes(it) && shown.has(it.code));
  const pressure = {
    name: kindTexts.blood_pressure[language],
    value: pair.map((it) => numberText(it.code, it.value, language)).join('/'),
    unit: quantityTexts.systolic_bp.unit[language],
  };
  const lines = rest.map(({ code, value }) => ({
    name: quantityTexts[code][language],
    value: numberText(code, value, language),
    unit: quantityTexts[code].unit[language],
  }));
  return pair.length === 0 ? lines : [pressure, ...lines];
}
