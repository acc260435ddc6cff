/** Results of glucose meters with protocols of their own, whole mg/dL, as readings and back. */
import { CodecRefusal } from '../../codec.js';
import type { LocalDateTime, Reading } from '../../reading.js';
import { failed, flagsWhere, outcomeOf, readingOf, valueOf } from './readings.js';
import { mgPerDlToMmolPerL, mmolPerLToMgPerDl } from './units.js';

/** What every one of these meters tells of a result. */
export interface MeterResult {
  readonly mgPerDl: number;
  /** Null where the result is told apart from its time. */
  readonly deviceTime: LocalDateTime | null;
  /** Measured with control solution: never a patient's value. */
  readonly isControl: boolean;
  readonly meal: 'preprandial' | 'postprandial' | null;
}

/** The lowest and the highest figure of a meter, mg/dL; beyond them it shows LO or HI. */
export interface MeterRange {
  readonly lowest: number;
  readonly highest: number;
}

const isBeyond = (mgPerDl: number, { lowest, highest }: MeterRange): boolean =>
  mgPerDl < lowest || mgPerDl > highest;

/** A result as a reading. The figure is mg/dL whatever unit the meter shows. */
export function readMeter(result: MeterResult, range: MeterRange, octets: Uint8Array): Reading {
  const { mgPerDl, deviceTime, isControl, meal } = result;
  return readingOf('glucose', octets, {
    ...(isBeyond(mgPerDl, range)
      ? failed('out_of_device_range')
      : outcomeOf({ glucose: mgPerDlToMmolPerL(mgPerDl) })),
    flags: flagsWhere({ control_solution: isControl }),
    deviceTime,
    context: meal === null ? {} : { glucose_meal: meal },
  });
}

const meals = ['preprandial', 'postprandial'] as const;

/** What a virtual meter stores for a reading; refuses `range` for what it could not have measured. */
export function meterResultOf(reading: Reading, range: MeterRange): MeterResult {
  const mmolPerL = valueOf(reading, 'glucose');
  const isOutside = reading.failure === 'out_of_device_range';
  if (mmolPerL === null && !isOutside) throw new CodecRefusal('range');
  const figure = mmolPerL === null ? range.highest + 1 : mmolPerLToMgPerDl(mmolPerL);
  if (mmolPerL !== null && isBeyond(figure, range)) throw new CodecRefusal('range');
  return {
    mgPerDl: figure,
    deviceTime: reading.deviceTime,
    isControl: reading.flags.includes('control_solution'),
    meal: meals.find((meal) => reading.context['glucose_meal'] === meal) ?? null,
  };
}

/** LifeScan meters show LO below 20 and HI above 600 mg/dL (Tidepool uploader). */
export const lifescanRange: MeterRange = { lowest: 20, highest: 600 };
