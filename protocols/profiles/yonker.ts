/**
 * Yonker's low-cost monitors, sold under several brands: connected to after a measurement, they
 * notify it once. Source: blood-pressure-monitor-fl, Yonker.
 */
import type { GattProfile } from '../device.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { yonkerBp } from '../vendor/yonker-bp.js';
import { Collector } from './common/collect.js';
import { greet } from './common/greeting.js';
import { pressuresOf, readPressures, timeFor } from './common/pressures.js';

export const yonkerServiceUuid = 'cdeacd8052354c07884693a37ee6b86d';
export const yonkerResultUuid = 'cdeacd8152354c07884693a37ee6b86d';

const minuteMs = 60_000;
const firstMinute = Date.UTC(2000, 0, 1) / minuteMs;

/**
 * "The internal clock is unreliable", so its time is no time of a measurement. It still tells one
 * result from another: its minutes since 2000 stand for a record number.
 */
function read(octets: Uint8Array): Reading {
  const { timestamp, ...pressures } = yonkerBp.decode(octets);
  return readPressures(pressures, octets, { sequence: minuteOf(timestamp) });
}

function minuteOf(timestamp: LocalDateTime): number {
  return Date.parse(`${timestamp}Z`) / minuteMs - firstMinute;
}

/** A result of the reading's time or number, for virtual monitors. */
function write(reading: Reading): Uint8Array {
  const { sequence } = reading;
  const timestamp =
    sequence === null
      ? timeFor(reading)
      : new Date((firstMinute + sequence) * minuteMs).toISOString().slice(0, 16);
  return yonkerBp.encode({ ...pressuresOf(reading), timestamp });
}

/** A Yonker monitor. */
export function yonker(): GattProfile {
  return {
    name: 'yonker',
    services: [yonkerServiceUuid],
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      await conversation.subscribe(yonkerResultUuid);
      const collector = new Collector(conversation, {
        [yonkerResultUuid]: (octets) => conversation.take(read(octets)),
      });
      await collector.untilQuiet();
    },
  };
}
