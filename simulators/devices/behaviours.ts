/** Which virtual device goes with which profile: one line for each profile. */
import { andSerialScale } from './and-serial-scale.js';
import { bloodPressure } from './blood-pressure.js';
import type { GattBehaviourFactory, Habits, SerialBehaviourFactory } from './common/model.js';
import { glucose } from './glucose.js';
import { heartRate } from './heart-rate.js';
import { noninBle } from './nonin-ble.js';
import { noninOnALine } from './nonin-serial.js';
import { pulseOximeter } from './pulse-oximeter.js';
import { thermometer } from './thermometer.js';
import { vitalographSerial } from './vitalograph-serial.js';
import { weightScale } from './weight-scale.js';

/** By the name of the profile. */
export const gattBehaviours: Readonly<Record<string, GattBehaviourFactory>> = {
  'blood-pressure': bloodPressure,
  glucose,
  'heart-rate': heartRate,
  'nonin-ble': noninBle,
  'pulse-oximeter': pulseOximeter,
  thermometer,
  'weight-scale': weightScale,
};

/** By the name of the profile. */
export const serialBehaviours: Readonly<Record<string, SerialBehaviourFactory>> = {
  'and-serial-scale': andSerialScale,
  'nonin-serial': noninOnALine,
  'vitalograph-serial': vitalographSerial,
};

const ordinary: Habits = {
  clock: 'date-time',
  order: 'oldest-first',
  sends: 'unsent',
  leaves: true,
  spotChecks: true,
  contexts: 'interleaved',
  longCommands: false,
};

/** What the notes of the device files say in words; the rest is ordinary. */
const known: Readonly<Record<string, Partial<Habits>>> = {
  'generic-blood-pressure': { leaves: false },
  'generic-weight-scale': { leaves: false },
  'omron-hem-9200t': { clock: 'current-time' },
  'beurer-bm48': { clock: 'current-time', sends: 'all', leaves: false },
  'beurer-bm59': { clock: 'current-time', sends: 'all', leaves: false },
  'beurer-bm85': { clock: 'current-time', sends: 'all', leaves: false },
  'nonin-wristox-serial': { longCommands: true },
};

/** How a virtual device of this model behaves unless it is told otherwise. */
export function habitsOf(deviceId: string): Habits {
  return { ...ordinary, ...known[deviceId] };
}
