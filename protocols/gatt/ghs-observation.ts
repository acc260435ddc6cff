/**
 * Observation of a Generic Health Sensor (2B8B live, 2BDD stored), put together from its segments:
 * Generic Health Sensor Service 1.0.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { readFloat, writeFloat, type MedFloat } from '../medfloat.js';
import {
  readElapsedTimestamp,
  writeElapsedTimestamp,
  type ElapsedTimestamp,
} from './elapsed-time.js';
import {
  bitFlags,
  maxUint16,
  maxUint32,
  maxUint8,
  whole,
  type BitFlags,
  type Draft,
} from './fields.js';
import {
  ghsClass,
  readCodes,
  readList,
  readSimpleValue,
  readTlv,
  writeCodes,
  writeList,
  writeSimpleValue,
  writeTlv,
  type GhsSimpleValue,
  type GhsTlv,
} from './ghs-value.js';

const statusNames = [
  'invalid',
  'questionable',
  'notAvailable',
  'calibrating',
  'testData',
  'earlyEstimate',
  'manuallyEntered',
  'setting',
  null,
  null,
  null,
  null,
  null,
  null,
  'thresholdError',
  'thresholdingDisabled',
] as const;
export type GhsStatusFlag = NonNullable<(typeof statusNames)[number]>;

/** What every observation may say of itself. Types and supplemental information are MDC codes. */
interface GhsAttributes {
  /** As sent: with or without the three octets of class and length. */
  readonly length: number;
  /** Null inside a bundle that has the type for all its members. */
  readonly observationType: number | null;
  readonly timestamp: ElapsedTimestamp | null;
  /** Seconds. */
  readonly measurementDuration: MedFloat | null;
  readonly measurementStatus: BitFlags<GhsStatusFlag> | null;
  readonly objectId: number | null;
  readonly patientId: number | null;
  readonly supplementalInformation: readonly number[] | null;
  /** Object ids of observations that this one comes from, or that are part of it. */
  readonly derivedFrom: readonly number[] | null;
  readonly hasMember: readonly number[] | null;
  /** Attributes that the service has no field for; given only where there are some. */
  readonly attributes?: readonly GhsTlv[];
}

export type GhsComponent = { readonly type: number } & GhsSimpleValue;

export type GhsValue =
  | GhsSimpleValue
  | { readonly class: 'compound'; readonly components: readonly GhsComponent[] }
  | { readonly class: 'tlv'; readonly values: readonly GhsTlv[] }
  | { readonly class: 'bundle'; readonly members: readonly GhsObservation[] };

export type GhsObservation = GhsAttributes & GhsValue;

const flag = {
  observationType: 1 << 0,
  timestamp: 1 << 1,
  measurementDuration: 1 << 2,
  measurementStatus: 1 << 3,
  objectId: 1 << 4,
  patientId: 1 << 5,
  supplementalInformation: 1 << 6,
  derivedFrom: 1 << 7,
  hasMember: 1 << 8,
  tlvs: 1 << 9,
};
/** A reserved flag announces a field before the value, of unknown size: the value is not found. */
const reservedFlags = 0xfc00;
/** Class and length, which the length of some sensors does not count. */
const headOctets = 3;

function readAttributes(reader: OctetReader, flags: number): Omit<GhsAttributes, 'length'> {
  const fields: Draft<Omit<GhsAttributes, 'length'>> = {
    observationType: flags & flag.observationType ? reader.uint32() : null,
    timestamp: flags & flag.timestamp ? readElapsedTimestamp(reader) : null,
    measurementDuration: flags & flag.measurementDuration ? readFloat(reader) : null,
    measurementStatus:
      flags & flag.measurementStatus ? bitFlags(statusNames, reader.uint16()) : null,
    objectId: flags & flag.objectId ? reader.uint32() : null,
    patientId: flags & flag.patientId ? reader.uint8() : null,
    supplementalInformation: flags & flag.supplementalInformation ? readCodes(reader) : null,
    derivedFrom: flags & flag.derivedFrom ? readCodes(reader) : null,
    hasMember: flags & flag.hasMember ? readCodes(reader) : null,
  };
  if (flags & flag.tlvs) fields.attributes = readList(reader, readTlv);
  return fields;
}

function readComponent(reader: OctetReader): GhsComponent {
  const type = reader.uint32();
  return { type, ...readSimpleValue(reader, reader.uint8()) };
}

function readValue(reader: OctetReader, code: number, bundled: boolean): GhsValue {
  switch (code) {
    case ghsClass.compound:
      return { class: 'compound', components: readList(reader, readComponent) };
    case ghsClass.tlv:
      return { class: 'tlv', values: readList(reader, readTlv) };
    case ghsClass.bundle:
      // A bundle holds single observations: without this, octets could nest without end.
      if (bundled) throw new CodecRefusal('format');
      return { class: 'bundle', members: readList(reader, (each) => readObservation(each, true)) };
    default:
      return readSimpleValue(reader, code);
  }
}

function readObservation(reader: OctetReader, bundled: boolean): GhsObservation {
  const before = reader.remaining;
  const code = reader.uint8();
  const length = reader.uint16();
  const flags = reader.uint16();
  if (flags & reservedFlags) throw new CodecRefusal('format');
  const attributes = readAttributes(reader, flags);
  const value = readValue(reader, code, bundled);
  const used = before - reader.remaining;
  if (length !== used && length !== used - headOctets) throw new CodecRefusal('length');
  return { length, ...attributes, ...value };
}

function flagsOf(value: GhsObservation): number {
  return (
    (value.observationType === null ? 0 : flag.observationType) |
    (value.timestamp === null ? 0 : flag.timestamp) |
    (value.measurementDuration === null ? 0 : flag.measurementDuration) |
    (value.measurementStatus === null ? 0 : flag.measurementStatus) |
    (value.objectId === null ? 0 : flag.objectId) |
    (value.patientId === null ? 0 : flag.patientId) |
    (value.supplementalInformation === null ? 0 : flag.supplementalInformation) |
    (value.derivedFrom === null ? 0 : flag.derivedFrom) |
    (value.hasMember === null ? 0 : flag.hasMember) |
    (value.attributes === undefined ? 0 : flag.tlvs)
  );
}

function writeAttributes(writer: OctetWriter, value: GhsObservation): void {
  const { observationType, timestamp, measurementDuration, measurementStatus } = value;
  if (observationType !== null) writer.uint32(whole(observationType, maxUint32));
  if (timestamp !== null) writeElapsedTimestamp(writer, timestamp);
  if (measurementDuration !== null) writeFloat(writer, measurementDuration);
  if (measurementStatus !== null) writer.uint16(whole(measurementStatus.raw, maxUint16));
  if (value.objectId !== null) writer.uint32(whole(value.objectId, maxUint32));
  if (value.patientId !== null) writer.uint8(whole(value.patientId, maxUint8));
  for (const codes of [value.supplementalInformation, value.derivedFrom, value.hasMember]) {
    if (codes !== null) writeCodes(writer, codes);
  }
  if (value.attributes) writeList(writer, value.attributes, (tlv) => writeTlv(writer, tlv));
}

function writeValue(writer: OctetWriter, value: GhsValue): void {
  switch (value.class) {
    case 'compound':
      writeList(writer, value.components, (component) => {
        writer.uint32(whole(component.type, maxUint32)).uint8(ghsClass[component.class]);
        writeSimpleValue(writer, component);
      });
      return;
    case 'tlv':
      writeList(writer, value.values, (tlv) => writeTlv(writer, tlv));
      return;
    case 'bundle':
      writeList(writer, value.members, (member) => writer.put(encodeObservation(member)));
      return;
    default:
      writeSimpleValue(writer, value);
  }
}

function encodeObservation(value: GhsObservation): Uint8Array {
  const content = new OctetWriter().uint16(flagsOf(value));
  writeAttributes(content, value);
  writeValue(content, value);
  const octets = content.octets();
  const length = value.length === octets.length ? octets.length : octets.length + headOctets;
  const writer = new OctetWriter().uint8(ghsClass[value.class]).uint16(whole(length, maxUint16));
  return writer.put(octets).octets();
}

/** Generic Health Sensor observation, without segmentation octets. */
export const ghsObservation: Codec<GhsObservation> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const value = readObservation(reader, false);
    reader.end();
    return value;
  },
  encode: encodeObservation,
};
