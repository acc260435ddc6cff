import type { GattDevice } from '@hemma/protocols/device.js';
import { table } from '@hemma/runtime/table.js';
import type { Bond } from '../transports/bluez/bonds.js';

/** What `hemma-gateway bonds` tells. */

export interface BondState {
  readonly address: string;
  /** Of the settings; null: the bond is with a device that does not belong to this home. */
  readonly model: string | null;
  readonly needsBond: boolean;
  /** `untrusted`: somebody else has paired it, and it may not connect by itself. */
  readonly state: 'bonded' | 'untrusted' | 'none';
}

/** The devices of the settings first, then the other bonds that the adapter keeps. */
export function bondStates(
  devices: readonly (readonly [string, GattDevice])[],
  bonds: readonly Bond[],
): BondState[] {
  const stateOf = (address: string): BondState['state'] => {
    const bond = bonds.find((one) => one.address === address);
    if (bond === undefined) return 'none';
    return bond.trusted ? 'bonded' : 'untrusted';
  };
  const own = devices.map(([address, { id, bonding }]) => ({
    ...{ address, model: id, needsBond: bonding === 'required', state: stateOf(address) },
  }));
  const others = bonds
    .filter(({ address }) => !devices.some(([ours]) => ours === address))
    .map(({ address }) => ({ address, model: null, needsBond: false, state: stateOf(address) }));
  return [...own, ...others];
}

const words = { bonded: 'bonded', untrusted: 'bonded, not trusted', none: '-' } as const;

/** The same for a person, with what is to be done. */
export function inWords(states: readonly BondState[]): string {
  if (states.length === 0) return 'No device with Bluetooth, and no bond.';
  const rows = states.map((one) => [one.address, one.model ?? '-', words[one.state], toDo(one)]);
  return table(['address', 'model', 'bond', 'to do'], rows).join('\n');
}

function toDo({ address, model, needsBond, state }: BondState): string {
  if (model === null) return `not of this home: hemma-gateway forget ${address}`;
  return needsBond && state === 'none' ? `hemma-gateway pair ${address}` : '';
}
