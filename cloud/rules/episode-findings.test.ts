import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ParameterValues } from '../plans/parameters.js';
import type { Segment } from '../episodes/segments.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import { courseOf } from '../plans/course.js';
import { emptyRecord } from '../plans/record.js';
import type { PatientReading } from '../plans/record.js';
import { episodeFindings } from './episode-findings.js';
import { planFindings } from './plan-findings.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
const START = Date.UTC(2025, 2, 20) / 86_400_000;
const DAYS = 24;
const at = (day: number, minute: number) => calendar.instant(START + day, minute);
const now = at(DAYS + 3, 600);
const copd = content.plans.get('copd')!;

function segment(planId: string, from: number, parameters: ParameterValues): Segment {
  const plan = content.plans.get(planId)!;
  return { from, course: courseOf({ plan, content, calendar, parameters, startDay: START }) };
}

let ids = 0;
function spo2(when: number, value: number, lateMs = 0): PatientReading {
  const id = `r${String((ids += 1)).padStart(4, '0')}`;
  const common = { at: when, receivedAt: when + lateMs, flags: [], context: {} };
  return { id, ...common, values: { spo2: value }, deviceKind: 'pulse_oximeter' };
}

const minutes = fc.nat(DAYS * 24 * 60);
const reading = fc.record({
  minute: minutes,
  share: fc.integer({ min: 0, max: 100 }),
  kind: fc.constantFrom('spo2', 'weight', 'pressure', 'glucose'),
  lateHours: fc.constantFrom(0, 0, 0, 2, 30),
});
const month = fc.uniqueArray(reading, {
  selector: (it) => it.minute,
  minLength: 30,
  maxLength: 80,
});
const cuts = fc.uniqueArray(minutes, { minLength: 1, maxLength: 4 });

const valuesOf = {
  spo2: (share: number) => ({ spo2: 84 + Math.floor(share / 8), pulse_rate: 50 + share }),
  weight: (share: number) => ({ body_weight: 78 + share / 20 }),
  pressure: (share: number) => ({ systolic_bp: 84 + share, diastolic_bp: 60 + share / 2 }),
  glucose: (share: number) => ({ glucose: 2.5 + share / 4.5 }),
};

describe('findings over the segments of an episode', () => {
  it.each(['copd', 'heart-failure', 'hypertension', 'type2-diabetes'])(
    'are for %s those of one segment where nothing changes',
    (plan) => {
      const parameters = { targetWeight: 80, pefBest: 400 };
      fc.assert(
        fc.property(month, cuts, (happened, minutesOfCuts) => {
          const readings = happened.map(({ minute, share, kind, lateHours }) => ({
            ...spo2(START * 86_400_000 + minute * 60_000, 0, lateHours * 3_600_000),
            values: valuesOf[kind](share),
          }));
          const record = { ...emptyRecord, readings };
          const instants = minutesOfCuts
            .map((it) => START * 86_400_000 + it * 60_000)
            .toSorted((a, b) => a - b);
          const segments = [-Infinity, ...instants].map((it) => segment(plan, it, parameters));
          const { course } = segments[0]!;
          const whole = planFindings({ course, record, now });
          const byId = (it: { rule: string; beganAt: number }) => `${it.rule} ${it.beganAt}`;
          const sorted = (list: typeof whole) =>
            JSON.stringify(list.toSorted((a, b) => (byId(a) < byId(b) ? -1 : 1)));
          expect(sorted(episodeFindings({ segments, record, now }))).toBe(sorted(whole));
        }),
        { numRuns: 40 },
      );
    },
  );

  const red = (segments: readonly Segment[], readings: readonly PatientReading[]) =>
    episodeFindings({ segments, record: { ...emptyRecord, readings }, now })
      .filter((it) => it.rule === 'copd-spo2-red')
      .map((it) => [it.raisedAt, it.severity, it.parameters['spo2Red'], it.planVersion]);
  const version = copd.version;

  it('judge yesterday by the limits of yesterday, also what comes late', () => {
    const changed = [
      segment('copd', -Infinity, { spo2Red: 80 }),
      segment('copd', at(5, 600), { spo2Red: 90 }),
    ];
    const day = 86_400_000;
    const yesterday = [spo2(at(4, 480), 86), spo2(at(4, 490), 85, 2 * day)];
    expect(red(changed, yesterday)).toEqual([]);
    const today = [...yesterday, spo2(at(5, 660), 86), spo2(at(5, 670), 86)];
    expect(red(changed, today)).toEqual([[at(5, 670), 'red', 90, version]]);
    // A wider limit today takes nothing back of what was found under the old one.
    const relaxed = [
      segment('copd', -Infinity, { spo2Red: 90 }),
      segment('copd', at(5, 600), { spo2Red: 80 }),
    ];
    const before = [spo2(at(4, 480), 86), spo2(at(4, 490), 86)];
    expect(red(relaxed, before)).toEqual([[at(4, 490), 'red', 90, version]]);
    expect(red(relaxed, [...before, spo2(at(5, 660), 86)])).toHaveLength(1);
  });

  it('go on with a repeat that is awaited across the change', () => {
    const changed = (spo2Red: number) => [
      segment('copd', -Infinity, { spo2Red: 88 }),
      segment('copd', at(4, 485), { spo2Red }),
    ];
    const readings = [spo2(at(4, 480), 86), spo2(at(4, 490), 86)];
    expect(red(changed(88), readings)).toEqual([[at(4, 490), 'red', 88, version]]);
    expect(red(changed(80), readings)).toEqual([[null, 'red', 88, version]]);
  });

  it('end with the version whose rule it was', () => {
    const without = { ...copd, version: '0.2.0', rules: copd.rules.slice(-1) };
    const old = segment('copd', -Infinity, { spo2Red: 88 });
    const moved = {
      from: at(5, 600),
      course: { ...old.course, plan: without },
    };
    const readings = [spo2(at(4, 480), 86), spo2(at(4, 490), 86)];
    const findings = episodeFindings({
      ...{ segments: [old, moved], now },
      record: { ...emptyRecord, readings },
    });
    expect(findings.map((it) => [it.rule, it.state, it.clearedAt, it.planVersion])).toEqual([
      ['copd-spo2-red', 'cleared', at(5, 600), version],
    ]);
  });
});
