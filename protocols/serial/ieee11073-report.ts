/**
 * A data APDU of IEEE 11073-20601 with a scan report from the device itself (object 0), fixed or
 * variable, for one person or for several: what blood pressure monitors, scales and oximeters send
 * over Bluetooth HDP. Every nested length must agree. Source: IEEE 11073-20601 annex A.
 */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import type { Draft } from '../gatt/fields.js';
import { refuseUnless, whole } from './fields.js';
import { apdu, choices, openApdu, partOf, restOf, withLength, word } from './ieee11073-apdu.js';
import {
  fixedOctets,
  readFixed,
  readVariable,
  variableOctets,
  type Observation,
} from './ieee11073-observation.js';

export interface ScanReport {
  readonly invokeId: number;
  /** The device waits for a confirmation with the same invoke id. */
  readonly confirmed: boolean;
  /** 0d1d fixed, 0d1e variable, 0d1f and 0d20 the same for several persons. */
  readonly eventType: string;
  readonly scanReportNo: number;
  readonly multiPerson: boolean;
  readonly observations: readonly Observation[];
}

const eventReport = { unconfirmed: 0x0100, confirmed: 0x0101 } as const;
const eventType = {
  fixed: 0x0d1d,
  variable: 0x0d1e,
  fixedPersons: 0x0d1f,
  variablePersons: 0x0d20,
};
const multiPersonTypes: readonly number[] = [eventType.fixedPersons, eventType.variablePersons];
const fixedTypes: readonly number[] = [eventType.fixed, eventType.fixedPersons];
const knownTypes: readonly number[] = Object.values(eventType);
const mdsHandle = 0;
/** "Relative time is not supported", which is all that was seen. */
const noEventTime = 0xffff_ffff;
/** Request id of reports that the agent starts. */
const agentInitiated = 0xf000;

interface Event {
  readonly invokeId: number;
  readonly confirmed: boolean;
  readonly type: number;
  readonly info: OctetReader;
}

/** Down to the report: octet string, invoke id, choice, event report of the device itself. */
function eventOf(octets: Uint8Array): Event {
  const { choice, content } = openApdu(octets);
  refuseUnless(choice === choices.presentation, 'opcode');
  const message = restOf(content);
  const invokeId = message.uint16be();
  const kind = message.uint16be();
  refuseUnless(kind === eventReport.confirmed || kind === eventReport.unconfirmed, 'opcode');
  const report = restOf(message);
  refuseUnless(report.uint16be() === mdsHandle, 'opcode');
  report.uint32be();
  const type = report.uint16be();
  refuseUnless(knownTypes.includes(type), 'opcode');
  return { invokeId, confirmed: kind === eventReport.confirmed, type, info: restOf(report) };
}

/**
 * Reads a counted list of observations; refuses `length` when count and octets do not agree.
 * `personId` is null in reports of one person.
 */
function readList(
  into: Observation[],
  reader: OctetReader,
  fixed: boolean,
  personId: number | null,
): void {
  const count = reader.uint16be();
  const list = partOf(reader);
  for (let index = 0; index < count; index += 1) {
    const handle = list.uint16be();
    const one: Draft<Observation> = personId === null ? { handle } : { handle, personId };
    if (fixed) readFixed(one, list.take(list.uint16be()));
    else readVariable(one, list);
    into.push(one);
  }
  list.end();
}

function observations(reader: OctetReader, fixed: boolean): Observation[] {
  const found: Observation[] = [];
  readList(found, reader, fixed, null);
  return found;
}

function observationsOfPersons(reader: OctetReader, fixed: boolean): Observation[] {
  const persons = reader.uint16be();
  const list = partOf(reader);
  const found: Observation[] = [];
  for (let index = 0; index < persons; index += 1) {
    readList(found, list, fixed, list.uint16be());
  }
  list.end();
  return found;
}

function listOctets(all: readonly Observation[], fixed: boolean): Uint8Array {
  const encoded = all.map(fixed ? fixedOctets : variableOctets);
  return new OctetWriter()
    .uint16be(all.length)
    .put(withLength(Uint8Array.from(encoded.flatMap((one) => [...one]))))
    .octets();
}

/** Runs of observations of one person, in their order. */
function byPerson(all: readonly Observation[]): readonly (readonly Observation[])[] {
  const runs: Observation[][] = [];
  for (const one of all) {
    const run = runs.at(-1);
    if (run?.[0]?.personId === one.personId && run !== undefined) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

function personsOctets(all: readonly Observation[], fixed: boolean): Uint8Array {
  const runs = byPerson(all);
  const writer = new OctetWriter();
  for (const run of runs) {
    writer.uint16be(whole(run[0]?.personId ?? -1, 0, 0xffff)).put(listOctets(run, fixed));
  }
  return new OctetWriter().uint16be(runs.length).put(withLength(writer.octets())).octets();
}

/** Refuses `truncated`, `length`, `opcode` (no report of the device itself) and `range`. */
export const scanReport: Codec<ScanReport> = {
  decode: (octets) => {
    const { invokeId, confirmed, type, info } = eventOf(octets);
    info.uint16be();
    const scanReportNo = info.uint16be();
    const multiPerson = multiPersonTypes.includes(type);
    const read = multiPerson ? observationsOfPersons : observations;
    const found = read(info, fixedTypes.includes(type));
    info.end();
    return {
      invokeId,
      confirmed,
      eventType: word(type),
      scanReportNo,
      multiPerson,
      observations: found,
    };
  },
  encode: (report) => {
    const type = Number.parseInt(report.eventType, 16);
    if (!knownTypes.includes(type)) throw new CodecRefusal('opcode');
    const write = multiPersonTypes.includes(type) ? personsOctets : listOctets;
    const info = new OctetWriter()
      .uint16be(agentInitiated)
      .uint16be(whole(report.scanReportNo, 0, 0xffff))
      .put(write(report.observations, fixedTypes.includes(type)))
      .octets();
    const event = new OctetWriter()
      .uint16be(mdsHandle)
      .uint32be(noEventTime)
      .uint16be(type)
      .put(withLength(info))
      .octets();
    const kind = report.confirmed ? eventReport.confirmed : eventReport.unconfirmed;
    const message = new OctetWriter()
      .uint16be(whole(report.invokeId, 0, 0xffff))
      .uint16be(kind)
      .put(withLength(event))
      .octets();
    return apdu(choices.presentation, withLength(message));
  },
};
