/**
 * Stored results of glucose meters with a protocol of their maker, of which the records are known
 * well enough and the conversation is not. Sources: OpenTele, glucometerutils, Tidepool uploader.
 */
import { CodecRefusal, type Codec } from '../codec.js';
import type { RecordProfile } from '../device.js';
import type { MedFloat } from '../medfloat.js';
import type { LocalDateTime, Reading } from '../reading.js';
import { accuChekDiary, type DiaryLine } from '../serial/accu-chek-diary.js';
import { astmFrame, type AstmFrame } from '../serial/astm-contour.js';
import { onTheMinute, timeFor } from './common/pressures.js';
import { failed, flagsWhere, outcomeOf, readingOf, valueOf } from './common/readings.js';
import { mgPerDlToMmolPerL } from './common/units.js';

type Meal = 'preprandial' | 'postprandial';

/** What the layouts have in common. */
interface Result {
  /** Null for a result outside the meter's range. */
  readonly mmolPerL: MedFloat | null;
  readonly time: LocalDateTime;
  readonly control: boolean;
  readonly questionable?: boolean;
  readonly meal?: Meal | null;
  readonly sequence?: number;
}

/** What a record of a layout means, and the record that means a reading. */
interface Layout<T> {
  readonly resultOf: (record: T) => Result;
  readonly recordFor: (reading: Reading) => T;
}

/** A profile for the records of a codec; `resultOf` refuses `format` for what is no result. */
function resultProfile<T>(
  name: string,
  codec: Codec<T>,
  { resultOf, recordFor }: Layout<T>,
): RecordProfile {
  return {
    name,
    clock: 'untouched',
    read: (octets) => {
      const { mmolPerL, time, control, questionable, meal, sequence } = resultOf(
        codec.decode(octets),
      );
      return readingOf('glucose', octets, {
        ...(mmolPerL === null ? failed('out_of_device_range') : outcomeOf({ glucose: mmolPerL })),
        flags: flagsWhere({ control_solution: control, questionable }),
        deviceTime: time,
        sequence: sequence ?? null,
        context: meal === undefined || meal === null ? {} : { glucose_meal: meal },
      });
    },
    write: (reading) => codec.encode(recordFor(reading)),
  };
}

const isControl = ({ flags }: Reading): boolean => flags.includes('control_solution');
const mealOf = ({ context }: Reading): string | undefined => context['glucose_meal'];

/** Meal before or after, where at most one is said; both together say nothing. */
function mealFrom(before: boolean, after: boolean): Meal | null {
  if (before === after) return null;
  return before ? 'preprandial' : 'postprandial';
}

/** Lines of an Accu-Chek Mobile's DIARY.CSV. */
export function diaryRecords(): RecordProfile {
  return resultProfile<DiaryLine>('accu-chek-diary', accuChekDiary, {
    resultOf: (line) => {
      if (line.kind !== 'record') throw new CodecRefusal('format');
      return {
        mmolPerL: line.range === null ? line.mmolPerL : null,
        time: onTheMinute(line.timestamp),
        control: line.controlMeasurement,
        questionable: line.temperatureWarning,
        meal: mealFrom(line.beforeMeal, line.afterMeal),
      };
    },
    recordFor: (reading) => ({
      kind: 'record',
      timestamp: timeFor(reading),
      range: reading.failure === null ? null : 'HI',
      mmolPerL: valueOf(reading, 'glucose'),
      temperatureWarning: reading.flags.includes('questionable'),
      outsideTarget: false,
      other: false,
      beforeMeal: mealOf(reading) === 'preprandial',
      afterMeal: mealOf(reading) === 'postprandial',
      controlMeasurement: isControl(reading),
    }),
  });
}

const timeDigits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/;

function contourTime(digits: string): LocalDateTime {
  const match = timeDigits.exec(digits);
  if (match === null) throw new CodecRefusal('format');
  const [year = '', month = '', day = '', hour = '', minute = '', second = '00'] = match.slice(1);
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (Number.isNaN(Date.parse(`${time}Z`))) throw new CodecRefusal('range');
  return time;
}

/** The unit is said with every result; one that is not known makes it no value. */
function contourConcentration(value: number, unit: string): MedFloat | null {
  if (unit === 'mg/dL') return mgPerDlToMmolPerL(value);
  if (unit === 'mmol/L') return value;
  throw new CodecRefusal('unit');
}

/** Result frames of a Contour with USB. */
export function contourRecords(): RecordProfile {
  return resultProfile<AstmFrame>('astm-contour', astmFrame, {
    resultOf: (frame) => {
      if (!('value' in frame) || frame.test !== 'Glucose') throw new CodecRefusal('format');
      const marks = frame.markers.split('/');
      const beyond = marks.includes('<') || marks.includes('>');
      const mmolPerL = contourConcentration(frame.value, frame.unit);
      return {
        mmolPerL: beyond ? null : mmolPerL,
        time: contourTime(frame.timestamp),
        control: marks.includes('C'),
        meal: mealFrom(marks.includes('B'), marks.includes('A')),
        sequence: frame.sequence,
      };
    },
    recordFor: (reading) => {
      const meal = mealOf(reading);
      const marks = [
        ...(meal === 'preprandial' ? ['B'] : []),
        ...(meal === 'postprandial' ? ['A'] : []),
        ...(isControl(reading) ? ['C'] : []),
        ...(reading.failure === null ? [] : ['>']),
      ];
      return {
        recordType: 'R',
        frameNumber: 1,
        last: false,
        sequence: reading.sequence ?? 0,
        test: 'Glucose',
        value: valueOf(reading, 'glucose') ?? 0,
        unit: 'mmol/L',
        reference: 'P',
        markers: marks.join('/'),
        timestamp: timeFor(reading).replaceAll(/\D/g, ''),
      };
    },
  });
}
