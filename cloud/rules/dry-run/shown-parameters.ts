import type { Plan } from '@hemma/protocols/plans/plan.js';
import { type ParameterValues, numberOf, withDefaults } from '../../plans/parameters.js';
import type { DryRunCase } from './case.js';

type Sized = Pick<DryRunCase, 'kind' | 'plan' | 'input' | 'parameters'>;

/**
 * The settings of a case, with those that its rows show without naming them: most windows of a
 * series hold as many readings as the patient was asked for, when that is more than the plan asks.
 * So a case of triples is one of triples, and a single reading too many stays one too many (§4).
 */
export function shownParameters({ kind, plan, input, parameters = {} }: Sized): ParameterValues {
  if (kind !== 'series') return parameters;
  const held = medianLength(input.flatMap(({ readings = [] }) => readings.length || []));
  return { ...Object.fromEntries(asked(plan, held)), ...parameters };
}

/** What a window is asked for by each series of the plan that has a setting for it. */
function asked(plan: Plan, held: number): readonly (readonly [string, number])[] {
  const ids = (plan.series ?? []).flatMap((it) =>
    'copyOf' in it ? [] : (it.readingsPerWindowFromParameter ?? []),
  );
  return ids.flatMap((id) => {
    const usual = numberOf(withDefaults(plan, {}), id)?.toNumber();
    const most = plan.parameters.find((it) => it.id === id)?.max ?? held;
    return usual === undefined ? [] : [[id, Math.max(usual, Math.min(held, most))] as const];
  });
}

/** The lower one of two: no more than what at least half of the windows hold. */
function medianLength(lengths: readonly number[]): number {
  const sorted = lengths.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
