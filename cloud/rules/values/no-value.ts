import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { ValueKind } from './kind.js';

/**
 * An attempt that gave no value. One beyond what the device can show (HI, LO) says something of the
 * patient, so the clinic sees it; all others are about the device.
 */
export const noValue: ValueKind = {
  topic: 'no-value',
  remark: ({ kind, measurement: { failure } }) => {
    if (failure === null) return null;
    const isBeyond = failure === 'out_of_device_range';
    return {
      ...{ cause: failure, about: kind, code: kindQuantities[kind][0] ?? null },
      severity: isBeyond ? 'yellow' : 'info',
      audience: isBeyond ? 'clinic' : 'technology',
      hint: {
        sv: 'Mätningen gav inget värde. Vila en stund och mät igen enligt anvisningen.',
        en: 'The measurement gave no value. Rest a while and measure again as instructed.',
      },
    };
  },
};
