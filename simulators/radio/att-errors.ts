/** ATT error codes (Core 6.0 Vol 3 Part F §3.4.1.1). */
export const AttError = {
  invalidHandle: 0x01,
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  invalidPdu: 0x04,
  requestNotSupported: 0x06,
  invalidOffset: 0x07,
  prepareQueueFull: 0x09,
  attributeNotFound: 0x0a,
  invalidValueLength: 0x0d,
  unsupportedGroupType: 0x10,
  valueNotAllowed: 0x13,
} as const;

/** A request that ends in an Error Response about this attribute. */
export class AttFailure extends Error {
  readonly code: number;
  readonly handle: number;

  constructor(code: number, handle: number) {
    super(`ATT error 0x${code.toString(16).padStart(2, '0')} at handle ${handle}`);
    this.name = 'AttFailure';
    this.code = code;
    this.handle = handle;
  }
}
