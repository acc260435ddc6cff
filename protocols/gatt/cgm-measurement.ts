/** CGM Measurement (2AA7): CGM Service 1.0.2 §3.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { cgmStatusNames, type CgmStatusFlag } from './cgm-status.js';
import { e2eCrcOctets, verifyE2eCrc, withE2eCrc, type E2eCrc } from './e2e-crc.js';
import { bitFlags, maxUint16, maxUint24, whole, type BitFlags } from './fields.js';

export interface CgmRecord {
  readonly glucoseMgPerDl: MedFloat;
  /** Since the session's start. */
  readonly timeOffsetMinutes: number;
  readonly status: BitFlags<CgmStatusFlag> | null;
  readonly trendMgPerDlPerMin: MedFloat | null;
  readonly qualityPercent: MedFloat | null;
  readonly e2eCrc: E2eCrc;
}

export interface CgmMeasurement {
  readonly records: readonly CgmRecord[];
}

const flag = { trend: 0x01, quality: 0x02, warning: 0x20, calibration: 0x40, status: 0x80 };
const anyStatus = flag.warning | flag.calibration | flag.status;
const smallestRecordOctets = 6;

/** The three status octets come in the order of the bits, each only where it is flagged. */
function readStatus(reader: OctetReader, flags: number): BitFlags<CgmStatusFlag> | null {
  if ((flags & anyStatus) === 0) return null;
  const status = flags & flag.status ? reader.uint8() : 0;
  const calibration = flags & flag.calibration ? reader.uint8() : 0;
  const warning = flags & flag.warning ? reader.uint8() : 0;
  return bitFlags(cgmStatusNames, status | (calibration << 8) | (warning << 16));
}

/** The size octet decides whether a check follows the announced fields. */
function recordCrc(record: Uint8Array, left: number): E2eCrc {
  if (left === 0) return 'absent';
  if (left !== e2eCrcOctets) throw new CodecRefusal('length');
  verifyE2eCrc(record);
  return 'valid';
}

function decodeRecord(record: Uint8Array): CgmRecord {
  const reader = new OctetReader(record);
  reader.uint8();
  const flags = reader.uint8();
  const glucoseMgPerDl = readSfloat(reader);
  const timeOffsetMinutes = reader.uint16();
  const status = readStatus(reader, flags);
  const trendMgPerDlPerMin = flags & flag.trend ? readSfloat(reader) : null;
  const qualityPercent = flags & flag.quality ? readSfloat(reader) : null;
  const e2eCrc = recordCrc(record, reader.remaining);
  return { glucoseMgPerDl, timeOffsetMinutes, status, trendMgPerDlPerMin, qualityPercent, e2eCrc };
}

function encodeRecord(record: CgmRecord): Uint8Array {
  const { status, trendMgPerDlPerMin, qualityPercent } = record;
  const content = new OctetWriter().uint8(flagsOf(record));
  writeSfloat(content, record.glucoseMgPerDl);
  content.uint16(whole(record.timeOffsetMinutes, maxUint16));
  if (status !== null) writeStatus(content, whole(status.raw, maxUint24));
  if (trendMgPerDlPerMin !== null) writeSfloat(content, trendMgPerDlPerMin);
  if (qualityPercent !== null) writeSfloat(content, qualityPercent);
  const octets = content.octets();
  const size = 1 + octets.length + (record.e2eCrc === 'valid' ? e2eCrcOctets : 0);
  return withE2eCrc(new OctetWriter().uint8(size).put(octets), record.e2eCrc);
}

/** A status of 0 still has to show that it is there, with the octet that comes first. */
function statusFlagsOf(raw: number): number {
  const flags =
    (raw & 0x0000ff ? flag.status : 0) |
    (raw & 0x00ff00 ? flag.calibration : 0) |
    (raw & 0xff0000 ? flag.warning : 0);
  return flags === 0 ? flag.status : flags;
}

function writeStatus(writer: OctetWriter, raw: number): void {
  const flags = statusFlagsOf(raw);
  if (flags & flag.status) writer.uint8(raw);
  if (flags & flag.calibration) writer.uint8(raw >> 8);
  if (flags & flag.warning) writer.uint8(raw >> 16);
}

function flagsOf(record: CgmRecord): number {
  return (
    (record.trendMgPerDlPerMin === null ? 0 : flag.trend) |
    (record.qualityPercent === null ? 0 : flag.quality) |
    (record.status === null ? 0 : statusFlagsOf(record.status.raw))
  );
}

/** The octets of each record, its size in front; refuses `truncated` and `length`. */
export function* cgmRecordsIn(octets: Uint8Array): Generator<Uint8Array> {
  const reader = new OctetReader(octets);
  do {
    const size = octets[octets.length - reader.remaining] ?? reader.uint8();
    if (size < smallestRecordOctets) throw new CodecRefusal('length');
    yield reader.take(size);
  } while (reader.remaining > 0);
}

/** CGM Measurement, 2AA7: one or more records, each with its size in front. */
export const cgmMeasurement: Codec<CgmMeasurement> = {
  decode(octets) {
    const records: CgmRecord[] = [];
    for (const record of cgmRecordsIn(octets)) records.push(decodeRecord(record));
    return { records };
  },
  encode({ records }) {
    if (records.length === 0) throw new CodecRefusal('empty');
    const writer = new OctetWriter();
    for (const record of records) writer.put(encodeRecord(record));
    return writer.octets();
  },
};
