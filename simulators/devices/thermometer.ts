import {
  healthThermometerServiceUuid,
  temperatureMeasurementUuid,
} from '@hemma/protocols/profiles/thermometer.js';
import type { GattBehaviourFactory } from './common/model.js';
import { storingDevice } from './common/storing-device.js';

/** A clinical thermometer. */
export const thermometer: GattBehaviourFactory = (host) =>
  storingDevice(host, healthThermometerServiceUuid, temperatureMeasurementUuid);
