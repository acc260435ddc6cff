/**
 * Stored records of the iHealth KN-550BT. The monitor sends them after a challenge that only the
 * maker's key answers, so that there is no conversation here. Source: iHealth-track-offline-sync.
 */
import type { RecordProfile } from '../device.js';
import { ihealthRecord } from '../vendor/ihealth-kn550bt.js';
import { pressuresOf, readPressures, timeFor } from './common/pressures.js';
import { flagsWhere } from './common/readings.js';

/** The records of the monitor. */
export function ihealthRecords(): RecordProfile {
  return {
    name: 'ihealth-records',
    clock: 'untouched',
    read: (octets) => {
      const { timestamp, arrhythmia, ...pressures } = ihealthRecord.decode(octets);
      return readPressures(pressures, octets, {
        flags: flagsWhere({ irregular_pulse: arrhythmia }),
        deviceTime: timestamp,
      });
    },
    write: (reading) =>
      ihealthRecord.encode({
        ...pressuresOf(reading),
        arrhythmia: reading.flags.includes('irregular_pulse'),
        timestamp: timeFor(reading),
      }),
  };
}
