/**
 * IEEE 11073-20601 association, release and abort, and the head of a data APDU. Sources: IEEE
 * 11073-20601 annex A, OpenTele and Antidote test APDUs.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { refuseUnless, whole } from './fields.js';
import { apdu, choices, openApdu, restOf, withLength, word } from './ieee11073-apdu.js';

export interface AssociationRequest {
  readonly choice: 'e200';
  /** 20601 for the optimized exchange protocol. */
  readonly dataProtoId: number;
  /** Hexadecimal bit strings; 8000 is MDER. */
  readonly encodingRules: string;
  /** 00800000 agent, 80000000 manager. */
  readonly systemType: string;
  /** EUI-64, upper-case hexadecimal. */
  readonly systemId: string;
  /** 400 and above are standard configurations, 0x4000 and above the device's own. */
  readonly devConfigId: number;
  readonly dataReqModeFlags: string;
}

export interface AssociationResponse {
  readonly choice: 'e300';
  /** 0 accepted, 3 accepted with unknown configuration, others rejected. */
  readonly result: number;
  readonly dataProtoId: number;
  /** Null in a rejection. */
  readonly systemId: string | null;
}

/** Release request, release response and abort. */
export interface AssociationEnd {
  readonly choice: 'e400' | 'e500' | 'e600';
  readonly reason: number;
}

/** A data APDU; the report in it is read by another codec. */
export interface DataHead {
  readonly choice: 'e700';
  readonly invokeId: number;
  /** 0100 and 0101 event report, 0201 its confirmation, 0103 and 0203 get, 0107 and 0207 action. */
  readonly choiceType: string;
  /** Null in an APDU that is neither event report nor its confirmation. */
  readonly eventType: string | null;
}

export type AssociationApdu = AssociationRequest | AssociationResponse | AssociationEnd | DataHead;

const protocol20601 = 20601;
const eventChoices: readonly number[] = [0x0100, 0x0101, 0x0201];
const confirmedEventResponse = 0x0201;
const versionOne = 0x8000_0000;
const encodingMder = '8000';
const managerType = '80000000';
const systemIdLength = 8;

interface Agreement {
  readonly encodingRules: string;
  readonly systemType: string;
  readonly systemId: string;
  readonly devConfigId: number;
  readonly dataReqModeFlags: string;
}

/** PhdAssociationInformation; refuses `truncated` and `length`. */
function agreement(reader: OctetReader): Agreement {
  reader.take(4);
  const encodingRules = toHex(reader.take(2));
  reader.take(8);
  const systemType = toHex(reader.take(4));
  const systemId = toHex(reader.take(reader.uint16be())).toUpperCase();
  const devConfigId = reader.uint16be();
  const dataReqModeFlags = word(reader.uint16be());
  reader.take(2);
  reader.uint16be();
  restOf(reader);
  return { encodingRules, systemType, systemId, devConfigId, dataReqModeFlags };
}

function agreementOctets(agreed: Agreement, initiators: number): Uint8Array {
  const systemId = fromHex(agreed.systemId);
  refuseUnless(systemId.length === systemIdLength, 'length');
  return new OctetWriter()
    .uint32be(versionOne)
    .put(fromHex(agreed.encodingRules))
    .uint32be(versionOne)
    .uint32be(0)
    .put(fromHex(agreed.systemType))
    .put(withLength(systemId))
    .uint16be(whole(agreed.devConfigId, 0, 0xffff))
    .put(fromHex(agreed.dataReqModeFlags))
    .put([initiators, 0])
    .uint32be(0)
    .octets();
}

function request(content: OctetReader): AssociationRequest {
  content.uint32be();
  const count = content.uint16be();
  const list = restOf(content);
  refuseUnless(count >= 1, 'format');
  const dataProtoId = list.uint16be();
  const length = list.uint16be();
  refuseUnless(length <= list.remaining, 'length');
  const agreed = agreement(new OctetReader(list.take(length)));
  return { choice: 'e200', dataProtoId, ...agreed };
}

function response(content: OctetReader): AssociationResponse {
  const result = content.uint16be();
  const dataProtoId = content.uint16be();
  const information = restOf(content);
  const systemId = information.remaining === 0 ? null : agreement(information).systemId;
  return { choice: 'e300', result, dataProtoId, systemId };
}

function end(choice: AssociationEnd['choice'], content: OctetReader): AssociationEnd {
  const reason = content.uint16be();
  content.end();
  return { choice, reason };
}

function data(content: OctetReader): DataHead {
  const message = restOf(content);
  const invokeId = message.uint16be();
  const choiceType = message.uint16be();
  const body = restOf(message);
  const head = { choice: 'e700', invokeId, choiceType: word(choiceType) } as const;
  if (!eventChoices.includes(choiceType)) return { ...head, eventType: null };
  body.take(6);
  return { ...head, eventType: word(body.uint16be()) };
}

function requestContent(value: AssociationRequest): Uint8Array {
  const list = new OctetWriter()
    .uint16be(whole(value.dataProtoId, 0, 0xffff))
    .put(withLength(agreementOctets(value, 1)))
    .octets();
  return new OctetWriter().uint32be(versionOne).uint16be(1).put(withLength(list)).octets();
}

function responseContent(value: AssociationResponse): Uint8Array {
  const agreed = {
    encodingRules: encodingMder,
    systemType: managerType,
    devConfigId: 0,
    dataReqModeFlags: '0000',
  };
  const { systemId } = value;
  const information =
    systemId === null ? new Uint8Array(0) : agreementOctets({ ...agreed, systemId }, 0);
  return new OctetWriter()
    .uint16be(whole(value.result, 0, 0xffff))
    .uint16be(whole(value.dataProtoId, 0, 0xffff))
    .put(withLength(information))
    .octets();
}

/** Only the confirmation of an event report is a whole APDU by its head. */
function confirmationContent(value: DataHead): Uint8Array {
  if (value.eventType === null || value.choiceType !== word(confirmedEventResponse)) {
    throw new CodecRefusal('opcode');
  }
  const reply = new OctetWriter()
    .uint16be(0)
    .uint32be(0)
    .put(fromHex(value.eventType))
    .uint16be(0)
    .octets();
  const message = new OctetWriter()
    .uint16be(whole(value.invokeId, 0, 0xffff))
    .uint16be(confirmedEventResponse)
    .put(withLength(reply))
    .octets();
  return withLength(message);
}

/**
 * Refuses `truncated`, `length`, `format` and `opcode` (no APDU of 20601). The encoder writes an
 * association, a release, an abort or the confirmation of an event report; it refuses `opcode` for
 * other data, whose content is not part of the value.
 */
export const association: Codec<AssociationApdu> = {
  decode: (octets) => {
    const { choice, content } = openApdu(octets);
    switch (choice) {
      case choices.associationRequest:
        return request(content);
      case choices.associationResponse:
        return response(content);
      case choices.releaseRequest:
        return end('e400', content);
      case choices.releaseResponse:
        return end('e500', content);
      case choices.abort:
        return end('e600', content);
      case choices.presentation:
        return data(content);
      default:
        throw new CodecRefusal('opcode');
    }
  },
  encode: (value) => {
    switch (value.choice) {
      case 'e200':
        return apdu(choices.associationRequest, requestContent(value));
      case 'e300':
        return apdu(choices.associationResponse, responseContent(value));
      case 'e700':
        return apdu(choices.presentation, confirmationContent(value));
      default: {
        const reason = new OctetWriter().uint16be(whole(value.reason, 0, 0xffff)).octets();
        return apdu(Number.parseInt(value.choice, 16), reason);
      }
    }
  },
};

/** The answer that accepts an agent's request, for a manager with this EUI-64. */
export function accepting(systemId: string): AssociationResponse {
  return { choice: 'e300', result: 0, dataProtoId: protocol20601, systemId };
}
