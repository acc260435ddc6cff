/** User Control Point (2A9F): User Data Service 1.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { maxUint16, maxUint8, whole } from './fields.js';

const responseNames = [
  null,
  'success',
  'opCodeNotSupported',
  'invalidParameter',
  'operationFailed',
  'userNotAuthorized',
] as const;

export type UserControlResponseName = NonNullable<(typeof responseNames)[number]>;

/** What a client asks, or what the device answers. Consent codes are 0 to 9999. */
export type UserControlPoint =
  | { readonly opCode: number; readonly name: 'registerNewUser'; readonly consentCode: number }
  | {
      readonly opCode: number;
      readonly name: 'consent';
      readonly userIndex: number;
      readonly consentCode: number;
    }
  | { readonly opCode: number; readonly name: 'deleteUserData' | 'listAllUsers' }
  | { readonly opCode: number; readonly name: 'deleteUsers'; readonly userIndex: number }
  | {
      readonly opCode: number;
      readonly name: 'responseCode';
      readonly requestOpCode: number;
      readonly responseValue: number;
      /** Null for a reserved code. */
      readonly responseName: UserControlResponseName | null;
      /** The user that was registered or deleted. */
      readonly userIndex: number | null;
      /** The answer to listing all users. */
      readonly numberOfUsers?: number;
    };

const opCodes = {
  registerNewUser: 1,
  consent: 2,
  deleteUserData: 3,
  listAllUsers: 4,
  deleteUsers: 5,
  responseCode: 0x20,
} as const;

function readResponse(reader: OctetReader): UserControlPoint {
  const opCode = opCodes.responseCode;
  const requestOpCode = reader.uint8();
  const responseValue = reader.uint8();
  const responseName = responseNames[responseValue] ?? null;
  const parameter = reader.remaining > 0 ? reader.uint8() : null;
  const response = {
    opCode,
    name: 'responseCode',
    requestOpCode,
    responseValue,
    responseName,
  } as const;
  if (requestOpCode === opCodes.listAllUsers && parameter !== null) {
    return { ...response, userIndex: null, numberOfUsers: parameter };
  }
  return { ...response, userIndex: parameter };
}

function readProcedure(reader: OctetReader): UserControlPoint {
  const opCode = reader.uint8();
  switch (opCode) {
    case opCodes.registerNewUser:
      return { opCode, name: 'registerNewUser', consentCode: reader.uint16() };
    case opCodes.consent: {
      const userIndex = reader.uint8();
      return { opCode, name: 'consent', userIndex, consentCode: reader.uint16() };
    }
    case opCodes.deleteUserData:
      return { opCode, name: 'deleteUserData' };
    case opCodes.listAllUsers:
      return { opCode, name: 'listAllUsers' };
    case opCodes.deleteUsers:
      return { opCode, name: 'deleteUsers', userIndex: reader.uint8() };
    case opCodes.responseCode:
      return readResponse(reader);
    default:
      throw new CodecRefusal('opcode');
  }
}

/** User Control Point, 2A9F. */
export const userControlPoint: Codec<UserControlPoint> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const value = readProcedure(reader);
    reader.end();
    return value;
  },
  encode(value) {
    const writer = new OctetWriter().uint8(opCodes[value.name]);
    switch (value.name) {
      case 'registerNewUser':
        return writer.uint16(whole(value.consentCode, maxUint16)).octets();
      case 'consent':
        writer.uint8(whole(value.userIndex, maxUint8));
        return writer.uint16(whole(value.consentCode, maxUint16)).octets();
      case 'deleteUsers':
        return writer.uint8(whole(value.userIndex, maxUint8)).octets();
      case 'responseCode': {
        writer.uint8(whole(value.requestOpCode, maxUint8));
        writer.uint8(whole(value.responseValue, maxUint8));
        const parameter = value.numberOfUsers ?? value.userIndex;
        return (parameter === null ? writer : writer.uint8(whole(parameter, maxUint8))).octets();
      }
      default:
        return writer.octets();
    }
  },
};
