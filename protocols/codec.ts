/**
 * What every codec has in common: octets in, a decoded object out, or a coded refusal.
 *
 * The decoded object of a codec has exactly the field names and the absent-is-null convention of
 * `protocols/vectors/README.md`, so that a test vector can be compared without translation.
 */

/** Why octets are not what they claim to be. */
export type RefusalReason =
  | 'truncated'
  | 'length'
  | 'range'
  | 'crc'
  | 'checksum'
  | 'sync'
  | 'opcode'
  | 'operator'
  | 'format'
  | 'unit'
  | 'columns'
  | 'empty';

/** Thrown by a codec that refuses its input. Nothing in it is ever reported as a measurement. */
export class CodecRefusal extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, detail = reason as string) {
    super(detail);
    this.name = 'CodecRefusal';
    this.reason = reason;
  }
}

/** Decodes one value; throws {@link CodecRefusal} and nothing else. */
export type Decode<T> = (octets: Uint8Array) => T;

/** A codec for one characteristic value, frame or record. */
export interface Codec<T> {
  readonly decode: Decode<T>;
  /** The octets a device would send for this value; throws {@link CodecRefusal} when it cannot be said. */
  readonly encode: (value: T) => Uint8Array;
}
