/** Every decoder of a GATT value by the name of its vector file: what `decode <name> <hex>` calls. */
import type { Decode } from '../codec.js';
import { float, sfloat } from '../medfloat.js';
import { andBleWeight } from './and-ble-weight.js';
import { batteryLevel } from './battery-level.js';
import { bloodPressureFeature } from './blood-pressure-feature.js';
import { bloodPressureMeasurement } from './blood-pressure-measurement.js';
import { currentTime } from './current-time.js';
import { dateTime } from './date-time.js';
import { deviceInformationString } from './device-information-strings.js';
import { glucoseMeasurementContext } from './glucose-measurement-context.js';
import { glucoseMeasurement } from './glucose-measurement.js';
import { heartRateMeasurement } from './heart-rate-measurement.js';
import { plxContinuousMeasurement } from './plx-continuous-measurement.js';
import { plxSpotCheckMeasurement } from './plx-spot-check-measurement.js';
import { recordAccessControlPoint } from './record-access-control-point.js';
import { temperatureMeasurement } from './temperature-measurement.js';
import { temperatureType } from './temperature-type.js';
import { weightMeasurement } from './weight-measurement.js';

/** The codecs behind the decoders, by the same names. */
export const gattCodecs = {
  'and-ble-weight': andBleWeight,
  'battery-level': batteryLevel,
  'blood-pressure-feature': bloodPressureFeature,
  'blood-pressure-measurement': bloodPressureMeasurement,
  'current-time': currentTime,
  'date-time': dateTime,
  'device-information-strings': deviceInformationString,
  float: float,
  'glucose-measurement': glucoseMeasurement,
  'glucose-measurement-context': glucoseMeasurementContext,
  'heart-rate-measurement': heartRateMeasurement,
  'plx-continuous-measurement': plxContinuousMeasurement,
  'plx-spot-check-measurement': plxSpotCheckMeasurement,
  'record-access-control-point': recordAccessControlPoint,
  sfloat: sfloat,
  'temperature-measurement': temperatureMeasurement,
  'temperature-type': temperatureType,
  'weight-measurement': weightMeasurement,
};

export const gattDecoders: Readonly<Record<string, Decode<unknown>>> = Object.fromEntries(
  Object.entries(gattCodecs).map(([name, codec]) => [name, codec.decode]),
);
