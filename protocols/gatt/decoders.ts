/** Every decoder of a GATT value by the name of its vector file: `decode <name> <hex>` calls it. */
import type { Decode } from '../codec.js';
import { float, sfloat } from '../medfloat.js';
import { andBleWeight } from './and-ble-weight.js';
import { batteryLevel } from './battery-level.js';
import { bloodPressureBeurerQuirk } from './blood-pressure-beurer-quirk.js';
import { bloodPressureFeature } from './blood-pressure-feature.js';
import { bloodPressureMeasurement } from './blood-pressure-measurement.js';
import { bodyCompositionFeature } from './body-composition-feature.js';
import { bodyCompositionMeasurement } from './body-composition-measurement.js';
import { bodySensorLocation } from './body-sensor-location.js';
import { cgmFeature } from './cgm-feature.js';
import { cgmMeasurement } from './cgm-measurement.js';
import { cgmSessionRunTime } from './cgm-session-run-time.js';
import { cgmSessionStartTime } from './cgm-session-start-time.js';
import { cgmSpecificOpsControlPoint } from './cgm-specific-ops-control-point.js';
import { cgmStatus } from './cgm-status.js';
import { currentTime } from './current-time.js';
import { dateTime } from './date-time.js';
import { deviceInformationString } from './device-information-strings.js';
import { decodeE2eCrc } from './e2e-crc.js';
import { elapsedTime } from './elapsed-time.js';
import { ghsObservation } from './ghs-observation.js';
import { ghsSegmentHeader } from './ghs-segment-header.js';
import { glucoseFeature } from './glucose-feature.js';
import { glucoseMeasurement } from './glucose-measurement.js';
import { glucoseMeasurementContext } from './glucose-measurement-context.js';
import { heartRateMeasurement } from './heart-rate-measurement.js';
import { intermediateCuffPressure } from './intermediate-cuff-pressure.js';
import { localTimeInformation } from './local-time-information.js';
import { measurementInterval } from './measurement-interval.js';
import { omronRecordAccess } from './omron-racp.js';
import { plxContinuousMeasurement } from './plx-continuous-measurement.js';
import { plxFeatures } from './plx-features.js';
import { plxSpotCheckMeasurement } from './plx-spot-check-measurement.js';
import { pnpId } from './pnp-id.js';
import { recordAccessControlPoint } from './record-access-control-point.js';
import { systemId } from './system-id.js';
import { temperatureMeasurement } from './temperature-measurement.js';
import { temperatureType } from './temperature-type.js';
import { userControlPoint } from './user-control-point.js';
import { weightMeasurement } from './weight-measurement.js';
import { weightScaleFeature } from './weight-scale-feature.js';

/** The codecs behind the decoders, by the same names. */
export const gattCodecs = {
  'and-ble-weight': andBleWeight,
  'battery-level': batteryLevel,
  'blood-pressure-beurer-quirk': bloodPressureBeurerQuirk,
  'blood-pressure-feature': bloodPressureFeature,
  'blood-pressure-measurement': bloodPressureMeasurement,
  'body-composition-feature': bodyCompositionFeature,
  'body-composition-measurement': bodyCompositionMeasurement,
  'body-sensor-location': bodySensorLocation,
  'cgm-feature': cgmFeature,
  'cgm-measurement': cgmMeasurement,
  'cgm-session-run-time': cgmSessionRunTime,
  'cgm-session-start-time': cgmSessionStartTime,
  'cgm-specific-ops-control-point': cgmSpecificOpsControlPoint,
  'cgm-status': cgmStatus,
  'current-time': currentTime,
  'date-time': dateTime,
  'device-information-strings': deviceInformationString,
  'elapsed-time': elapsedTime,
  float: float,
  'ghs-observation': ghsObservation,
  'ghs-segment-header': ghsSegmentHeader,
  'glucose-feature': glucoseFeature,
  'glucose-measurement': glucoseMeasurement,
  'glucose-measurement-context': glucoseMeasurementContext,
  'heart-rate-measurement': heartRateMeasurement,
  'intermediate-cuff-pressure': intermediateCuffPressure,
  'local-time-information': localTimeInformation,
  'measurement-interval': measurementInterval,
  'omron-racp': omronRecordAccess,
  'plx-continuous-measurement': plxContinuousMeasurement,
  'plx-features': plxFeatures,
  'plx-spot-check-measurement': plxSpotCheckMeasurement,
  'pnp-id': pnpId,
  'record-access-control-point': recordAccessControlPoint,
  sfloat: sfloat,
  'system-id': systemId,
  'temperature-measurement': temperatureMeasurement,
  'temperature-type': temperatureType,
  'user-control-point': userControlPoint,
  'weight-measurement': weightMeasurement,
  'weight-scale-feature': weightScaleFeature,
};

export const gattDecoders: Readonly<Record<string, Decode<unknown>>> = {
  ...Object.fromEntries(Object.entries(gattCodecs).map(([name, codec]) => [name, codec.decode])),
  'e2e-crc': decodeE2eCrc,
};
