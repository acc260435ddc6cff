/**
 * Record Access Control Point (2A52) as newer Omron monitors and scales have it: filter type 4 is
 * Omron's own sequence number, and two op codes ask for and tell the latest one.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { maxUint16, maxUint8, whole } from './fields.js';
import * as access from './record-access.js';

/** Which of the optional fields are there follows from op code and operator. */
export interface OmronRecordAccess extends access.Filter {
  readonly opCode: number;
  readonly operator: number;
  readonly numberOfRecords?: number;
  readonly requestOpCode?: number;
  readonly responseCode?: number;
  readonly sequenceNumber?: number;
}

const omronOpCode = {
  reportLatestSequenceNumber: 0x10,
  latestSequenceNumberResponse: 0x11,
} as const;

const omronSequenceNumberFilter = 4;

function readFilterValue(reader: OctetReader, type: number): access.FilterValue {
  return type === omronSequenceNumberFilter
    ? reader.uint16()
    : access.readFilterValue(reader, type);
}

type Operand = Omit<OmronRecordAccess, 'opCode' | 'operator'>;

function readNullOperand(reader: OctetReader, opCode: number): Operand {
  switch (opCode) {
    case access.opCode.numberOfStoredRecordsResponse:
      return { numberOfRecords: access.readCount(reader) };
    case access.opCode.responseCode:
      return { requestOpCode: reader.uint8(), responseCode: reader.uint8() };
    case omronOpCode.latestSequenceNumberResponse:
      return { sequenceNumber: reader.uint16() };
    case access.opCode.abortOperation:
    case omronOpCode.reportLatestSequenceNumber:
      return {};
    default:
      throw new CodecRefusal('opcode');
  }
}

function readOperand(reader: OctetReader, opCode: number, operator: number): Operand {
  switch (opCode) {
    case access.opCode.reportStoredRecords:
    case access.opCode.deleteStoredRecords:
    case access.opCode.reportNumberOfStoredRecords:
      return access.readFilter(reader, operator, readFilterValue);
    default:
      access.nullOperator(operator);
      return readNullOperand(reader, opCode);
  }
}

/** Omron's Record Access Control Point. Refuses what it does not know: `opcode`, `operator`. */
export const omronRecordAccess: Codec<OmronRecordAccess> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const opCode = reader.uint8();
    const operator = reader.uint8();
    const operand = readOperand(reader, opCode, operator);
    reader.end();
    return { opCode, operator, ...operand };
  },
  encode(value) {
    const writer = new OctetWriter();
    writer.uint8(whole(value.opCode, maxUint8)).uint8(whole(value.operator, maxUint8));
    access.writeFilter(writer, value);
    if (value.numberOfRecords !== undefined) access.writeCount(writer, value.numberOfRecords);
    if (value.requestOpCode !== undefined) writer.uint8(whole(value.requestOpCode, maxUint8));
    if (value.responseCode !== undefined) writer.uint8(whole(value.responseCode, maxUint8));
    if (value.sequenceNumber !== undefined) writer.uint16(whole(value.sequenceNumber, maxUint16));
    return writer.octets();
  },
};
