import type { GattDevice } from '../device.js';
import { bloodPressure, bloodPressureServiceUuid } from '../profiles/blood-pressure.js';

/** Any monitor with the Blood Pressure Service. */
export const device: GattDevice = {
  id: 'generic-blood-pressure',
  maker: 'Any maker',
  model: 'Blood pressure monitor with the standard service',
  kind: 'bp_monitor',
  ladder: 'converses',
  recordOrder: 'not-verified',
  transport: 'gatt',
  recognition: { anyService: [bloodPressureServiceUuid] },
  bonding: 'none',
  reconnectPauseMs: 10_000,
  profile: bloodPressure(),
  sources: [
    'Bluetooth SIG Blood Pressure Service 1.1.1 and Profile 1.1.1',
    'derdilla/blood-pressure-monitor-fl, test octets and issue 80',
    'NordicSemiconductor/Android-BLE-Common-Library, test octets',
  ],
  notes: [
    'Recognised by its service alone: a model with a file of its own goes before.',
    'Many monitors ask for a bond when they are read for the first time.',
  ],
  samples: [
    {
      title: 'a run, logged from a monitor',
      octets: '167c0056006100e807060f11111b33000000',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 124, diastolic_bp: 86, mean_arterial_pressure: 97, pulse_rate: 51 },
        failure: null,
      },
    },
    {
      title: 'a run that was broken off: the display showed Err',
      octets: '16ff07ff07ff07e80706170e230aff070000',
      reading: { kind: 'blood_pressure', values: {}, failure: 'aborted' },
    },
    {
      title: 'a run in kPa',
      octets: '15bdf00b009ff03c001200',
      reading: {
        kind: 'blood_pressure',
        values: { systolic_bp: 142, diastolic_bp: 83, mean_arterial_pressure: 119, pulse_rate: 60 },
        failure: null,
      },
    },
  ],
};
