import type { Text } from '@hemma/protocols/plans/text.js';
import type { Decimal } from '../plans/decimal.js';
import type { Definition } from './definitions.js';
import type { EffectInputs, EffectLog } from './log.js';
import type { Scope } from './scope.js';
import type { Summary } from './statistics.js';

/** A number with how many decimals of it are shown and how many persons it is made of. */
export interface Figure {
  /** Null when there is nothing to compute it from. */
  readonly value: Decimal | null;
  readonly decimals: number;
  readonly n: number;
}

export interface Detail extends Figure {
  readonly id: string;
  readonly name: Text;
  readonly unit: string;
  /** Details of the same cells add up to a total that is shown: one hidden alone could be told. */
  readonly cells?: string;
}

export interface Computed extends Figure {
  /** Whether the target is met; null while that is not decided. */
  readonly met: boolean | null;
  /** The zero measurement, where the log has one. */
  readonly baseline?: Figure;
  readonly details: readonly Detail[];
  readonly note?: Text;
}

/** An effect measure: one file of `measures/`, one line of the catalogue. */
export interface Measure {
  readonly id: string;
  /** Inputs without which it cannot be computed. */
  readonly needs: readonly (keyof EffectInputs)[];
  /** Of a measure that `effect-measures.json` does not have. */
  readonly own?: Definition;
  /** `target` are the numbers that the target says in words, in order. */
  readonly compute: (scope: Scope, target: readonly number[]) => Computed;
}

type Recorded<K extends keyof EffectInputs> = EffectLog & {
  readonly [Input in K]: NonNullable<EffectInputs[Input]>;
};

interface MeasureOf<K extends keyof EffectInputs> {
  readonly id: string;
  readonly needs: readonly K[];
  readonly own?: Definition;
  readonly compute: (scope: Scope<Recorded<K>>, target: readonly number[]) => Computed;
}

/** A measure that is given the inputs it needs. */
export function measure<K extends keyof EffectInputs = never>(definition: MeasureOf<K>): Measure {
  const { compute, needs } = definition;
  return {
    ...definition,
    compute: (scope, target) => {
      if (missingInput(needs, scope.log) !== undefined) throw new Error('an input is not recorded');
      // What is needed was found just now.
      return compute(scope as Scope<Recorded<K>>, target);
    },
  };
}

/** The first needed input that the log does not record. */
export function missingInput<K extends keyof EffectInputs>(
  needs: readonly K[],
  log: EffectInputs,
): K | undefined {
  return needs.find((it) => log[it] === null);
}

interface Described {
  readonly id: string;
  readonly name: Text;
  readonly unit: string;
  readonly decimals: number;
}

/** Mean, standard deviation and both ends of the 95 % interval as details. */
export function summaryDetails(described: Described, found: Summary): readonly Detail[] {
  const { id, name, unit, decimals } = described;
  const { n, mean, deviation, interval } = found;
  const detail = (part: string, value: Decimal | null, words: Text): Detail => ({
    id: `${id}.${part}`,
    name: { sv: `${name.sv}, ${words.sv}`, en: `${name.en}, ${words.en}` },
    ...{ value, unit, decimals, n },
  });
  return [
    detail('mean', mean, { sv: 'medel', en: 'mean' }),
    detail('sd', deviation, { sv: 'standardavvikelse', en: 'standard deviation' }),
    detail('low', interval?.[0] ?? null, { sv: '95 % från', en: '95 % from' }),
    detail('high', interval?.[1] ?? null, { sv: '95 % till', en: '95 % to' }),
  ];
}
