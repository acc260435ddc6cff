/**
 * One observation in an IEEE 11073-20601 scan report. In a fixed report the form follows from the
 * agreed configuration, of which the length alone is known here: SFLOAT and time (10 octets), FLOAT
 * and time (12), three SFLOATs and time (18); other lengths stay raw. In a variable report each
 * attribute names itself. Sources: IEEE 11073-20601, -10407, -10415, -10404; OpenTele and Antidote
 * test APDUs.
 */
import { fromHex, OctetReader, OctetWriter, toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { Draft } from '../gatt/fields.js';
import { floatValue, sfloatValue, sfloatWord, writeFloat, type MedFloat } from '../medfloat.js';
import { orNull, whole } from './fields.js';
import { partOf, withLength } from './ieee11073-apdu.js';
import { fromBcd, toBcd, toLocal } from './local-time.js';

export interface Observation {
  readonly handle: number;
  /** In multi-person reports. */
  readonly personId?: number;
  readonly value?: MedFloat;
  /** Compound: systolic, diastolic, mean arterial pressure. */
  readonly values?: readonly MedFloat[];
  /** Device time with hundredths: `YYYY-MM-DDTHH:MM:SS.hh`. */
  readonly timestamp?: string;
  /** MDC dimension: 1731 (06C3) kilogram, 1760 (06E0) pound. */
  readonly unitCode?: number;
  /** Hexadecimal, where the form is not known. */
  readonly raw?: string;
}

const timeLength = 8;
const sfloatForm = 2 + timeLength;
const floatForm = 4 + timeLength;
/** Count, length and three SFLOATs. */
const compound = { form: 4 + 6 + timeLength, count: 3, length: 6 } as const;

/** Attributes of a variable report. */
const attribute = {
  simpleValue: 0x0a56,
  basicValue: 0x0a4c,
  compoundBasicValue: 0x0a75,
  absoluteTime: 0x0990,
  unitCode: 0x0996,
} as const;

/** AbsoluteTime: BCD century, year, month, day, hour, minute, second, hundredths. */
function absoluteTime(reader: OctetReader): string {
  const bcd = (): number => fromBcd(reader.uint8());
  const year = 100 * bcd() + bcd();
  const time = { year, month: bcd(), day: bcd(), hour: bcd(), minute: bcd(), second: bcd() };
  return `${toLocal(time)}.${bcd().toString().padStart(2, '0')}`;
}

const timePattern = /^(\d\d)(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d\d)$/;

function putAbsoluteTime(writer: OctetWriter, text: string | undefined): OctetWriter {
  const match = timePattern.exec(text ?? '');
  if (match === null) throw new CodecRefusal('range');
  return writer.put(match.slice(1).map((digits) => toBcd(Number(digits))));
}

/** A list of SFLOATs behind its count and length; null when they are not of this form. */
function sfloats(reader: OctetReader): readonly MedFloat[] | null {
  const count = reader.uint16be();
  const length = reader.uint16be();
  if (length !== 2 * count || reader.remaining < length) return null;
  const values: MedFloat[] = [];
  for (let index = 0; index < count; index += 1) values.push(sfloatValue(reader.uint16be()));
  return values;
}

/** Reads the content of an observation in a fixed report into it. */
export function readFixed(into: Draft<Observation>, octets: Uint8Array): void {
  const reader = new OctetReader(octets);
  if (octets.length === sfloatForm) {
    into.value = sfloatValue(reader.uint16be());
    into.timestamp = absoluteTime(reader);
    return;
  }
  if (octets.length === floatForm) {
    into.value = floatValue(reader.uint32be());
    into.timestamp = absoluteTime(reader);
    return;
  }
  const values = octets.length === compound.form ? sfloats(reader) : null;
  if (values?.length !== compound.count) {
    into.raw = toHex(octets);
    return;
  }
  into.values = values;
  into.timestamp = absoluteTime(reader);
}

function readAttribute(into: Draft<Observation>, id: number, reader: OctetReader): void {
  switch (id) {
    case attribute.simpleValue:
      into.value = floatValue(reader.uint32be());
      return;
    case attribute.basicValue:
      into.value = sfloatValue(reader.uint16be());
      return;
    case attribute.compoundBasicValue: {
      const values = sfloats(reader);
      if (values !== null) into.values = values;
      return;
    }
    case attribute.absoluteTime:
      into.timestamp = absoluteTime(reader);
      return;
    case attribute.unitCode:
      into.unitCode = reader.uint16be();
      return;
    default:
    // An attribute that is not known says nothing here.
  }
}

/** Reads the content of an observation in a variable report into it: its list of attributes. */
export function readVariable(into: Draft<Observation>, reader: OctetReader): void {
  const count = reader.uint16be();
  const list = partOf(reader);
  for (let index = 0; index < count; index += 1) {
    readAttribute(into, list.uint16be(), partOf(list));
  }
  list.end();
}

/** Whether an SFLOAT says the value exactly. */
function isSfloat(value: MedFloat): boolean {
  return orNull(() => sfloatValue(sfloatWord(value))) === value;
}

/** A FLOAT in network order. */
function putFloat(writer: OctetWriter, value: MedFloat): OctetWriter {
  const littleEndian = new OctetWriter();
  writeFloat(littleEndian, value);
  return writer.put(littleEndian.octets().reverse());
}

/** Octets of the observation in a fixed report, handle and length included; refuses `range`. */
export function fixedOctets(observation: Observation): Uint8Array {
  const writer = new OctetWriter();
  const { value, values, timestamp } = observation;
  if (observation.raw !== undefined) writer.put(fromHex(observation.raw));
  else if (values !== undefined) {
    writer.uint16be(values.length).uint16be(2 * values.length);
    for (const one of values) writer.uint16be(sfloatWord(one));
    putAbsoluteTime(writer, timestamp);
  } else if (value !== undefined) {
    if (isSfloat(value)) writer.uint16be(sfloatWord(value));
    else putFloat(writer, value);
    putAbsoluteTime(writer, timestamp);
  }
  return new OctetWriter()
    .uint16be(whole(observation.handle, 0, 0xffff))
    .put(withLength(writer.octets()))
    .octets();
}

function attributeOctets(id: number, content: OctetWriter): Uint8Array {
  return new OctetWriter().uint16be(id).put(withLength(content.octets())).octets();
}

/** Octets of the observation in a variable report, handle included; refuses `range`. */
export function variableOctets(observation: Observation): Uint8Array {
  const { value, values, timestamp, unitCode } = observation;
  const attributes: Uint8Array[] = [];
  if (value !== undefined) {
    attributes.push(attributeOctets(attribute.simpleValue, putFloat(new OctetWriter(), value)));
  }
  if (values !== undefined) {
    const list = new OctetWriter().uint16be(values.length).uint16be(2 * values.length);
    for (const one of values) list.uint16be(sfloatWord(one));
    attributes.push(attributeOctets(attribute.compoundBasicValue, list));
  }
  if (timestamp !== undefined) {
    const time = putAbsoluteTime(new OctetWriter(), timestamp);
    attributes.push(attributeOctets(attribute.absoluteTime, time));
  }
  if (unitCode !== undefined) {
    const unit = new OctetWriter().uint16be(whole(unitCode, 0, 0xffff));
    attributes.push(attributeOctets(attribute.unitCode, unit));
  }
  return new OctetWriter()
    .uint16be(whole(observation.handle, 0, 0xffff))
    .uint16be(attributes.length)
    .put(withLength(Uint8Array.from(attributes.flatMap((one) => [...one]))))
    .octets();
}
