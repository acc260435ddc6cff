import type { Comparison } from '@hemma/protocols/plans/text.js';
import { type Decimal, compare, decimal } from './decimal.js';
import type { Lookup } from './lookup.js';

/** The fields of a condition that say what is compared with which limit (§5). */
export interface Limited {
  readonly op: Comparison;
  readonly value: number;
  readonly valueFromParameter?: string | undefined;
  readonly factor?: number | undefined;
  readonly offsetFromParameter?: Offset | undefined;
}

interface Offset {
  readonly parameter: string;
  readonly factor?: number | undefined;
  readonly offset: number;
}

/** parameter × factor + offset where a parameter is named, else the value; null if it is not set. */
export function limitOf(condition: Limited, lookup: Pick<Lookup, 'parameter'>): Decimal | null {
  const from = condition.offsetFromParameter ?? offsetOf(condition);
  if (from === null) return decimal(condition.value);
  return (
    lookup
      .parameter(from.parameter)
      ?.times(from.factor ?? 1)
      .plus(from.offset) ?? null
  );
}

function offsetOf({ valueFromParameter, factor }: Limited): Offset | null {
  return valueFromParameter === undefined
    ? null
    : { parameter: valueFromParameter, factor, offset: 0 };
}

/** A test of values against the patient's limit; null while the limit is not set. */
export function testOf(
  condition: Limited,
  lookup: Pick<Lookup, 'parameter'>,
): ((value: Decimal) => boolean) | null {
  const limit = limitOf(condition, lookup);
  return limit && ((value) => compare(value, condition.op, limit));
}
