import type { Uuid } from '../device.js';

/**
 * Which decoder reads the values of a characteristic: names of the decoders of `gatt/decoders.ts` and
 * `serial/decoders.ts`. Characteristics that vendors share for different things (FF02, FFF1) are left out:
 * a UUID alone does not tell what they carry.
 */
export const characteristicDecoders: ReadonlyMap<Uuid, string> = new Map([
  ['2a08', 'date-time'],
  ['2a0f', 'local-time-information'],
  ['2a18', 'glucose-measurement'],
  ['2a19', 'battery-level'],
  ['2a1c', 'temperature-measurement'],
  ['2a1d', 'temperature-type'],
  ['2a1e', 'temperature-measurement'],
  ['2a21', 'measurement-interval'],
  ['2a23', 'system-id'],
  ['2a24', 'device-information-strings'],
  ['2a25', 'device-information-strings'],
  ['2a26', 'device-information-strings'],
  ['2a27', 'device-information-strings'],
  ['2a28', 'device-information-strings'],
  ['2a29', 'device-information-strings'],
  ['2a2b', 'current-time'],
  ['2a34', 'glucose-measurement-context'],
  ['2a35', 'blood-pressure-measurement'],
  ['2a36', 'intermediate-cuff-pressure'],
  ['2a37', 'heart-rate-measurement'],
  ['2a38', 'body-sensor-location'],
  ['2a49', 'blood-pressure-feature'],
  ['2a50', 'pnp-id'],
  ['2a51', 'glucose-feature'],
  ['2a52', 'record-access-control-point'],
  ['2a5e', 'plx-spot-check-measurement'],
  ['2a5f', 'plx-continuous-measurement'],
  ['2a60', 'plx-features'],
  ['2a9b', 'body-composition-feature'],
  ['2a9c', 'body-composition-measurement'],
  ['2a9d', 'weight-measurement'],
  ['2a9e', 'weight-scale-feature'],
  ['2a9f', 'user-control-point'],
  ['2aa7', 'cgm-measurement'],
  ['2aa8', 'cgm-feature'],
  ['2aa9', 'cgm-status'],
  ['2aaa', 'cgm-session-start-time'],
  ['2aab', 'cgm-session-run-time'],
  ['2aac', 'cgm-specific-ops-control-point'],
  ['2bf2', 'elapsed-time'],
  // Nonin 3230; iHealth KN-550BT; OneTouch Verio; Yonker YK-IBPA1.
  ['0aad7ea00d6011e28e3c0002a5d5c51b', 'nonin-ble-continuous-oximetry'],
  ['7365642e6a6975616e2e646576000000', 'ihealth-kn550bt-record'],
  ['af9df7a3e59511e396b40002a5d5c51b', 'onetouch-verio-ble-frame'],
  ['cdeacd8152354c07884693a37ee6b86d', 'yonker-bp'],
]);
