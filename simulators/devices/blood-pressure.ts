import {
  bloodPressureMeasurementUuid,
  bloodPressureServiceUuid,
} from '@hemma/protocols/profiles/blood-pressure.js';
import type { GattBehaviourFactory } from './common/model.js';
import { storingDevice } from './common/storing-device.js';

/** A blood pressure monitor. */
export const bloodPressure: GattBehaviourFactory = (host) =>
  storingDevice(host, bloodPressureServiceUuid, bloodPressureMeasurementUuid);
