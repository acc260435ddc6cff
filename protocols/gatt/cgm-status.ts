/** CGM Status (2AA9) and the status field of CGM Measurement: CGM Service 1.0.2 §3.3. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { e2eCrcOf, withE2eCrc, type E2eCrc } from './e2e-crc.js';
import { bitFlags, maxUint16, maxUint24, whole, type BitFlags } from './fields.js';

/** Sensor Status Annunciation: octets Status, Calibration/Temperature and Warning. */
export const cgmStatusNames = [
  'sessionStopped',
  'deviceBatteryLow',
  'sensorTypeIncorrect',
  'sensorMalfunction',
  'deviceSpecificAlert',
  'generalDeviceFault',
  null,
  null,
  'timeSynchronizationRequired',
  'calibrationNotAllowed',
  'calibrationRecommended',
  'calibrationRequired',
  'sensorTemperatureTooHigh',
  'sensorTemperatureTooLow',
  null,
  null,
  'resultBelowPatientLow',
  'resultAbovePatientHigh',
  'resultBelowHypo',
  'resultAboveHyper',
  'rateOfDecreaseExceeded',
  'rateOfIncreaseExceeded',
  'resultBelowDeviceRange',
  'resultAboveDeviceRange',
] as const;
export type CgmStatusFlag = NonNullable<(typeof cgmStatusNames)[number]>;

export interface CgmStatus {
  /** Since the session's start. */
  readonly timeOffsetMinutes: number;
  readonly status: BitFlags<CgmStatusFlag>;
  readonly e2eCrc: E2eCrc;
}

const contentOctets = 5;

/** CGM Status, 2AA9; five octets and a check where the sensor supports it. */
export const cgmStatus: Codec<CgmStatus> = {
  decode(octets) {
    const e2eCrc = e2eCrcOf(octets, contentOctets);
    const reader = new OctetReader(octets);
    const timeOffsetMinutes = reader.uint16();
    return { timeOffsetMinutes, status: bitFlags(cgmStatusNames, reader.uint24()), e2eCrc };
  },
  encode(value) {
    const writer = new OctetWriter().uint16(whole(value.timeOffsetMinutes, maxUint16));
    return withE2eCrc(writer.uint24(whole(value.status.raw, maxUint24)), value.e2eCrc);
  },
};
