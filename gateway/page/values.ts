import type { Language } from '@hemma/protocols/plans/text.js';
import { ranges, roundTo } from '@hemma/protocols/ranges.js';
import type { Quantity, QuantityCode } from '@hemma/protocols/reading.js';
import { localTimeOf } from '../local-time.js';
import { quantityTexts } from './texts.js';

/** A number as people read it: the decimals of the catalogue, with a comma in Swedish. */
export function numberText(code: QuantityCode, value: number, language: Language): string {
  const { decimals } = ranges[code];
  const text = roundTo(value, decimals).toFixed(decimals);
  return language === 'sv' ? text.replace('.', ',') : text;
}

/** `128/82 mmHg, 61 /min`; `72,5 kg`. */
export function valuesText(values: readonly Quantity[], language: Language): string {
  const of = (code: QuantityCode) => values.find((it) => it.code === code);
  const [upper, lower] = [of('systolic_bp'), of('diastolic_bp')];
  const pair = upper !== undefined && lower !== undefined ? [upper, lower] : [];
  const rest = values.filter((it) => !pair.includes(it));
  const pressure = pair.map((it) => numberText(it.code, it.value, language)).join('/');
  return [
    ...(pair.length === 0 ? [] : [`${pressure} ${quantityTexts.systolic_bp.unit}`]),
    ...rest.map(
      ({ code, value }) => `${numberText(code, value, language)} ${quantityTexts[code].unit}`,
    ),
  ].join(', ');
}

/** `08:00`. */
export function clockTime(ms: number, timeZone: string): string {
  return localTimeOf(ms, timeZone).slice(11, 16);
}

/** `2026-01-15 08:00`. */
export function shortTime(ms: number, timeZone: string): string {
  return localTimeOf(ms, timeZone).slice(0, 16).replace('T', ' ');
}
