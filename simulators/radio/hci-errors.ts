/** HCI error codes that the virtual radio can answer (Core 6.0 Vol 1 Part F §2). */
export const HciError = {
  none: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  keyMissing: 0x06,
  connectionTimeout: 0x08,
  connectionLimit: 0x09,
  connectionExists: 0x0b,
  commandDisallowed: 0x0c,
  invalidParameters: 0x12,
  terminatedByRemoteUser: 0x13,
  terminatedByLocalHost: 0x16,
  integrityCheckFailed: 0x3d,
  failedToBeEstablished: 0x3e,
} as const;
