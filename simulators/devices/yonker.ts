import { yonkerResultUuid, yonkerServiceUuid } from '@hemma/protocols/profiles/yonker.js';
import type { GattBehaviourFactory } from './common/model.js';
import { storingDevice } from './common/storing-device.js';

/** A Yonker monitor: it notifies its results once it is connected to. */
export const yonker: GattBehaviourFactory = (host) =>
  storingDevice(host, yonkerServiceUuid, yonkerResultUuid, { way: 'notify' });
