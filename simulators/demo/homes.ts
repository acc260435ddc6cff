import type { Measured, Scenario } from '../patients/course.js';
import { scenario as copd } from '../patients/scenarios/copd.js';
import { scenario as heartFailure } from '../patients/scenarios/heart-failure.js';
import { scenario as hypertension } from '../patients/scenarios/hypertension.js';
import { scenario as diabetes } from '../patients/scenarios/type2-diabetes.js';

/** The four homes of the demo: whose plan, which course, which devices, and by what name. */
export interface DemoHome {
  /** Id of the gateway. */
  readonly gateway: string;
  /** Nobody's name: what a clinician reads in the list. */
  readonly displayName: string;
  readonly scenario: Scenario;
  readonly plan: string;
  /** What a professional would set for this patient. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Measured first once the history is there. */
  readonly first?: Measured;
}

/** After a flight of stairs: beyond the limit of the plan, so that the home is asked for a repeat. */
const outOfBreath: Measured = {
  model: 'and-ua-651ble',
  taken: {
    kind: 'blood_pressure',
    values: [
      { code: 'systolic_bp', value: 187 },
      { code: 'diastolic_bp', value: 104 },
      { code: 'mean_arterial_pressure', value: 132 },
      { code: 'pulse_rate', value: 96 },
    ],
  },
};

export const demoHomes: readonly DemoHome[] = [
  {
    gateway: 'demo-home-1',
    displayName: 'Demo 1 · hjärtsvikt',
    scenario: heartFailure,
    plan: 'heart-failure',
    parameters: { targetWeight: 80 },
  },
  {
    gateway: 'demo-home-2',
    displayName: 'Demo 2 · hypertoni',
    scenario: hypertension,
    plan: 'hypertension',
    parameters: {},
    first: outOfBreath,
  },
  {
    gateway: 'demo-home-3',
    displayName: 'Demo 3 · KOL',
    scenario: copd,
    plan: 'copd',
    parameters: {},
  },
  {
    gateway: 'demo-home-4',
    displayName: 'Demo 4 · diabetes typ 2',
    scenario: diabetes,
    plan: 'type2-diabetes',
    parameters: {},
  },
];
