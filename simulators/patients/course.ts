/** What a simulated patient does: at which time of day, with which device, and what it shows. */
import type { Quantity } from '@hemma/protocols/reading.js';
import { wallTime } from '../devices/common/device-clock.js';
import type { Taken } from '../devices/common/model.js';
import { seededRandom, type Random } from '../radio/random.js';
import { chance, normal } from '../random.js';

/** One measurement of the patient. */
export interface Measured {
  /** Id of the device file. */
  readonly model: string;
  readonly taken: Taken;
}

/** One that was made in the past. */
export interface ScenarioReading extends Measured {
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
}

export interface Scenario {
  /** Same as the file's name. */
  readonly name: string;
  /** Devices in the home. */
  readonly models: readonly string[];
  /**
   * The readings of so many days up to `endMs`, oldest first, the same for the same seed. Only
   * devices that keep their readings take part.
   */
  days(count: number, endMs: number, seed: number): readonly ScenarioReading[];
  /** Gives the next reading of a patient whose last days these are, at every call. */
  live(random: Random): () => Measured;
}

/** A day in the course: 0 is the last one. */
export interface Day {
  readonly daysBeforeEnd: number;
  readonly random: Random;
}

/** Something that the patient does once on days when it is not forgotten. */
export interface Habit {
  readonly model: string;
  /** Local time `HH:MM` around which it happens. */
  readonly at: string;
  /** Probability that it happens on a day. */
  readonly kept: number;
  /** One after the other, two minutes apart. */
  readonly measure: (day: Day) => readonly Taken[];
  /** The device keeps nothing: only measured live. */
  readonly liveOnly?: boolean;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Between two measurements of a pair: what home blood pressure instructions ask for. */
const pauseMs = 2 * minuteMs;
/** People are early or late by a quarter of an hour; normally distributed. */
const unpunctualityMinutes = 15;
const homeTimeZone = 'Europe/Stockholm';

/** The moment when the wall shows this local time on this date; `YYYY-MM-DD` and `HH:MM`. */
function momentOf(date: string, time: string): number {
  const nominal = Date.parse(`${date}T${time}:00Z`);
  const offset = Date.parse(`${wallTime(nominal, homeTimeZone)}Z`) - nominal;
  return nominal - offset;
}

function occasion(habit: Habit, day: Day, endMs: number): ScenarioReading[] {
  const { random, daysBeforeEnd } = day;
  const date = wallTime(endMs - daysBeforeEnd * dayMs, homeTimeZone).slice(0, 10);
  const late = Math.round(normal(random, 0, unpunctualityMinutes)) * minuteMs;
  const first = momentOf(date, habit.at) + late;
  const readings = habit.measure(day).map((taken, i) => ({
    model: habit.model,
    taken,
    at: first + i * pauseMs,
  }));
  return chance(random, habit.kept) ? readings.filter(({ at }) => at <= endMs) : [];
}

/** A scenario made of daily habits. */
export function scenarioOfHabits(name: string, habits: readonly Habit[]): Scenario {
  return {
    name,
    models: [...new Set(habits.map(({ model }) => model))],
    days(count, endMs, seed) {
      const random = seededRandom(seed);
      const days = Array.from({ length: count }, (_, i) => count - 1 - i);
      return days
        .flatMap((daysBeforeEnd) =>
          habits
            .filter(({ liveOnly = false }) => !liveOnly)
            .flatMap((habit) => occasion(habit, { daysBeforeEnd, random }, endMs)),
        )
        .sort((a, b) => a.at - b.at);
    },
    live(random) {
      const queue: Measured[] = [];
      const refill = (): void => {
        for (const habit of habits) {
          const taken = habit.measure({ daysBeforeEnd: 0, random });
          queue.push(...taken.map((one) => ({ model: habit.model, taken: one })));
        }
      };
      return () => {
        if (queue.length === 0) refill();
        const next = queue.shift();
        if (next === undefined) throw new TypeError(`${name} measures nothing`);
        return next;
      };
    },
  };
}

/** How far a development has come: 0 until it begins, 1 when it ends, straight in between. */
export function progress(daysBeforeEnd: number, begins: number, ends: number): number {
  return Math.min(1, Math.max(0, (begins - daysBeforeEnd) / (begins - ends)));
}

function quantity(code: Quantity['code'], value: number): Quantity {
  return { code, value };
}

export interface Pressure {
  readonly systolic: number;
  readonly diastolic: number;
  readonly pulse: number;
}

/** Between two runs of one person a minute apart. */
const pressureDeviation = { systolic: 6, diastolic: 4, pulse: 3 };
/** Cuffs slip and people talk: one run in so many is broken off and done again. */
const abortedRuns = 0.03;

/** Blood pressure runs around these values: now and then one is broken off first. */
export function pressureRuns(random: Random, around: Pressure, runs: number): Taken[] {
  const aborted: Taken = { kind: 'blood_pressure', values: [], failure: 'aborted' };
  return Array.from({ length: runs }).flatMap(() => {
    const systolic = Math.round(normal(random, around.systolic, pressureDeviation.systolic));
    const diastolic = Math.round(normal(random, around.diastolic, pressureDeviation.diastolic));
    const values = [
      quantity('systolic_bp', systolic),
      quantity('diastolic_bp', diastolic),
      quantity('mean_arterial_pressure', Math.round((systolic + 2 * diastolic) / 3)),
      quantity('pulse_rate', Math.round(normal(random, around.pulse, pressureDeviation.pulse))),
    ];
    const run: Taken = { kind: 'blood_pressure', values };
    return chance(random, abortedRuns) ? [aborted, run] : [run];
  });
}

/** A weight in kg around this one, as a scale with steps of 100 g shows it. */
export function weighing(random: Random, around: number, deviation: number): Taken {
  const value = Math.round(normal(random, around, deviation) * 10) / 10;
  return { kind: 'body_weight', values: [quantity('body_weight', value)] };
}

const fullSaturation = 100;

/** Saturation and pulse around these values. */
export function spotCheck(
  random: Random,
  around: { readonly spo2: number; readonly pulse: number },
): Taken {
  const spo2 = Math.min(fullSaturation, Math.round(normal(random, around.spo2, 1)));
  const pulse = Math.round(normal(random, around.pulse, 4));
  // Some percent, not the same every time: what a warm finger gives.
  const amplitude = 2 + (pulse % 7) / 2;
  return {
    kind: 'spo2',
    values: [
      quantity('spo2', spo2),
      quantity('pulse_rate', pulse),
      quantity('pulse_amplitude_index', amplitude),
    ],
  };
}

/** Glucose in mmol/L around this value, with its meal. */
export function glucoseTest(
  random: Random,
  around: { readonly glucose: number; readonly deviation: number },
  meal: string,
): Taken {
  const value = Math.round(normal(random, around.glucose, around.deviation) * 10) / 10;
  return {
    kind: 'glucose',
    values: [quantity('glucose', value)],
    context: { glucose_meal: meal, glucose_tester: 'self' },
  };
}
