import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDir } from '../folders.js';
import type { Episode } from '../episodes/episodes.js';
import { dateOfDay, dayOfDate, weekdayOf, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent, shippedPlan } from '../plans/content.js';
import { derivedMetrics } from '../plans/derived.js';
import { Facts } from '../plans/facts.js';
import type { KeptEvent } from '../record/care-record.js';
import { type Known, currentCourse } from './known.js';
import { knownOf } from './known-episode.js';
import { doneActivities } from './activities.js';
import { modulesOf } from './modules.js';
import { maxWeeks, weeksOf } from './weeks.js';

const calendar = zonedCalendar();
const content = loadContent(contentDir());
const parts = { content, planOf: shippedPlan(content) };
const seed = Number(process.env['HEMMA_SEED'] ?? 20_260_105);
console.log(`weeks: HEMMA_SEED=${seed}`);

interface Told {
  readonly plan?: string;
  readonly start: string;
  readonly now: number;
  readonly parameters?: Episode['parameters'];
  readonly events?: readonly KeptEvent[];
}

function knownFrom({ plan = 'mental-health-icbt', start, now, ...more }: Told): Known {
  const { parameters = {}, events = [] } = more;
  const settings = { planVersion: '0.1.0-draft', parameters };
  const episode: Episode = {
    ...{ id: 'e-1', patient: 'p-1', plan, kind: 'prescribed', unit: null, ...settings },
    ...{ startedAt: calendar.instant(dayOfDate(start), 9 * 60), endedAt: null, endReason: null },
    first: settings,
  };
  const known = knownOf(parts, episode, events, now);
  if (known === null) throw new Error('The plan is not known.');
  return known;
}

function event(id: string, at: number, it: KeptEvent['event']): KeptEvent {
  return { id, patient: 'p-1', episode: 'e-1', at, receivedAt: at, staff: null, event: it };
}

const instant = (date: string, minute: number) => calendar.instant(dayOfDate(date), minute);

describe('weeks', () => {
  it.each([
    ['with 23 hours', '2026-03-29', '2026-03-30'],
    ['with 25 hours', '2026-10-25', '2026-10-26'],
  ])('begin, and open their module, at local midnight after a day %s', (_, sunday, monday) => {
    const start = dateOfDay(dayOfDate(monday) - 14);
    const at = (now: number) => {
      const known = knownFrom({ start, now });
      const current = weeksOf(known).find((it) => it.isCurrent);
      const open = modulesOf(known, known.segments[0].course.plan.tasks[0]!);
      return [current?.number, open.filter((it) => it.isOpen).length];
    };
    expect(at(instant(sunday, 24 * 60) - 1)).toEqual([2, 1]);
    expect(at(instant(monday, 0))).toEqual([3, 2]);
  });

  it('follow each other without a gap, each with one weekday of every kind', () => {
    const day = fc.integer({ min: dayOfDate('2024-01-01'), max: dayOfDate('2028-12-31') });
    const count = fc.integer({ min: 4, max: 12 });
    fc.assert(
      fc.property(day, count, fc.integer({ min: 0, max: 120 }), (first, modules, after) => {
        const now = calendar.instant(first + after, 10 * 60);
        const known = knownFrom({ start: dateOfDay(first), now, parameters: { modules } });
        const weeks = weeksOf(known);
        for (const [i, week] of weeks.entries()) {
          expect(week.fromDay).toBe(first + 7 * i);
          expect(week.toDay).toBe(first + 7 * i + 6);
        }
        expect(weeks.filter((it) => it.isCurrent)).toHaveLength(1);
        const opening = weeks.flatMap((it) =>
          it.items.flatMap((item) => (item.kind === 'module' ? [item] : [])),
        );
        expect(opening.map((it) => it.step)).toEqual(
          Array.from({ length: modules }, (_, i) => i + 1),
        );
        for (const it of opening) {
          expect(weekdayOf(it.opensOn)).toBe(1);
          expect(it.isOpen).toBe(it.opensOn <= first + after);
        }
      }),
      { seed, numRuns: 60 },
    );
  });

  it('go on with a programme that has no end, the newest of them', () => {
    const start = '2024-01-01';
    const plan = 'neurorehab-health-plan';
    const after = (days: number) => {
      const now = calendar.instant(dayOfDate(start) + days, 600);
      return weeksOf(knownFrom({ plan, start, now })).map((it) => it.number);
    };
    expect(after(7 * maxWeeks - 1)).toHaveLength(maxWeeks);
    expect(after(7 * maxWeeks - 1)[0]).toBe(1);
    expect(after(7 * maxWeeks)[0]).toBe(2);
    expect(after(7 * maxWeeks)).toHaveLength(maxWeeks);
  });

  it('stop opening modules when staff move the patient out of the phase early', () => {
    const moved = event('v-1', instant('2026-02-11', 600), { kind: 'phase', phase: 'follow' });
    const now = instant('2026-02-12', 600);
    const known = knownFrom({ start: '2026-01-05', now, events: [moved] });
    const opening = weeksOf(known).flatMap((it) =>
      it.items.flatMap((item) => (item.kind === 'module' ? [dateOfDay(item.opensOn)] : [])),
    );
    expect(opening).toEqual(['2026-01-12', '2026-01-19', '2026-01-26', '2026-02-02', '2026-02-09']);
  });

  it('plan a week of each day by what was set on that day', () => {
    const plan = 'neurorehab-health-plan';
    const now = instant('2026-01-22', 600);
    // Monday to Sunday, then from the second Saturday on once a day.
    const parameters = { activities: ['physical'], perWeek: 7 };
    const choice = { kind: 'choice' as const, parameters, counts: { physical: 7 }, reason: null };
    const events = [event('v-1', instant('2026-01-17', 0), choice)];
    const known = knownFrom({ plan, start: '2026-01-05', now, events });
    expect(
      weeksOf(known)
        .map((it) => it.planned)
        .slice(0, 4),
    ).toEqual([5, 6, 7, 7]);
  });

  it('count what the rules count: modules by step, activities with what describes them', () => {
    const step = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
    const said = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), step), { maxLength: 12 });
    fc.assert(
      fc.property(said, (list) => {
        const start = '2026-01-05';
        const events = list.map(([day, told], i) =>
          event(`v-${i}`, calendar.instant(dayOfDate(start) + day, 700), {
            ...{ kind: 'completion', task: 'module', minutes: null, note: null },
            ...(told !== undefined && { step: told }),
          }),
        );
        const known = knownFrom({ start, now: instant('2026-03-20', 600), events });
        const modules = modulesOf(known, currentCourse(known).plan.tasks[0]!);
        const done = modules.filter((it) => it.done !== null).length;
        expect(counted(known, 'modulesDone')).toBe(done);
      }),
      { seed, numRuns: 60 },
    );
  });

  it('have an activity once that was said and described, in whichever order', () => {
    const type = fc.constantFrom(1, 3);
    const one = fc.tuple(fc.integer({ min: 0, max: 6 }), type, fc.boolean());
    fc.assert(
      fc.property(fc.array(one, { maxLength: 14 }), (list) => {
        const start = '2026-01-05';
        const events = list.map(([day, kind, isForm], i) =>
          event(
            `v-${i}`,
            calendar.instant(dayOfDate(start) + day, 600 + i),
            isForm ? form(kind) : tap(kind),
          ),
        );
        const known = knownFrom({
          ...{ plan: 'neurorehab-health-plan', start, now: instant('2026-01-11', 1_200), events },
        });
        const shown = doneActivities(known, { id: 'activity-log' }).length;
        expect(counted(known, 'perWeekDone')).toBe(shown);
        const of = (day: number, kind: number, isForm: boolean) =>
          list.filter((it) => it[0] === day && it[1] === kind && it[2] === isForm).length;
        const days = Array.from({ length: 7 }, (_, day) => day);
        const expected = days.flatMap((day) =>
          [1, 3].map((kind) => Math.max(of(day, kind, true), of(day, kind, false))),
        );
        expect(shown).toBe(expected.reduce((sum, it) => sum + it, 0));
      }),
      { seed, numRuns: 80 },
    );
  });
});

function tap(kind: number): KeptEvent['event'] {
  const activity = kind === 1 ? 'physical' : 'brain-rest';
  return { kind: 'completion', task: 'activity-log', minutes: 10, note: null, activity };
}

function form(kind: number): KeptEvent['event'] {
  const answers = { 'act-type': kind, 'act-done': 2, 'act-minutes': 20 };
  return {
    ...{ kind: 'response', questionnaire: 'hemma-activity-log', answers },
    ...{ texts: {}, complete: true },
  };
}

/** As a rule counts it. */
function counted(known: Known, metric: string): number | undefined {
  const facts = new Facts({
    ...{ course: currentCourse(known), now: known.now },
    record: { ...known.record, readings: [], staffActs: [] },
  });
  const rolling = derivedMetrics.get(metric)?.rolling;
  return rolling?.value(rolling.samples(facts))?.toNumber();
}
