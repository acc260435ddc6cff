/**
 * Result frame of the AndesFit spirometer, `DD …`, in two lengths that both end in FEV1 (0.01 L)
 * and PEF (L/min), 16 bits little endian each. The octets before them are not known. Source:
 * LivecareBluetoothSDK.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { octetAt, refuseUnless, scaled, whole } from '../serial/fields.js';

export interface AndesfitSpirometry {
  readonly fev1L: number;
  readonly pefLpm: number;
}

const start = 0xdd;
const lengths: readonly number[] = [9, 17];
const valuesLength = 4;
/** The frame that a virtual device sends: the short one. */
const unknownOctets = 4;

/** Refuses `length` and `sync`. */
export const andesfitSpirometer: Codec<AndesfitSpirometry> = {
  decode: (octets) => {
    refuseUnless(lengths.includes(octets.length), 'length');
    refuseUnless(octets[0] === start, 'sync');
    const reader = new OctetReader(octets.subarray(-valuesLength));
    return { fev1L: reader.uint16() / 100, pefLpm: reader.uint16() };
  },
  encode: ({ fev1L, pefLpm }) =>
    new OctetWriter()
      .uint8(start)
      .put(new Uint8Array(unknownOctets))
      .uint16(scaled(fev1L, 100, 0xffff))
      .uint16(whole(pefLpm, 0, 0xffff))
      .octets(),
};

/** What the spirometer says beside a result, `AA …`. */
export type AndesfitState =
  | { readonly state: 'ready' | 'ended' | 'other' }
  | { readonly state: 'newest'; readonly number: number };

const stateMark = 0xaa;
/** The octet behind the mark; the third one is 0 where it says yes. */
const stateCode = { newest: 1, ended: 3, ready: 6 } as const;
const numberAt = 3;

/** A state; null when the octets begin like something else. Refuses `truncated`. */
export function andesfitState(octets: Uint8Array): AndesfitState | null {
  if (octetAt(octets, 0) !== stateMark) return null;
  const [code, yes] = [octetAt(octets, 1), octetAt(octets, 2) === 0];
  if (code === stateCode.newest) return { state: 'newest', number: octetAt(octets, numberAt) };
  if (code === stateCode.ready && yes) return { state: 'ready' };
  return code === stateCode.ended && yes ? { state: 'ended' } : { state: 'other' };
}

/** The octets of a state, for a virtual spirometer. */
export function andesfitStateOctets(state: AndesfitState): Uint8Array {
  switch (state.state) {
    case 'newest':
      return Uint8Array.of(stateMark, stateCode.newest, 0, whole(state.number, 0, 0xff));
    case 'ready':
      return Uint8Array.of(stateMark, stateCode.ready, 0);
    case 'ended':
      return Uint8Array.of(stateMark, stateCode.ended, 0);
    case 'other':
      return Uint8Array.of(stateMark, stateCode.ready, 1);
  }
}
