/** PDUs of the attribute protocol, as far as an import looks at them (Core 6.0 Vol 3 Part F §3.4). */

export const Att = {
  error: 0x01,
  findInformationRequest: 0x04,
  findInformation: 0x05,
  findByTypeRequest: 0x06,
  findByType: 0x07,
  readByTypeRequest: 0x08,
  readByType: 0x09,
  readRequest: 0x0a,
  read: 0x0b,
  readBlobRequest: 0x0c,
  readBlob: 0x0d,
  readByGroupRequest: 0x10,
  readByGroup: 0x11,
  writeRequest: 0x12,
  prepareWriteRequest: 0x16,
  executeWriteRequest: 0x18,
  notification: 0x1b,
  indication: 0x1d,
  notifications: 0x23,
  writeCommand: 0x52,
  signedWriteCommand: 0xd2,
} as const;

/** The longest value of an attribute (§3.2.9). */
export const maxValueOctets = 512;
/** What a signed write ends with. */
export const signatureOctets = 12;
