/** Which virtual device goes with which profile: one line for each profile. */
import { andSerialScale } from './and-serial-scale.js';
import { andesfitSpirometer } from './andesfit-spirometer.js';
import { bloodPressure } from './blood-pressure.js';
import type { GattBehaviourFactory, Habits, SerialBehaviourFactory } from './common/model.js';
import { beurerPo60 } from './beurer-po60.js';
import { cgm } from './cgm.js';
import { cms50Serial } from './cms50-serial.js';
import { contecLive } from './contec-live.js';
import { contecSpirometer } from './contec-spirometer.js';
import { glucose } from './glucose.js';
import { heartRate } from './heart-rate.js';
import { microlife } from './microlife.js';
import { noninBle } from './nonin-ble.js';
import { noninOnALine } from './nonin-serial.js';
import { omronMemory } from './omron-memory.js';
import { onetouchUltra2 } from './onetouch-ultra2.js';
import { onetouchUltraEasy } from './onetouch-ultra-easy.js';
import { onetouchVerio } from './onetouch-verio.js';
import { pulseOximeter } from './pulse-oximeter.js';
import { taidoc } from './taidoc.js';
import { telegram } from './telegram.js';
import { thermometer } from './thermometer.js';
import { userScale } from './user-scale.js';
import { vitalographSerial } from './vitalograph-serial.js';
import { weightScale } from './weight-scale.js';
import { yonker } from './yonker.js';

/** By the name of the profile. */
export const gattBehaviours: Readonly<Record<string, GattBehaviourFactory>> = {
  'blood-pressure': bloodPressure,
  glucose,
  'heart-rate': heartRate,
  'andesfit-spirometer': andesfitSpirometer,
  'beurer-po60': beurerPo60,
  cgm,
  'contec-live': contecLive,
  'contec-spirometer': contecSpirometer,
  microlife,
  'nonin-ble': noninBle,
  'omron-memory': omronMemory,
  'onetouch-verio': onetouchVerio,
  'pulse-oximeter': pulseOximeter,
  thermometer,
  'user-scale': userScale,
  'weight-scale': weightScale,
  yonker,
};

/** By the name of the profile. */
export const serialBehaviours: Readonly<Record<string, SerialBehaviourFactory>> = {
  'and-pbt': telegram,
  'and-serial-scale': andSerialScale,
  'cms50-serial': cms50Serial,
  'nonin-serial': noninOnALine,
  'onetouch-ultra2': onetouchUltra2,
  'onetouch-ultra-easy': onetouchUltraEasy,
  taidoc,
  'tanita-serial': telegram,
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
  rubbishBehind: false,
  packsRecords: false,
  repeatsAnswers: false,
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
  'microlife-bp3gy1-2n': { clock: 'own', sends: 'all' },
  'omron-hem-7142t2': { clock: 'own', sends: 'all' },
  'omron-hem-7155t-esl': { clock: 'own', sends: 'all' },
  'contec-sp': { clock: 'own', sends: 'all' },
  'yonker-yk-ibpa1': { clock: 'own' },
  'andesfit-spirometer': { clock: 'none' },
  'and-ua-767pbt': { clock: 'own' },
  'tanita-wb-3000': { rubbishBehind: true },
  'lifescan-onetouch-verio-flex': {
    clock: 'own',
    order: 'newest-first',
    sends: 'all',
    repeatsAnswers: true,
  },
  'lifescan-onetouch-ultra2': { clock: 'own' },
  'lifescan-onetouch-ultra-easy': { clock: 'own', repeatsAnswers: true },
  'beurer-po60': { clock: 'own', sends: 'all' },
  'contec-cms50d-bt': { clock: 'none' },
  'contec-cms50d-plus': { clock: 'none' },
  'contec-cms50d-plus-7': { clock: 'none' },
  'generic-cgm': { clock: 'own' },
  'taidoc-td-42xx': { clock: 'own' },
};

/** How a virtual device of this model behaves unless it is told otherwise. */
export function habitsOf(deviceId: string): Habits {
  return { ...ordinary, ...known[deviceId] };
}
