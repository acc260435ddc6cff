import type { Device, GattDevice, SerialDevice, Uuid } from '@hemma/protocols/device.js';
import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { recognise } from '@hemma/protocols/devices/recognise.js';
import { characteristicDecoders } from '@hemma/protocols/gatt/characteristics.js';
import type { Reading } from '@hemma/protocols/reading.js';
import type { GattTrace, SerialTrace, Trace, TraceEvent } from '@hemma/protocols/trace/format.js';
import { tryGattDevice, trySerialDevice } from '@hemma/protocols/trace/trial.js';
import type { Trial } from '@hemma/protocols/trace/trial.js';
import { decodeValue } from './decode.js';
import type { Decoded } from './decode.js';

/** What the catalogue makes of a trace: which device, what each value means, what it reads. */

/** Enough to see what a device sends; a stream repeats itself. */
const maxSamples = 20;

const deviceName: Uuid = '2a00';

export interface TracedValue {
  readonly event: 'read' | 'write' | 'value' | 'in' | 'out';
  readonly ms: number;
  /** Null on a serial line. */
  readonly characteristic: Uuid | null;
  readonly octets: string;
  /** Name for `hemma-gateway decode`; null when no decoder belongs to the characteristic. */
  readonly decoder: string | null;
  readonly decoded: Decoded | null;
}

/** As a device file has them. */
export interface TracedSample {
  readonly octets: string;
  readonly reading: {
    readonly kind: string;
    readonly values: Readonly<Record<string, number>>;
    readonly failure: string | null;
  };
}

export interface TraceReport {
  /** The device that was recognised or asked for; on a serial line, the one that reads most. */
  readonly device: Device | null;
  readonly values: readonly TracedValue[];
  /** The conversation of the device file with the recorded device; null when there is no such file. */
  readonly trial: Trial | null;
  readonly samples: readonly TracedSample[];
}

/** `asked`: take this device instead of the one that is recognised. */
export async function reportOf(
  trace: Trace,
  catalogue: readonly Device[],
  asked: Device | null,
): Promise<TraceReport> {
  const found = isGatt(trace)
    ? await tryGatt(trace, catalogue, asked)
    : await trySerial(trace, catalogue, asked);
  const values = trace.events.flatMap(valueOf);
  if (found === null) return { device: null, values, trial: null, samples: [] };
  return { ...found, values, samples: samplesOf(found.device, found.trial.readings) };
}

interface Found {
  readonly device: Device;
  readonly trial: Trial;
}

function isGatt(trace: Trace): trace is GattTrace {
  return trace.header.transport === 'gatt';
}

async function tryGatt(
  trace: GattTrace,
  catalogue: readonly Device[],
  asked: Device | null,
): Promise<Found | null> {
  const device = asked ?? recognised(trace, catalogue);
  if (device?.transport !== 'gatt') return null;
  return { device, trial: await tryGattDevice(device, trace) };
}

/** By the advertisement, and by what was found after connecting. */
function recognised(
  { header, events }: GattTrace,
  catalogue: readonly Device[],
): GattDevice | null {
  const found = header.services.flatMap(({ service }) => (service === null ? [] : [service]));
  const read = events.find(
    (event) => event.event === 'read' && event.characteristic === deviceName,
  );
  const told = read?.event === 'read' ? new TextDecoder().decode(fromHex(read.octets)) : null;
  return recognise(
    {
      name: header.advertisement?.name ?? told,
      services: [...(header.advertisement?.services ?? []), ...found],
    },
    catalogue,
  );
}

/** A serial line does not say who is there: the device file that reads most from it. */
async function trySerial(
  trace: SerialTrace,
  catalogue: readonly Device[],
  asked: Device | null,
): Promise<Found | null> {
  const candidates = (asked === null ? catalogue : [asked]).filter(
    (device): device is SerialDevice => device.transport === 'serial',
  );
  let best: Found | null = null;
  for (const device of candidates) {
    const trial = await trySerialDevice(device, trace);
    const more = trial.readings.length > (best?.trial.readings.length ?? 0);
    if (more || asked !== null) best = { device, trial };
  }
  return best;
}

function valueOf(event: TraceEvent): TracedValue[] {
  if (!('octets' in event)) return [];
  const { ms, octets } = event;
  const characteristic = 'characteristic' in event ? event.characteristic : null;
  const decoder = characteristicDecoders.get(characteristic ?? '') ?? null;
  const decoded = decoder === null ? null : decodeValue(decoder, octets);
  return [{ event: event.event, ms, characteristic, octets, decoder, decoded }];
}

/** Each record once, as its octets alone are read: what a device file's tests will compare. */
function samplesOf({ profile }: Device, readings: readonly Reading[]): TracedSample[] {
  const records = [...new Set(readings.map(({ octets }) => toHex(octets)))];
  return records.slice(0, maxSamples).flatMap((octets) => {
    try {
      const { kind, values, failure } = profile.read(fromHex(octets));
      const byCode = Object.fromEntries(values.map(({ code, value }) => [code, value]));
      return [{ octets, reading: { kind, values: byCode, failure } }];
    } catch (error) {
      if (error instanceof CodecRefusal) return [];
      throw error;
    }
  });
}
