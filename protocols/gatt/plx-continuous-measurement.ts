/** PLX Continuous Measurement (2A5F): Pulse Oximeter Service 1.0.1. */
import { OctetReader, OctetWriter } from '../bytes.js';
import { CodecRefusal, type Codec } from '../codec.js';
import { readSfloat, writeSfloat, type MedFloat } from '../medfloat.js';
import { bitFlags, maxUint16, maxUint24, whole, type BitFlags } from './fields.js';
import {
  plxMeasurementStatusNames,
  plxSensorStatusNames,
  type PlxMeasurementStatusFlag,
  type PlxSensorStatusFlag,
} from './pulse-oximeter-status.js';

/** SpO2 in percent, pulse rates per minute, pulse amplitude index in percent. */
export interface PlxContinuousMeasurement {
  readonly spo2: MedFloat;
  readonly pulseRate: MedFloat;
  readonly spo2Fast: MedFloat | null;
  readonly pulseRateFast: MedFloat | null;
  readonly spo2Slow: MedFloat | null;
  readonly pulseRateSlow: MedFloat | null;
  readonly measurementStatus: BitFlags<PlxMeasurementStatusFlag> | null;
  readonly deviceAndSensorStatus: BitFlags<PlxSensorStatusFlag> | null;
  readonly pulseAmplitudeIndex: MedFloat | null;
}

const flag = { fast: 1, slow: 2, measurement: 4, sensor: 8, amplitude: 16 };

/** PLX Continuous Measurement, 2A5F. */
export const plxContinuousMeasurement: Codec<PlxContinuousMeasurement> = {
  decode(octets) {
    const reader = new OctetReader(octets);
    const flags = reader.uint8();
    const value: PlxContinuousMeasurement = {
      spo2: readSfloat(reader),
      pulseRate: readSfloat(reader),
      spo2Fast: flags & flag.fast ? readSfloat(reader) : null,
      pulseRateFast: flags & flag.fast ? readSfloat(reader) : null,
      spo2Slow: flags & flag.slow ? readSfloat(reader) : null,
      pulseRateSlow: flags & flag.slow ? readSfloat(reader) : null,
      measurementStatus:
        flags & flag.measurement ? bitFlags(plxMeasurementStatusNames, reader.uint16()) : null,
      deviceAndSensorStatus:
        flags & flag.sensor ? bitFlags(plxSensorStatusNames, reader.uint24()) : null,
      pulseAmplitudeIndex: flags & flag.amplitude ? readSfloat(reader) : null,
    };
    return value;
  },
  encode(value) {
    const { measurementStatus, deviceAndSensorStatus, pulseAmplitudeIndex } = value;
    const writer = new OctetWriter().uint8(flagsOf(value));
    writeSfloat(writer, value.spo2);
    writeSfloat(writer, value.pulseRate);
    writePair(writer, value.spo2Fast, value.pulseRateFast);
    writePair(writer, value.spo2Slow, value.pulseRateSlow);
    if (measurementStatus !== null) writer.uint16(whole(measurementStatus.raw, maxUint16));
    if (deviceAndSensorStatus !== null) writer.uint24(whole(deviceAndSensorStatus.raw, maxUint24));
    if (pulseAmplitudeIndex !== null) writeSfloat(writer, pulseAmplitudeIndex);
    return writer.octets();
  },
};

/** SpO2 and its pulse rate are one field: half of it cannot be sent. */
function writePair(writer: OctetWriter, spo2: MedFloat | null, pulseRate: MedFloat | null): void {
  if (spo2 === null && pulseRate === null) return;
  if (spo2 === null || pulseRate === null) throw new CodecRefusal('format');
  writeSfloat(writer, spo2);
  writeSfloat(writer, pulseRate);
}

function flagsOf(value: PlxContinuousMeasurement): number {
  return (
    (value.spo2Fast === null ? 0 : flag.fast) |
    (value.spo2Slow === null ? 0 : flag.slow) |
    (value.measurementStatus === null ? 0 : flag.measurement) |
    (value.deviceAndSensorStatus === null ? 0 : flag.sensor) |
    (value.pulseAmplitudeIndex === null ? 0 : flag.amplitude)
  );
}
