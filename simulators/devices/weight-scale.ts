import {
  andWeightServiceUuid,
  andWeightUuid,
  serviceChangedUuid,
  weightMeasurementUuid,
  weightScaleServiceUuid,
} from '@hemma/protocols/profiles/weight-scale.js';
import type { GattBehaviourFactory } from './common/model.js';
import { storingDevice } from './common/storing-device.js';

const genericAttribute = {
  uuid: '1801',
  characteristics: [{ uuid: serviceChangedUuid, properties: ['indicate'] }],
} as const;

/** A scale: with the standard service, or with that of A&D when its profile asks for that one. */
export const weightScale: GattBehaviourFactory = (host) =>
  host.device.profile.services.includes(andWeightServiceUuid)
    ? storingDevice(host, andWeightServiceUuid, andWeightUuid, { more: [genericAttribute] })
    : storingDevice(host, weightScaleServiceUuid, weightMeasurementUuid);
