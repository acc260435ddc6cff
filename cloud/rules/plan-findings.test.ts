import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { type PatientReading, type PatientRecord, emptyRecord } from '../plans/record.js';
import { planFindings } from './plan-findings.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
const START = Date.UTC(2025, 2, 3) / 86_400_000;
const at = (day: number, minute = 480) => calendar.instant(START + day, minute);

function reading(day: number, values: Record<string, number>, minute?: number): PatientReading {
  const own = { id: `r${day}-${minute ?? 480}`, at: at(day, minute), receivedAt: at(day, minute) };
  return { ...own, values, flags: [], context: {}, deviceKind: null };
}

const symptoms = (day: number, level: number) => ({
  ...{ id: `a${day}`, at: at(day), receivedAt: at(day), questionnaire: 'hemma-copd-check' },
  answers: { 'copd-breath': level, 'copd-sputum-volume': level, 'copd-sputum-colour': 0 },
  complete: true,
});

function find(plan: string, record: Partial<PatientRecord>, parameters = {}) {
  const course = courseOf({
    ...{ plan: content.plans.get(plan)!, content, calendar, parameters, startDay: START },
  });
  const findings = planFindings({ course, record: { ...emptyRecord, ...record }, now: at(400) });
  return findings.map((it) => `${it.rule} ${it.severity} day ${it.day - START}`);
}

describe('the findings of a plan', () => {
  it('say what they were judged by', () => {
    const course = courseOf({
      ...{ plan: content.plans.get('heart-failure')!, content, calendar, startDay: START },
      parameters: { sbpLowYellow: 105 },
    });
    const readings = [reading(0, { systolic_bp: 104 }), reading(1, { systolic_bp: 103 })];
    const [finding] = planFindings({ course, record: { ...emptyRecord, readings }, now: at(1) });
    expect(finding).toMatchObject({
      ...{ id: `hf-sbp-low@${at(1)}`, plan: 'heart-failure', planVersion: '0.1.0' },
      ...{ parameters: { sbpLowYellow: 105 }, entries: ['r1-480', 'r0-480'], state: 'active' },
      latest: { metric: 'systolic_bp', value: '103', at: at(1) },
    });
  });

  it('come from the rules that are on', () => {
    const pef = [reading(0, { pef: 100 }), reading(1, { pef: 100 })];
    expect(find('copd', { readings: pef }, { pefBest: 400 })).toEqual([]);
  });

  it('keep to the schedule of the phase: nine days apart is too far for a daily pulse', () => {
    const fast = (first: number) => [
      reading(first, { pulse_rate: 104 }),
      reading(first + 9, { pulse_rate: 105 }),
    ];
    expect(find('heart-failure', { readings: fast(1) })).toEqual([]);
    expect(find('heart-failure', { readings: fast(100) })).toEqual(['hf-hr-high yellow day 109']);
  });

  it('take the zero measurement from the first 14 days, and compare with it afterwards', () => {
    const days = Array.from({ length: 14 }, (_, i) => reading(i, { spo2: 96 }));
    const drop = [reading(15, { spo2: 93 }), reading(17, { spo2: 92 })];
    expect(find('copd', { readings: [...days, ...drop] })).toEqual([
      'copd-spo2-yellow yellow day 17',
    ]);
    expect(find('copd', { readings: [...days.slice(0, 5), ...drop] })).toEqual([]);
  });

  it('leave days with symptoms out of the zero measurement', () => {
    const days = Array.from({ length: 14 }, (_, i) => reading(i, { spo2: i < 8 ? 92 : 96 }));
    const drop = [reading(15, { spo2: 93 }), reading(17, { spo2: 93 })];
    const ill = [symptoms(0, 1), symptoms(1, 1), symptoms(8, 0), symptoms(9, 0)];
    expect(find('copd', { readings: [...days, ...drop] })).toEqual([]);
    expect(find('copd', { readings: [...days, ...drop], responses: ill })).toEqual([
      'copd-spo2-yellow yellow day 17',
      'copd-symptom-yellow yellow day 1',
    ]);
  });

  it('judge a series once its last day is over', () => {
    const days = [0, 1, 2, 3, 4, 5, 6];
    const readings = days.flatMap((day) =>
      [450, 451, 1170, 1171].map((minute) =>
        reading(day, { systolic_bp: 142, diastolic_bp: 80, pulse_rate: 70 }, minute),
      ),
    );
    expect(find('hypertension', { readings })).toEqual(['ht-mean-above yellow day 7']);
    expect(find('hypertension', { readings: readings.slice(0, 12) })).toEqual([]);
    expect(find('hypertension', { readings }, { sbpTarget: 145 })).toEqual([]);
  });

  it('count irregular pulses over the whole series, day 1 included', () => {
    const readings = [0, 1, 2, 3].flatMap((day) =>
      [450, 451, 1170, 1171].map((minute) => ({
        ...reading(day, { systolic_bp: 120, diastolic_bp: 80, pulse_rate: 70 }, minute),
        flags: (day === 0 && minute < 1171) || minute === 0 ? ['irregular_pulse'] : [],
      })),
    );
    expect(find('hypertension', { readings })).toEqual(['ht-irregular yellow day 7']);
  });

  it('follow the logged activities of the weeks', () => {
    const log = (day: number, before: number, after: number) => ({
      ...{ id: `log${day}`, at: at(day), receivedAt: at(day), complete: true },
      questionnaire: 'hemma-activity-log',
      answers: { 'act-done': 2, 'act-energy-before': before, 'act-energy-after': after },
    });
    const responses = [0, 2, 4, 7, 9, 11].map((day) => log(day, 8, 4));
    const contacts = [{ id: 'c', at: at(390), receivedAt: at(390) }];
    expect(find('neurorehab-health-plan', { responses, contacts })).toContain(
      'nr-overload yellow day 13',
    );
  });
});
