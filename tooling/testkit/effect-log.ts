import { join } from 'node:path';
import { loadEffectContent } from '@hemma/cloud/effects/definitions.js';
import type { EffectLog, EpisodeEntry, OccasionEntry } from '@hemma/cloud/effects/log.js';
import { MINUTE_MS, zonedCalendar, dayOfDate } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '@hemma/cloud/plans/content.js';

const directory = join(import.meta.dirname, '../../cloud/content');

export const effectContent = loadEffectContent(directory, loadContent(directory));
export const calendar = zonedCalendar();

/** The instant of a local wall time: `at('2026-03-01', '08:00')`. */
export function at(date: string, time = '12:00'): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return calendar.instant(dayOfDate(date), hours * 60 + minutes);
}

/** A log in which everything is recorded and nothing happened; a working hour is an hour. */
export function effectLog(facts: Partial<EffectLog> = {}): EffectLog {
  return {
    until: at('2027-01-01', '00:00'),
    calendar,
    workingMinutes: (_unit, from, to) => Math.floor((to - from) / MINUTE_MS),
    ...{ episodes: [], occasions: [], baselines: [], scores: [], responses: [], tasks: [] },
    ...{ heartbeats: [], contacts: [], downtimes: [], people: [], reports: [], resources: [] },
    inpatient: {
      coversFrom: dayOfDate('2020-01-01'),
      coversTo: dayOfDate('2030-01-01'),
      stays: [],
    },
    ...facts,
  };
}

/** The n-th patient, as a reference. */
export function patient(n: number): string {
  return `p-${String(n).padStart(8, '0')}`;
}

/** The episode of the n-th patient, which goes on. */
export function episode(n: number, facts: Partial<EpisodeEntry> = {}): EpisodeEntry {
  const startedAt = facts.startedAt ?? at('2026-01-01', '09:00');
  return {
    ...{ id: `e-${n}`, patient: patient(n), plan: 'heart-failure', unit: 'heart-clinic' },
    ...{ startedAt, endedAt: null, endReason: null, prescribedAt: startedAt, firstValueAt: null },
    ...facts,
  };
}

export function occasion(
  ofEpisode: string,
  date: string,
  facts: Partial<OccasionEntry> = {},
): OccasionEntry {
  return {
    ...{ episode: ofEpisode, task: 'weight', day: dayOfDate(date), state: 'done' },
    ...{ readings: 1, required: 1, daysLate: null, backfillDays: 3 },
    ...facts,
  };
}
