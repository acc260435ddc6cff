import type { EffectFigure, Level } from '@hemma/protocols/api/effects.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { cohort } from '../../tooling/testkit/cohort.js';
import { calendar, effectContent } from '../../tooling/testkit/effect-log.js';
import type { EffectLog } from './log.js';
import { effectsReport } from './report.js';

const seed = Number(process.env['HEMMA_SEED'] ?? 20_260_101);
const patients = 40;
const period = { kind: 'full-year', year: 2026 } as const;
const all: Level = { kind: 'group', group: null };

/** part / whole with so many decimals, half up, in whole numbers only. */
function ratio(part: number, whole: number, decimals: number): number {
  const scaled = BigInt(Math.abs(part)) * 10n ** BigInt(decimals);
  const rounded = (2n * scaled + BigInt(whole)) / (2n * BigInt(whole));
  return (Math.sign(part) * Number(rounded)) / 10 ** decimals;
}

/** The middle one, or twice the mean of the two in the middle over two. */
function middle(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1]!;
  return [low + sorted[Math.floor(sorted.length / 2)]!, 2];
}

const { log, known } = cohort(seed, patients);
let figures: ReadonlyMap<string, EffectFigure>;

beforeAll(() => {
  const { measures } = effectsReport(log, { period, level: all }, effectContent);
  figures = new Map(measures.map((it) => [it.id, it]));
});

function figure(id: string): EffectFigure {
  return figures.get(id)!;
}

function detail(id: string, part: string) {
  return figure(id).details.find((it) => it.id === part)!;
}

describe(`a cohort whose answer is known because it was built so (seed ${seed})`, () => {
  it('adherence', () => {
    const { due, kept, sameDay } = known;
    expect(figure('adherence-measurements')).toMatchObject({
      ...{ value: ratio(100 * kept, due, 1), n: patients, state: 'computed' },
      target: { text: '90', met: 100 * kept >= 90 * due },
    });
    expect(detail('adherence-measurements', 'due').value).toBe(due);
    expect(detail('adherence-measurements', 'with-same-day').value).toBe(
      ratio(100 * (kept + sameDay), due, 1),
    );
  });

  it('completion and dropout', () => {
    const { started, completed, running, discontinued, byReason } = known;
    expect(figure('completion-rate').value).toBe(ratio(100 * completed, started, 1));
    expect(detail('completion-rate', 'of-ended').value).toBe(
      ratio(100 * completed, started - running, 1),
    );
    expect(figure('dropout').value).toBe(discontinued);
    for (const { id, value, suppressed } of figure('dropout').details)
      expect([value, id]).toEqual([suppressed ? null : (byReason.get(id) ?? 0), id]);
  });

  it('minutes per patient and week', () => {
    const { viewMinutes, phoneMinutes, daysInPlan } = known;
    expect(figure('therapist-minutes').value).toBe(
      ratio(7 * (viewMinutes + phoneMinutes), daysInPlan, 1),
    );
    expect(detail('therapist-minutes', 'view').value).toBe(ratio(7 * viewMinutes, daysInPlan, 1));
    expect(detail('therapist-minutes', 'weeks').value).toBe(ratio(daysInPlan, 7, 1));
  });

  it('inpatient days before and after', () => {
    const { hospitalBefore, hospitalAfter, observedBefore, observedAfter } = known;
    expect(figure('inpatient-days')).toMatchObject({
      value: ratio(365 * hospitalAfter, observedAfter, 2),
      baseline: { value: ratio(365 * hospitalBefore, observedBefore, 2) },
      target: { met: hospitalAfter * observedBefore < hospitalBefore * observedAfter },
    });
    expect(detail('inpatient-days', 'days-after').value).toBe(hospitalAfter);
  });

  it('visits, time to start and time to action', () => {
    expect(figure('visits-replaced').value).toBe(known.replaced);
    expect(detail('visits-replaced', 'visits').value).toBe(known.visits);
    expect(figure('time-to-start').value).toBe(ratio(...middle(known.waits), 1));
    const [minutes, halves] = middle(known.seenAfterMinutes);
    expect(figure('response-time').value).toBe(ratio(minutes, halves * 60, 1));
    expect(detail('response-time', 'in-time').value).toBe(
      ratio(100 * known.inTime, known.decided, 1),
    );
  });

  it('downtime by cause', () => {
    expect(detail('technical-downtime', 'hours').value).toBe(ratio(known.downMinutes, 60, 1));
    for (const [cause, minutes] of known.downByCause)
      expect(detail('technical-downtime', `${cause}.hours`).value).toBe(ratio(minutes, 60, 1));
    expect(known.downByCause.size).toBe(3);
  });

  it('symptoms before and after', () => {
    const { changes } = known;
    const sum = changes.reduce((total, it) => total + it, 0);
    expect(figure('symptom-before-after')).toMatchObject({
      ...{ value: ratio(sum, changes.length, 2), n: changes.length },
      target: { met: sum < 0 },
    });
    const least = 6;
    const lower = changes.filter((it) => it <= -least).length;
    expect(detail('symptom-before-after', 'phq9_total.reliably-lower').value).toBe(
      ratio(100 * lower, changes.length, 1),
    );
  });

  it('does not depend on the order of the log', () => {
    const random = seededRandom(seed);
    const shuffled = Object.fromEntries(
      Object.entries(log).map(([key, rows]: [string, unknown]) => [
        key,
        Array.isArray(rows) ? rows.toSorted(() => random() - 0.5) : rows,
      ]),
      // The same keys with the same kinds of values.
    ) as unknown as EffectLog;
    expect(effectsReport(shuffled, { period, level: all }, effectContent)).toEqual(
      effectsReport(log, { period, level: all }, effectContent),
    );
  });
});

describe(`computed again in another way, minute by minute and day by day (seed ${seed})`, () => {
  const from = calendar.instant(calendar.dayOf(Date.UTC(2026, 0, 1, 12)), 0);
  const minutes = 365 * 24 * 60;
  const at = (minute: number) => from + minute * 60_000;

  it('minutes in the patient view', () => {
    let counted = 0;
    for (const staff of new Set(log.heartbeats!.map((it) => it.staff))) {
      const beats = new Set(log.heartbeats!.filter((it) => it.staff === staff).map((it) => it.at));
      for (let minute = 0; minute < minutes; minute += 1) {
        // A minute is work when one beat is at most 3 minutes before and the next one after it.
        const before = [0, 1, 2].find((it) => beats.has(at(minute - it)));
        const after = [1, 2, 3].find((it) => beats.has(at(minute + it)));
        if (before !== undefined && after !== undefined && before + after <= 3) counted += 1;
      }
    }
    expect(counted).toBe(known.viewMinutes);
  });

  it('hours of downtime, whatever the causes', () => {
    let counted = 0;
    for (const { patient } of log.episodes) {
      const down = new Set<number>();
      for (const it of log.downtimes!.filter((row) => row.patient === patient))
        for (let minute = it.from; minute < it.until!; minute += 60_000) down.add(minute);
      counted += down.size;
    }
    expect(detail('technical-downtime', 'hours').value).toBe(ratio(counted, 60, 1));
  });

  it('days in plan and in hospital', () => {
    let [inPlan, hospital] = [0, 0];
    for (const { patient, startedAt, endedAt } of log.episodes) {
      const [start, end] = [startedAt, endedAt ?? log.until].map((it) => calendar.dayOf(it));
      for (let day = calendar.dayOf(from); day <= calendar.dayOf(at(minutes - 1)); day += 1)
        if (start! <= day && day <= end!) inPlan += 1;
      for (let day = start!; day < start! + 365 && day <= calendar.dayOf(log.until); day += 1)
        if (
          log.inpatient!.stays.some(
            (it) =>
              it.patient === patient &&
              it.mainDiagnosis.startsWith('I50') &&
              (it.fromDay === day || (it.fromDay <= day && day < it.toDay!)),
          )
        )
          hospital += 1;
    }
    expect(detail('therapist-minutes', 'weeks').value).toBe(ratio(inPlan, 7, 1));
    expect(detail('inpatient-days', 'days-after').value).toBe(hospital);
  });

  it('the spread of the changes by pairs of persons', () => {
    // The sample variance is half the mean squared difference of all pairs of two persons.
    const { changes } = known;
    const squares = changes.flatMap((a, i) => changes.slice(i + 1).map((b) => (a - b) ** 2));
    const variance = squares.reduce((sum, it) => sum + it, 0) / squares.length / 2;
    const mean = changes.reduce((sum, it) => sum + it, 0) / changes.length;
    expect(detail('symptom-before-after', 'phq9_total.change.sd').value).toBeCloseTo(
      Math.sqrt(variance),
      1,
    );
    expect(detail('symptom-before-after', 'phq9_total.effect').value).toBeCloseTo(
      mean / Math.sqrt(variance),
      1,
    );
  });
});
