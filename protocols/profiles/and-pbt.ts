/**
 * A&D monitors of the PBT series: after a measurement the monitor connects by itself and sends one
 * packet. What it wants to hear in return is not known, so nothing is answered. Source: A&D PBT
 * series Bluetooth specification (Seneca CDOT).
 */
import { CodecRefusal } from '../codec.js';
import type { SerialProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { andPbtBloodPressure } from '../serial/and-pbt-blood-pressure.js';
import { andPbtPacket, andPbtPackets } from '../serial/and-pbt-packet.js';
import { Line } from './common/line.js';
import { outcomeOfPressures, pressuresOf, timeFor } from './common/pressures.js';
import { failed, numbersOf, readingOf, valueOf, type Outcome } from './common/readings.js';

const bloodPressureMonitor = 767;
const virtualSerialNumber = '0000000001';

function outcome(data: Uint8Array): Outcome {
  const measured = andPbtBloodPressure.decode(data);
  if (!measured.valid) return failed('aborted');
  const { values, failure } = outcomeOfPressures(measured);
  const mean = numbersOf({ mean_arterial_pressure: measured.meanArterialPressure });
  return { values: [...values.slice(0, 2), ...mean, ...values.slice(2)], failure };
}

function read(octets: Uint8Array): Reading {
  const { deviceType, measuredAt, data } = andPbtPacket.decode(octets);
  if (deviceType !== bloodPressureMonitor) throw new CodecRefusal('format', 'another device');
  return readingOf('blood_pressure', octets, { ...outcome(data), deviceTime: measuredAt });
}

function write(reading: Reading): Uint8Array {
  const data =
    reading.failure === null
      ? andPbtBloodPressure.encode({
          valid: true,
          ...pressuresOf(reading),
          meanArterialPressure: valueOf(reading, 'mean_arterial_pressure') ?? 0,
        })
      : andPbtBloodPressure.encode({ valid: false });
  return andPbtPacket.encode({
    deviceType: bloodPressureMonitor,
    measuredAt: timeFor(reading),
    serialNumber: virtualSerialNumber,
    data,
  });
}

/** A blood pressure monitor of the PBT series. */
export function andPbt(): SerialProfile {
  return {
    name: 'and-pbt',
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      const line = new Line(conversation, andPbtPackets);
      for (let frame = await line.next(); frame !== null; frame = await line.next()) {
        await line.give(frame, async (octets) => {
          const reading = read(octets);
          conversation.information('serialNumber', andPbtPacket.decode(octets).serialNumber);
          await conversation.take(reading);
        });
      }
    },
  };
}
