import type { ValueKind } from './kind.js';
import type { PastMeasurement } from '../../journal/journal.js';
import type { Catalogue } from '../../catalogue.js';

/** A value that no living adult has (the hard limits), or of a kind that no plan of the patient asks for. */
export const unexpected: ValueKind = {
  topic: 'unexpected',
  remark: (entry, { catalogue, isExpected }) => {
    const { kind, measurement } = entry;
    const { failure, flags, values } = measurement;
    if (failure !== null || flags.includes('control_solution')) return null;
    const outside = outsideHardLimits(entry, catalogue);
    const isAsked = isExpected(values.map((it) => it.code));
    if (isAsked && outside === null) return null;
    return {
      cause: isAsked ? 'outside-limits' : 'not-in-plan',
      ...{ about: kind, code: outside ?? values[0]?.code ?? null },
      ...{ severity: 'info', audience: 'clinic' },
      hint: isAsked
        ? {
            sv: 'Ett värde såg inte rimligt ut. Mät gärna igen enligt anvisningen.',
            en: 'A value did not look plausible. Please measure again as instructed.',
          }
        : {
            sv: 'Vi fick ett värde som inte ingår i din plan. Du behöver inte göra något.',
            en: 'We got a value that is not part of your plan. There is nothing you need to do.',
          },
    };
  },
};

function outsideHardLimits(
  { measurement }: PastMeasurement,
  { quantities }: Catalogue,
): string | null {
  const found = measurement.values.find(({ code, value }) => {
    const limits = quantities.get(code);
    return limits !== undefined && (value < limits.hardMin || value > limits.hardMax);
  });
  return found?.code ?? null;
}
