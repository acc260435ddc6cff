import type { GattDevice } from '../device.js';
import { cgm, cgmServiceUuid } from '../profiles/cgm.js';

/** Any sensor with the Continuous Glucose Monitoring Service. */
export const device: GattDevice = {
  id: 'generic-cgm',
  maker: 'Any maker',
  model: 'Continuous glucose sensor with the standard service',
  kind: 'glucose_meter',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [cgmServiceUuid] },
  bonding: 'required',
  reconnectPauseMs: 10_000,
  profile: cgm(),
  sources: [
    'Bluetooth SIG Continuous Glucose Monitoring Service 1.0.2 and Profile 1.0.2',
    'NordicSemiconductor/Android-BLE-Common-Library and Android-nRF-Toolbox, test octets',
  ],
  notes: [
    'Recognised by its service alone: a model with a file of its own goes before.',
    'Several records may come in one notification; each is a reading.',
    'A record is dated by the start of the session and the whole minutes since then.',
    'All records of the session are asked for at each connection; no session is started or stopped.',
    'With a check for every value (E2E-CRC) a record without one is refused.',
    'The sensors that are sold speak protocols of their makers: that any has this service is not verified.',
  ],
  samples: [
    {
      title: '120 mg/dL, six minutes into the session, from the test of the source',
      octets: '06000c100600',
      reading: { kind: 'glucose', values: { glucose: 6.7 }, failure: null },
    },
  ],
};
