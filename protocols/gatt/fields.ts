/** Field rules that many GATT characteristics share. */
import { CodecRefusal } from '../codec.js';

/** A value under construction: V8 clones a spread object far slower than it sets a field. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

/** A bit field with the names of its set bits, lowest first. Reserved bits are in `raw` only. */
export interface BitFlags<Name extends string> {
  readonly raw: number;
  readonly flags: readonly Name[];
}

/** Names of the set bits, lowest first; `null` in `names` stands for a reserved bit. */
export function bitNames<Name extends string>(
  names: readonly (Name | null)[],
  raw: number,
): Name[] {
  const set: Name[] = [];
  for (let bit = 0; raw >>> bit !== 0 && bit < names.length; bit += 1) {
    const name = names[bit];
    if (((raw >>> bit) & 1) === 1 && name != null) set.push(name);
  }
  return set;
}

/** A bit field as `raw` and `flags`. */
export function bitFlags<Name extends string>(
  names: readonly (Name | null)[],
  raw: number,
): BitFlags<Name> {
  return { raw, flags: bitNames(names, raw) };
}

/** The value itself when it is a whole number from `min` to `max`; else refuses with `range`. */
export function whole(value: number, max: number, min = 0): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new CodecRefusal('range');
}

/** Steps of a fixed-resolution field, rounded as a device does; refuses what it cannot hold. */
export function steps(value: number, perUnit: number, max: number): number {
  return whole(Math.round(value * perUnit), max);
}

export const maxUint8 = 0xff;
export const maxUint16 = 0xffff;
export const maxUint24 = 0xff_ffff;
export const maxUint32 = 0xffff_ffff;
