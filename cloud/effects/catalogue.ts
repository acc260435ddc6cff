import type { Measure } from './measure.js';
import { adherenceMeasurements } from './measures/adherence-measurements.js';
import { completionRate } from './measures/completion-rate.js';
import { dropout } from './measures/dropout.js';
import { equity } from './measures/equity.js';
import { inpatientDays } from './measures/inpatient-days.js';
import { netBenefit } from './measures/net-benefit.js';
import { patientSafetyFeeling } from './measures/patient-safety-feeling.js';
import { reportingEffort } from './measures/reporting-effort.js';
import { responseTime } from './measures/response-time.js';
import { staffConfidence } from './measures/staff-confidence.js';
import { symptomBeforeAfter } from './measures/symptom-before-after.js';
import { technicalDowntime } from './measures/technical-downtime.js';
import { therapistMinutes } from './measures/therapist-minutes.js';
import { timeToStart } from './measures/time-to-start.js';
import { visitsReplaced } from './measures/visits-replaced.js';

/** Every effect measure, in the order of `effect-measures.json`, our own after them. */
export const effectMeasures: readonly Measure[] = [
  adherenceMeasurements,
  completionRate,
  dropout,
  symptomBeforeAfter,
  therapistMinutes,
  inpatientDays,
  visitsReplaced,
  patientSafetyFeeling,
  staffConfidence,
  netBenefit,
  equity,
  timeToStart,
  responseTime,
  reportingEffort,
  technicalDowntime,
];
