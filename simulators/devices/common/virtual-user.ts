import type { UserConsent } from '@hemma/protocols/device.js';

/** The one user of every virtual device that has users. */
export const virtualConsent: UserConsent = { user: 1, code: 3752 };
