/**
 * Vitalograph lung monitors on the Serial Port Profile: one frame for each blow. The monitor
 * forgets a blow once it is acknowledged, so that nothing is acknowledged before it is durable at
 * home. Source: OpenTele, FevMeasurementPacket and its tests.
 */
import { CodecRefusal } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { vitalograph, vitalographStream, type VitalographBlow } from '../serial/vitalograph.js';
import { Line } from './common/line.js';
import { flagsWhere, outcomeOf, readingOf, valueOf } from './common/readings.js';

const ack = Uint8Array.of(0x06);
/** Send again: the frame was damaged on the way. */
const nak = Uint8Array.of(0x15);

/** One whole frame; refuses a damaged one even when a good one follows it in the same octets. */
function blowOf(octets: Uint8Array): VitalographBlow {
  const blow = vitalograph.decode(octets);
  if ('error' in blow) throw new CodecRefusal(blow.error);
  return blow;
}

/**
 * FEV1 only: the catalogue has no FEV6, and the ratio to it is not the one to the vital capacity.
 */
function read(octets: Uint8Array): Reading {
  const { fev1L, timestamp, goodTest } = blowOf(octets);
  return readingOf('spirometry', octets, {
    ...outcomeOf({ fev1: fev1L }),
    flags: flagsWhere({ questionable: !goodTest }),
    deviceTime: timestamp,
  });
}

/** What a virtual monitor says beside the blow: zones as they leave the factory. */
const factory = { greenZonePercent: 95, yellowZonePercent: 90, orangeZonePercent: 0 };
const virtualDeviceId = '0000000001';
const virtualSoftware = 923;
/** FEV6 of a virtual blow, as a share of healthy lungs. */
const fev1Fev6Ratio = 0.8;

/** Refuses `range` without a device time. */
function write(reading: Reading): Uint8Array {
  if (reading.deviceTime === null) throw new CodecRefusal('range');
  const fev1L = valueOf(reading, 'fev1') ?? 0;
  return vitalograph.encode({
    ...factory,
    deviceId: virtualDeviceId,
    fev1L,
    fev6L: Math.round((fev1L / fev1Fev6Ratio) * 100) / 100,
    fev1Fev6Ratio,
    fef2575Lps: 0,
    fev1PersonalBestL: 0,
    fev1PercentOfBest: 0,
    timestamp: reading.deviceTime,
    goodTest: !reading.flags.includes('questionable'),
    softwareVersion: virtualSoftware,
  });
}

async function blow(conversation: SerialConversation, frame: Uint8Array): Promise<void> {
  try {
    conversation.information('serialNumber', blowOf(frame).deviceId);
    await conversation.take(read(frame));
  } catch (error) {
    if (error instanceof CodecRefusal) await conversation.write(nak);
    throw error;
  }
  await conversation.write(ack);
}

/** A lung monitor that sends blows by itself. */
export function vitalographSerial(): SerialProfile {
  return {
    name: 'vitalograph-serial',
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      const line = new Line(conversation, vitalographStream);
      for (let frame = await line.next(); frame !== null; frame = await line.next()) {
        await line.give(frame, (octets) => blow(conversation, octets));
      }
    },
  };
}
