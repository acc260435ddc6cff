/** PLX Spot-Check Measurement (2A5E): Pulse Oximeter Service 1.0.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import type { Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { readDateTime, writeDateTime, type DateTime } from './date-time.js';
import { bitFlags, maxUint16, maxUint24, whole, type BitFlags } from './fields.js';
import {
  plxMeasurementStatusNames,
  plxSensorStatusNames,
  type PlxMeasurementStatusFlag,
  type PlxSensorStatusFlag,
} from './pulse-oximeter-status.js';

export interface PlxSpotCheckMeasurement {
  /** Percent. */
  readonly spo2: MedFloat;
  /** Beats per minute. */
  readonly pulseRate: MedFloat;
  readonly timestamp: DateTime | null;
  readonly measurementStatus: BitFlags<PlxMeasurementStatusFlag> | null;
  readonly deviceAndSensorStatus: BitFlags<PlxSensorStatusFlag> | null;
  /** Percent. */
  readonly pulseAmplitudeIndex: MedFloat | null;
  /** The time stamp does not count: nobody has set the oximeter's clock. */
  readonly deviceClockNotSet: boolean;
}

const flag = { timestamp: 1, measurement: 2, sensor: 4, amplitude: 8, clockNotSet: 16 };

/** PLX Spot-Check Measurement, 2A5E. */
export const plxSpotCheckMeasurement: Codec<PlxSpotCheckMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const value: PlxSpotCheckMeasurement = {
      spo2: readSfloat(reader),
      pulseRate: readSfloat(reader),
      timestamp: flags & flag.timestamp ? readDateTime(reader) : null,
      measurementStatus:
        flags & flag.measurement ? bitFlags(plxMeasurementStatusNames, reader.uint16()) : null,
      deviceAndSensorStatus:
        flags & flag.sensor ? bitFlags(plxSensorStatusNames, reader.uint24()) : null,
      pulseAmplitudeIndex: flags & flag.amplitude ? readSfloat(reader) : null,
      deviceClockNotSet: (flags & flag.clockNotSet) !== 0,
    };
    return value;
  },
  encode(value) {
    const { timestamp, measurementStatus, deviceAndSensorStatus, pulseAmplitudeIndex } = value;
    const writer = new OctetWriter().uint8(flagsOf(value));
    writeSfloat(writer, value.spo2);
    writeSfloat(writer, value.pulseRate);
    if (timestamp !== null) writeDateTime(writer, timestamp);
    if (measurementStatus !== null) writer.uint16(whole(measurementStatus.raw, maxUint16));
    if (deviceAndSensorStatus !== null) writer.uint24(whole(deviceAndSensorStatus.raw, maxUint24));
    if (pulseAmplitudeIndex !== null) writeSfloat(writer, pulseAmplitudeIndex);
    return writer.octets();
  },
};

function flagsOf(value: PlxSpotCheckMeasurement): number {
  return (
    (value.timestamp === null ? 0 : flag.timestamp) |
    (value.measurementStatus === null ? 0 : flag.measurement) |
    (value.deviceAndSensorStatus === null ? 0 : flag.sensor) |
    (value.pulseAmplitudeIndex === null ? 0 : flag.amplitude) |
    (value.deviceClockNotSet ? flag.clockNotSet : 0)
  );
}
