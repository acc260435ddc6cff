/** Samples that a Contec CMS50D+ has recorded: one a second, without time. Source: CMS50Dplus. */
import type { RecordProfile } from '../device.js';
import { cms50Recorded } from '../serial/contec-cms50-v5.js';
import { failed, outcomeOf, readingOf, valueOf } from './common/readings.js';

/** What the oximeter records while it measures nothing. */
const nothing: readonly number[] = [0, 0x7f];
const noPulse: readonly number[] = [0, 0xff];

/** Each recorded sample by itself. */
export function cms50Records(): RecordProfile {
  return {
    name: 'cms50-records',
    clock: 'untouched',
    read: (octets) => {
      const { spo2, pulseRate } = cms50Recorded.decode(octets);
      const isOff = nothing.includes(spo2);
      const pulse = noPulse.includes(pulseRate) ? null : pulseRate;
      return readingOf(
        'spo2',
        octets,
        isOff ? failed('sensor_off') : outcomeOf({ spo2 }, { pulse_rate: pulse }),
      );
    },
    write: (reading) =>
      cms50Recorded.encode({
        spo2: valueOf(reading, 'spo2') ?? 0,
        pulseRate: valueOf(reading, 'pulse_rate') ?? 0,
      }),
  };
}
