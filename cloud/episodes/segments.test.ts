import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';
import type { KeptEvent } from '../record/care-record.js';
import type { CareEvent } from '../record/events.js';
import type { Episode } from './episodes.js';
import { endOf, segmentAt, segmentsOf } from './segments.js';

const content = loadContent(fileURLToPath(new URL('../content', import.meta.url)));
const calendar = zonedCalendar();
const plan = content.plans.get('copd')!;
const next = { ...plan, version: '0.2.0' };
const planOf = (_: string, version: string) => [plan, next].find((it) => it.version === version);

const episode: Episode = {
  ...{ id: 'e-1', patient: 'p-00000001', plan: 'copd', kind: 'prescribed', unit: null },
  ...{ planVersion: '0.2.0', parameters: { spo2Red: 70 }, startedAt: 1_000 },
  ...{ endedAt: null, endReason: null },
  first: { planVersion: '0.1.0', parameters: { spo2Red: 86 } },
};

let ids = 0;
const event = (at: number, said: CareEvent, more: Partial<KeptEvent> = {}): KeptEvent => ({
  ...{ id: `v-${(ids += 1)}`, patient: episode.patient, episode: 'e-1', at, receivedAt: at },
  ...{ staff: null, event: said, ...more },
});
const limits = (at: number, spo2Red: number, more: Partial<KeptEvent> = {}) =>
  event(at, { kind: 'limits', parameters: { spo2Red }, reason: 'Agreed' }, more);

const told = (events: readonly KeptEvent[]) =>
  segmentsOf(episode, events, { planOf, content, calendar }).map(({ from, course }) => [
    ...[from, course.plan.version, course.parameters['spo2Red']],
  ]);

describe('the segments of an episode', () => {
  it('begin with what it began with, whatever it runs on now', () => {
    expect(told([])).toEqual([[-Infinity, '0.1.0', 86]]);
  });

  it('change with limits and versions, each at its time', () => {
    const version = event(5_000, { kind: 'version', version: '0.2.0', reason: 'Newer' });
    expect(told([limits(3_000, 84), version, limits(9_000, 80)])).toEqual([
      [-Infinity, '0.1.0', 86],
      [3_000, '0.1.0', 84],
      [5_000, '0.2.0', 84],
      [9_000, '0.2.0', 80],
    ]);
  });

  it('are one where a version comes with its limits', () => {
    const version = event(5_000, { kind: 'version', version: '0.2.0', reason: 'Newer' });
    expect(told([version, limits(5_000, 84)])).toEqual([
      [-Infinity, '0.1.0', 86],
      [5_000, '0.2.0', 84],
    ]);
  });

  it('know nothing of other episodes, of errors, and of versions that are not here', () => {
    const wrong = limits(3_000, 84);
    const error = event(4_000, { kind: 'entered-in-error', entry: wrong.id });
    const unknown = event(6_000, { kind: 'version', version: '9.9.9', reason: 'Newer' });
    expect(told([wrong, error, limits(5_000, 80, { episode: 'e-2' }), unknown])).toEqual([
      [-Infinity, '0.1.0', 86],
    ]);
  });

  it('are at most 520: of more, the newest', () => {
    const many = Array.from({ length: 600 }, (_, i) => limits(2_000 + i, 80 + (i % 5)));
    const segments = told(many);
    expect(segments).toHaveLength(520);
    expect([segments[0]![0], segments.at(-1)![0]]).toEqual([-Infinity, 2_599]);
  });

  it('last until the next one begins', () => {
    const [first, ...others] = segmentsOf(episode, [limits(3_000, 84)], {
      ...{ planOf, content, calendar },
    });
    const segments = [first!, ...others] as const;
    expect([2_999, 3_000].map((at) => segmentAt(segments, at).from)).toEqual([-Infinity, 3_000]);
    expect([endOf(segments, 0, 9_000), endOf(segments, 1, 9_000)]).toEqual([2_999, 9_000]);
  });
});
