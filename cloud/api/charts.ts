import type { Text } from '@hemma/protocols/plans/text.js';
import { readingKinds } from '@hemma/protocols/reading.js';
import type { QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { Catalogue } from '../catalogue.js';

/** One chart: the quantities of a kind that share a scale. */
export interface Chart {
  readonly id: string;
  readonly kind: ReadingKind;
  readonly name: Text;
  readonly codes: readonly QuantityCode[];
  /** Whether the failed attempts of the kind are drawn here. */
  readonly hasFailures: boolean;
}

/**
 * The charts of the catalogue. A quantity belongs to the first kind that has it, except that the
 * pulse is a chart of its own; quantities share a scale when unit and resolution are the same.
 */
export function chartsOf(catalogue: Catalogue): readonly Chart[] {
  const placed = new Set<QuantityCode>();
  return readingKinds.flatMap((kind) => {
    const own = kindQuantities[kind].filter((code) => isAtHome(kind, code) && !placed.has(code));
    for (const code of own) placed.add(code);
    return byScale(own, catalogue).map((codes, i) => chart(kind, codes, i === 0, catalogue));
  });
}

function isAtHome(kind: ReadingKind, code: QuantityCode): boolean {
  return (code === 'pulse_rate') === (kind === 'heart_rate');
}

function byScale(codes: readonly QuantityCode[], { quantities }: Catalogue): QuantityCode[][] {
  const groups = new Map<string, QuantityCode[]>();
  for (const code of codes) {
    const scale = `${quantities.get(code)?.unit ?? ''} ${quantities.get(code)?.decimals ?? 0}`;
    groups.set(scale, [...(groups.get(scale) ?? []), code]);
  }
  return [...groups.values()];
}

function chart(
  kind: ReadingKind,
  codes: readonly QuantityCode[],
  isFirst: boolean,
  { kinds, quantities }: Catalogue,
): Chart {
  const [code] = codes;
  const ofKind = kinds.get(kind);
  const ofQuantity = code === undefined ? undefined : quantities.get(code)?.name;
  const name = (isFirst ? ofKind : ofQuantity) ?? { sv: kind, en: kind };
  const id = isFirst ? kind : `${kind}-${code ?? ''}`;
  return { id, kind, name, codes, hasFailures: isFirst };
}
