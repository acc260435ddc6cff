/** What the Record Access Control Point (2A52) has in common with its Omron variant. */
import type { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { maxUint16, maxUint32, maxUint8, whole } from './fields.js';

export const opCode = {
  reportStoredRecords: 1,
  deleteStoredRecords: 2,
  abortOperation: 3,
  reportNumberOfStoredRecords: 4,
  numberOfStoredRecordsResponse: 5,
  responseCode: 6,
  combinedReport: 7,
  combinedReportResponse: 8,
} as const;

export const operator = {
  null: 0,
  allRecords: 1,
  lessThanOrEqualTo: 2,
  greaterThanOrEqualTo: 3,
  withinRangeOf: 4,
  firstRecord: 5,
  lastRecord: 6,
} as const;

export const filterType = { sequenceNumber: 1, userFacingTime: 2 } as const;

/** A sequence number, or a time for filter type 2. */
export type FilterValue = number | DateTime;

/** The operand of a request; nothing where the operator needs none. */
export interface Filter {
  readonly filterType?: number;
  readonly value?: FilterValue;
  readonly min?: FilterValue;
  readonly max?: FilterValue;
}

/** Reads one filter value; refuses with `operator` a filter type that it does not know. */
export type ReadFilterValue = (reader: OctetReader, type: number) => FilterValue;

export function readFilterValue(reader: OctetReader, type: number): FilterValue {
  if (type === filterType.sequenceNumber) return reader.uint16();
  if (type === filterType.userFacingTime) return readDateTime(reader);
  throw new CodecRefusal('operator');
}

/** Reads the filter that the operator of a request calls for. */
export function readFilter(
  reader: OctetReader,
  requestOperator: number,
  read: ReadFilterValue,
): Filter {
  switch (requestOperator) {
    case operator.allRecords:
    case operator.firstRecord:
    case operator.lastRecord:
      return {};
    case operator.lessThanOrEqualTo:
    case operator.greaterThanOrEqualTo: {
      const type = reader.uint8();
      return { filterType: type, value: read(reader, type) };
    }
    case operator.withinRangeOf: {
      const type = reader.uint8();
      return { filterType: type, min: read(reader, type), max: read(reader, type) };
    }
    default:
      throw new CodecRefusal('operator');
  }
}

function writeFilterValue(writer: OctetWriter, value: FilterValue): void {
  if (typeof value === 'number') writer.uint16(whole(value, maxUint16));
  else writeDateTime(writer, value);
}

/** Writes what {@link readFilter} reads. */
export function writeFilter(writer: OctetWriter, filter: Filter): void {
  if (filter.filterType === undefined) return;
  writer.uint8(whole(filter.filterType, maxUint8));
  for (const value of [filter.value, filter.min, filter.max]) {
    if (value !== undefined) writeFilterValue(writer, value);
  }
}

/**
 * A number of records fills the rest of the value: two octets in most services, four in the Generic
 * Health Sensor Service, and one in some devices.
 */
export function readCount(reader: OctetReader): number {
  switch (reader.remaining) {
    case 1:
      return reader.uint8();
    case 4:
      return reader.uint32();
    default: {
      const count = reader.uint16();
      reader.end();
      return count;
    }
  }
}

/** Writes a count in two octets, or in four where two are too few. */
export function writeCount(writer: OctetWriter, count: number): void {
  if (count > maxUint16) writer.uint32(whole(count, maxUint32));
  else writer.uint16(whole(count, maxUint16));
}

/** Responses and the abort request carry operator 0. */
export function nullOperator(value: number): void {
  if (value !== operator.null) throw new CodecRefusal('operator');
}
