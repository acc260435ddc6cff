/** Values inside Generic Health Sensor observations: Generic Health Sensor Service 1.0. */
import { fromHex, toHex, type OctetReader, type OctetWriter } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import { readFloat, writeFloat, type MedFloat } from '../medfloat.js';
import { maxUint16, maxUint32, maxUint8, whole } from './fields.js';
import { utf8Octets, utf8Text } from './text.js';

/** A value that an observation or a component of a compound one can have. Codes are MDC codes. */
export type GhsSimpleValue =
  | { readonly class: 'numeric'; readonly unitCode: number; readonly value: MedFloat }
  | { readonly class: 'discrete'; readonly value: number }
  | { readonly class: 'string'; readonly value: string }
  | ({ readonly class: 'sampleArray' } & GhsSampleArray)
  | { readonly class: 'compoundDiscreteEvent'; readonly values: readonly number[] }
  | ({ readonly class: 'compoundState' } & GhsStates);

/** Sample × scale factor + offset is the value in the unit. */
export interface GhsSampleArray {
  readonly unitCode: number;
  readonly scaleFactor: MedFloat;
  readonly offset: MedFloat;
  readonly samplePeriodSeconds: MedFloat;
  readonly samplesPerPeriod: number;
  readonly bytesPerSample: number;
  readonly samples: readonly number[];
}

/** Bit strings of equal length, in hexadecimal as sent. */
export interface GhsStates {
  readonly supportedMask: string;
  readonly stateOrEventMask: string;
  readonly bits: string;
}

/** An attribute that the service does not know by itself; the value in hexadecimal as sent. */
export interface GhsTlv {
  readonly type: number;
  readonly format: number;
  readonly value: string;
}

/** Class codes; components have those up to 6. */
export const ghsClass = {
  numeric: 1,
  discrete: 2,
  string: 3,
  sampleArray: 4,
  compoundDiscreteEvent: 5,
  compoundState: 6,
  compound: 7,
  tlv: 8,
  bundle: 0xff,
} as const;

/** Reads `count` items; a count of 255 fields ends at the end of the octets at the latest. */
export function readList<T>(reader: OctetReader, read: (reader: OctetReader) => T): T[] {
  const items: T[] = [];
  for (let left = reader.uint8(); left > 0; left -= 1) items.push(read(reader));
  return items;
}

/** Writes a count and the items; refuses more than the count octet can say. */
export function writeList<T>(
  writer: OctetWriter,
  items: readonly T[],
  write: (item: T) => void,
): void {
  writer.uint8(whole(items.length, maxUint8));
  items.forEach(write);
}

export function readCodes(reader: OctetReader): number[] {
  return readList(reader, (each) => each.uint32());
}

export function writeCodes(writer: OctetWriter, codes: readonly number[]): void {
  writeList(writer, codes, (code) => writer.uint32(whole(code, maxUint32)));
}

function readSample(reader: OctetReader, bytesPerSample: number): number {
  switch (bytesPerSample) {
    case 1:
      return reader.uint8();
    case 2:
      return reader.uint16();
    case 4:
      return reader.uint32();
    default:
      throw new CodecRefusal('range');
  }
}

function readSampleArray(reader: OctetReader): GhsSampleArray {
  const unitCode = reader.uint16();
  const scaleFactor = readFloat(reader);
  const offset = readFloat(reader);
  const samplePeriodSeconds = readFloat(reader);
  const samplesPerPeriod = reader.uint8();
  const bytesPerSample = reader.uint8();
  const count = reader.uint32();
  // Told first, so that a count of four billion is refused and not allocated.
  if (count * bytesPerSample > reader.remaining) throw new CodecRefusal('truncated');
  if (bytesPerSample === 0) throw new CodecRefusal('range');
  const samples = Array.from({ length: count }, () => readSample(reader, bytesPerSample));
  const scale = { unitCode, scaleFactor, offset, samplePeriodSeconds };
  return { ...scale, samplesPerPeriod, bytesPerSample, samples };
}

function writeSampleArray(writer: OctetWriter, array: GhsSampleArray): void {
  writer.uint16(whole(array.unitCode, maxUint16));
  writeFloat(writer, array.scaleFactor);
  writeFloat(writer, array.offset);
  writeFloat(writer, array.samplePeriodSeconds);
  writer.uint8(whole(array.samplesPerPeriod, maxUint8));
  writer.uint8(whole(array.bytesPerSample, 4, 1)).uint32(array.samples.length);
  const max = 2 ** (8 * array.bytesPerSample) - 1;
  for (const sample of array.samples) writeSample(writer, whole(sample, max), array.bytesPerSample);
}

function writeSample(writer: OctetWriter, sample: number, bytesPerSample: number): void {
  if (bytesPerSample === 1) writer.uint8(sample);
  else if (bytesPerSample === 2) writer.uint16(sample);
  else writer.uint32(sample);
}

function readStates(reader: OctetReader): GhsStates {
  const size = reader.uint8();
  const supportedMask = toHex(reader.take(size));
  const stateOrEventMask = toHex(reader.take(size));
  return { supportedMask, stateOrEventMask, bits: toHex(reader.take(size)) };
}

function writeStates(writer: OctetWriter, states: GhsStates): void {
  const strings = [states.supportedMask, states.stateOrEventMask, states.bits].map(fromHex);
  const size = strings[0]?.length ?? 0;
  if (strings.some((string) => string.length !== size)) throw new CodecRefusal('length');
  writer.uint8(whole(size, maxUint8));
  for (const string of strings) writer.put(string);
}

/** Reads a value of a class from 1 to 6; refuses others with `format`. */
export function readSimpleValue(reader: OctetReader, code: number): GhsSimpleValue {
  switch (code) {
    case ghsClass.numeric:
      return { class: 'numeric', unitCode: reader.uint16(), value: readFloat(reader) };
    case ghsClass.discrete:
      return { class: 'discrete', value: reader.uint32() };
    case ghsClass.string:
      return { class: 'string', value: utf8Text(reader.take(reader.uint16())) };
    case ghsClass.sampleArray:
      return { class: 'sampleArray', ...readSampleArray(reader) };
    case ghsClass.compoundDiscreteEvent:
      return { class: 'compoundDiscreteEvent', values: readCodes(reader) };
    case ghsClass.compoundState:
      return { class: 'compoundState', ...readStates(reader) };
    default:
      throw new CodecRefusal('format');
  }
}

/** Writes what {@link readSimpleValue} reads. */
export function writeSimpleValue(writer: OctetWriter, value: GhsSimpleValue): void {
  switch (value.class) {
    case 'numeric':
      writer.uint16(whole(value.unitCode, maxUint16));
      writeFloat(writer, value.value);
      return;
    case 'discrete':
      writer.uint32(whole(value.value, maxUint32));
      return;
    case 'string': {
      const octets = utf8Octets(value.value);
      writer.uint16(whole(octets.length, maxUint16)).put(octets);
      return;
    }
    case 'sampleArray':
      writeSampleArray(writer, value);
      return;
    case 'compoundDiscreteEvent':
      writeCodes(writer, value.values);
      return;
    case 'compoundState':
      writeStates(writer, value);
  }
}

export function readTlv(reader: OctetReader): GhsTlv {
  const type = reader.uint32();
  const length = reader.uint16();
  const format = reader.uint8();
  return { type, format, value: toHex(reader.take(length)) };
}

export function writeTlv(writer: OctetWriter, tlv: GhsTlv): void {
  const octets = fromHex(tlv.value);
  writer.uint32(whole(tlv.type, maxUint32)).uint16(whole(octets.length, maxUint16));
  writer.uint8(whole(tlv.format, maxUint8)).put(octets);
}
