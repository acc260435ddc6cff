/** Record Access Control Point (2A52): GATT Specification Supplement, Glucose Service 1.0.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { maxUint8, whole } from './fields.js';
import * as access from './record-access.js';

const opCodeNames = [
  null,
  'reportStoredRecords',
  'deleteStoredRecords',
  'abortOperation',
  'reportNumberOfStoredRecords',
  'numberOfStoredRecordsResponse',
  'responseCode',
  'combinedReport',
  'combinedReportResponse',
] as const;
const operatorNames = [
  'null',
  'allRecords',
  'lessThanOrEqualTo',
  'greaterThanOrEqualTo',
  'withinRangeOf',
  'firstRecord',
  'lastRecord',
] as const;
const filterNames = [null, 'sequenceNumber', 'userFacingTime'] as const;
const responseNames = [
  null,
  'success',
  'opCodeNotSupported',
  'invalidOperator',
  'operatorNotSupported',
  'invalidOperand',
  'noRecordsFound',
  'abortUnsuccessful',
  'procedureNotCompleted',
  'operandNotSupported',
] as const;

export type RecordAccessResponseName = NonNullable<(typeof responseNames)[number]>;

/**
 * A request or a response. Which optional fields are there follows from op code and operator: a
 * filter with one value or a range, a number of records, or a response code.
 */
export interface RecordAccessControlPoint {
  readonly opCode: number;
  readonly opCodeName: NonNullable<(typeof opCodeNames)[number]>;
  readonly operator: number;
  readonly operatorName: (typeof operatorNames)[number];
  readonly filterType?: number;
  readonly filterName?: NonNullable<(typeof filterNames)[number]> | null;
  readonly value?: access.FilterValue;
  readonly min?: access.FilterValue;
  readonly max?: access.FilterValue;
  readonly numberOfRecords?: number;
  readonly requestOpCode?: number;
  readonly responseCode?: number;
  /** Null for a reserved code. */
  readonly responseName?: RecordAccessResponseName | null;
}

type Operand = Omit<
  RecordAccessControlPoint,
  'opCode' | 'opCodeName' | 'operator' | 'operatorName'
>;

function readRequestOperand(reader: OctetReader, operator: number): Operand {
  const { filterType, ...values } = access.readFilter(reader, operator, access.readFilterValue);
  if (filterType === undefined) return {};
  return { filterType, filterName: filterNames[filterType] ?? null, ...values };
}

function readResponse(reader: OctetReader): Operand {
  const requestOpCode = reader.uint8();
  const responseCode = reader.uint8();
  return { requestOpCode, responseCode, responseName: responseNames[responseCode] ?? null };
}

function readOperand(reader: OctetReader, opCode: number, operator: number): Operand {
  switch (opCode) {
    case access.opCode.abortOperation:
      access.nullOperator(operator);
      return {};
    case access.opCode.numberOfStoredRecordsResponse:
    case access.opCode.combinedReportResponse:
      access.nullOperator(operator);
      return { numberOfRecords: access.readCount(reader) };
    case access.opCode.responseCode:
      access.nullOperator(operator);
      return readResponse(reader);
    default:
      return readRequestOperand(reader, operator);
  }
}

/** Record Access Control Point, 2A52. Refuses with `opcode` or `operator` what is not assigned. */
export const recordAccessControlPoint: Codec<RecordAccessControlPoint> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const opCode = reader.uint8();
    const opCodeName = opCodeNames[opCode];
    if (opCodeName == null) throw new CodecRefusal('opcode');
    const operator = reader.uint8();
    const operatorName = operatorNames[operator];
    if (operatorName === undefined) throw new CodecRefusal('operator');
    const operand = readOperand(reader, opCode, operator);
    reader.end();
    return { opCode, opCodeName, operator, operatorName, ...operand };
  },
  encode(value) {
    const writer = new OctetWriter();
    writer.uint8(whole(value.opCode, maxUint8)).uint8(whole(value.operator, maxUint8));
    access.writeFilter(writer, value);
    if (value.numberOfRecords !== undefined) access.writeCount(writer, value.numberOfRecords);
    if (value.requestOpCode !== undefined) writer.uint8(whole(value.requestOpCode, maxUint8));
    if (value.responseCode !== undefined) writer.uint8(whole(value.responseCode, maxUint8));
    return writer.octets();
  },
};

/** Octets of the request for all records; the ones that a gateway sends most. */
export function reportAllRecords(): Uint8Array {
  return Uint8Array.of(access.opCode.reportStoredRecords, access.operator.allRecords);
}

/** Octets of the request for all records from this sequence number on. */
export function reportRecordsFrom(sequenceNumber: number): Uint8Array {
  return new OctetWriter()
    .uint8(access.opCode.reportStoredRecords)
    .uint8(access.operator.greaterThanOrEqualTo)
    .uint8(access.filterType.sequenceNumber)
    .uint16(whole(sequenceNumber, 0xffff))
    .octets();
}
