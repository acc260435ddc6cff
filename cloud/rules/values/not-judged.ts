import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import { MAX_AGE_MS } from '../reach.js';
import type { ValueKind } from './kind.js';

/** A value of which nobody knows well enough when it was measured (monitoring plans §3.2). */
export const notJudged: ValueKind = {
  topic: 'not-judged',
  remark: ({ kind, measuredAt, receivedAt, measurement: { failure, flags } }) => {
    if (failure !== null || flags.includes('control_solution')) return null;
    const isOld = receivedAt - measuredAt > MAX_AGE_MS;
    if (!isOld && !flags.includes('time_uncertain')) return null;
    return {
      cause: isOld ? 'too-old' : 'time-uncertain',
      ...{ about: kind, code: kindQuantities[kind][0] ?? null },
      ...{ severity: 'info', audience: 'clinic' },
      hint: {
        sv: 'Ett värde kunde inte bedömas eftersom mätarens klocka var osäker. Mät gärna igen.',
        en: 'A value could not be judged because the clock of the device was unsure. Measure again.',
      },
    };
  },
};
