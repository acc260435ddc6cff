import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { ValueKind } from './kind.js';

/** A value of which nobody at home has said whose it is: staff do, and until then it counts nowhere. */
export const ownerUnknown: ValueKind = {
  topic: 'not-judged',
  remark: ({ kind, measurement: { failure, flags } }) => {
    if (failure !== null || !flags.includes('owner_unconfirmed')) return null;
    return {
      cause: 'owner-unknown',
      ...{ about: kind, code: kindQuantities[kind][0] ?? null },
      ...{ severity: 'yellow', audience: 'clinic' },
      hint: {
        sv: 'Vi vet inte om ett värde är ditt. Svara ja eller nej nästa gång du får frågan.',
        en: 'We do not know whether a value is yours. Answer yes or no when you are asked next time.',
      },
    };
  },
};
