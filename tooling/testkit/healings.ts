import type { Healing } from '@hemma/protocols/wire/healing.js';
import type { Status } from '@hemma/protocols/wire/messages.js';

/** A healing that a gateway tells of: an adapter that was off, and is well after 20 s. */
export function aHealing(n: number, at: number, more: Partial<Healing> = {}): Healing {
  return {
    ...{ id: n.toString(16).padStart(16, '0'), since: at - 60_000, cause: 'adapter_off' },
    ...{ highest: 'reset_adapter', steps: 1, outcome: 'cured', recoveryMs: 20_000, ...more },
  };
}

/** What is other of a healing in which every step was in vain. */
export const unhealed = {
  ...{ highest: 'reboot', steps: 5, outcome: 'unhealed', recoveryMs: null },
} as const satisfies Partial<Healing>;

/** A status that tells of these healings, newest first. */
export function healedStatus(gateway: string, at: number, healings: readonly Healing[]): Status {
  const last = { step: 'reset_adapter', fault: 'adapter_off', outcome: 'cured' } as const;
  const healing = { ...last, recoveryMs: 20_000, stepsADay: { rescan: 2, reset_adapter: 1 } };
  return { v: 1, gateway, state: 'online', at, healing: { ...healing, healings: [...healings] } };
}
