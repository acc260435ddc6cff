import type { Quantity, ReadingKind } from '@hemma/protocols/reading.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import { aSchedule, PatientPage } from './patient-page.js';
import { aPrompt } from './prompts.js';

/** 08:00 in Stockholm, a Thursday. */
const sceneMorning = Date.UTC(2026, 0, 15, 7);
const dayMs = 86_400_000;

/** One state that people meet on the patient page. */
export interface PageScene {
  /** After the language: `/1`, `/1/enter/weight-daily`. */
  readonly path: string;
  readonly arrange: (home: PatientPage) => void;
  /** What is filled in and sent before it is looked at; a radio by its place from the end. */
  readonly fill?: Readonly<Record<string, string>>;
}

const pressure = (systolic: number, diastolic: number): Quantity[] => [
  { code: 'systolic_bp', value: systolic },
  { code: 'diastolic_bp', value: diastolic },
  { code: 'mean_arterial_pressure', value: Math.round((systolic + 2 * diastolic) / 3) },
  { code: 'pulse_rate', value: 64 },
];

/** Follows a plan from the day on which the home was set up. */
function follow(plan: string, parameters = {}): PageScene['arrange'] {
  return (home) => {
    const start = home.clock.wall().ms;
    home.want({ schedules: [aSchedule({ plan, start, parameters })] });
  };
}

/** The same with a reading for each day of the nine before this morning. */
function weeks(
  plan: string,
  { kind, of }: { readonly kind: ReadingKind; readonly of: (day: number) => Quantity[] },
): PageScene['arrange'] {
  return (home) => {
    home.clock.jumpWall(-9 * dayMs);
    follow(plan, plan === 'heart-failure' ? { targetWeight: 72 } : {})(home);
    for (let day = 0; day < 9; day += 1) {
      home.measure(kind, of(day));
      home.clock.jumpWall(dayMs);
    }
    home.arrive(true);
  };
}

const weighed = weeks('heart-failure', {
  kind: 'body_weight',
  of: (day) => [{ code: 'body_weight', value: 72 + (day % 4) * 0.6 }],
});
const insulin = follow('type2-diabetes', { treatment: 'insulin-multiple' });

/** Every state of the page, by name; each begins with a home of its own at 08:00 of a Thursday. */
export const pageScenes: Readonly<Record<string, PageScene>> = {
  'no plan': { path: '/1', arrange: () => undefined },
  'several things to do': { path: '/1', arrange: weighed },
  'rest first': { path: '/1', arrange: follow('hypertension') },
  'wait for the second': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      home.measure('blood_pressure', pressure(131, 82));
    },
  },
  'nothing now': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      home.clock.jumpWall(5 * 3_600_000);
    },
  },
  paused: {
    path: '/1',
    arrange(home) {
      const schedule = aSchedule({ plan: 'hypertension', start: sceneMorning });
      const pauses = [{ fromDay: schedule.startDay, toDay: null }];
      home.want({ schedules: [{ ...schedule, pauses }] });
    },
  },
  'a guided repeat': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      const notBefore = sceneMorning + 300_000;
      const prompts = [aPrompt({ notBefore, until: sceneMorning + 1_800_000 })];
      home.prompts.state = { ...home.prompts.state, version: 1, prompts };
    },
  },
  'a doubtful reading': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      home.measure('blood_pressure', pressure(168, 95));
      const measurement = measurementSchema.parse(home.rows()[0]);
      home.doubts.list.push({ id: measurement.id, measurement });
    },
  },
  'lungs on their way': {
    path: '/1',
    arrange(home) {
      weeks('copd', {
        kind: 'spo2',
        of: (day) => [
          { code: 'spo2', value: 91 + (day % 3) },
          { code: 'pulse_rate', value: 84 + day },
          { code: 'pulse_amplitude_index', value: 4 },
        ],
      })(home);
      home.clock.jumpWall(5 * 3_600_000);
    },
  },
  'a failed measurement': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      home.measure('blood_pressure', pressure(400, 82));
    },
  },
  'a refused measurement': {
    path: '/1',
    arrange(home) {
      follow('hypertension')(home);
      home.measure('blood_pressure', pressure(131, 82));
      home.outbox.confirm(1, [{ seq: 1, code: 'patient_mismatch' }]);
    },
  },
  messages: {
    path: '/1',
    arrange(home) {
      weighed(home);
      const message = { patient: home.patient, sender: 'care' as const };
      const long = 'Hej! Vi har sett dina värden. Fortsätt som förut, och väg dig på morgonen.';
      home.want({
        messages: [
          { ...message, id: '1', at: sceneMorning - 2 * dayMs, text: 'Välkommen!' },
          { ...message, id: '2', at: sceneMorning - 3_600_000, text: `${long}\n${long}` },
          { ...message, id: '3', at: sceneMorning - 60_000, sender: 'patient', text: 'Tack.' },
        ],
      });
    },
  },
  'two people': {
    path: '/2',
    arrange(home) {
      const patient = 'p-00000002';
      home.want({
        schedules: [
          aSchedule({ plan: 'hypertension', start: sceneMorning }),
          aSchedule({ plan: 'heart-failure', start: sceneMorning, patient }),
        ],
      });
    },
  },
  'type a weight': { path: '/1/enter/weight-daily', arrange: weighed },
  'type a pressure': { path: '/1/enter/bp-series', arrange: follow('hypertension') },
  'type blood sugar': { path: '/1/enter/glucose-profile', arrange: insulin },
  'not a number': {
    ...{ path: '/1/enter/weight-daily', arrange: weighed },
    fill: { body_weight: 'sjuttio' },
  },
  'an unusual value': {
    ...{ path: '/1/enter/weight-daily', arrange: weighed },
    fill: { body_weight: '230' },
  },
  saved: {
    ...{ path: '/1/enter/weight-daily', arrange: weighed },
    fill: { body_weight: '72,5' },
  },
  questions: { path: '/1/form/hemma-hf-check', arrange: weighed },
  'questions without answers': {
    ...{ path: '/1/form/hemma-hf-check', arrange: weighed },
    fill: {},
  },
  'help at once': {
    ...{ path: '/1/form/hemma-hf-check', arrange: weighed },
    fill: { '*': 'last' },
  },
  'questions of lungs': { path: '/1/form/hemma-copd-check', arrange: follow('copd') },
  lost: { path: '/7', arrange: () => undefined },
};

/** A home in a scene; whoever asks stops it. */
export async function homeIn({ arrange }: PageScene): Promise<PatientPage> {
  const home = new PatientPage(sceneMorning);
  await home.start();
  arrange(home);
  return home;
}
