import { type Period, levelSchema, periodSchema } from '@hemma/protocols/api/effects.js';
import type { Level } from '@hemma/protocols/api/effects.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { type Calendar, dayOfDate } from '@hemma/protocols/plans/calendar.js';

/** Days of the local calendar, both included, with their instants; `untilAt` is exclusive. */
export interface Span {
  readonly fromDay: number;
  readonly toDay: number;
  readonly fromAt: number;
  readonly untilAt: number;
}

const halves = { 1: ['01-01', '06-30'], 2: ['07-01', '12-31'] } as const;

export function spanOf(period: Period, calendar: Calendar): Span {
  const [from, to] = datesOf(period);
  const fromDay = dayOfDate(from);
  const toDay = dayOfDate(to);
  const fromAt = calendar.instant(fromDay, 0);
  return { fromDay, toDay, fromAt, untilAt: calendar.instant(toDay + 1, 0) };
}

function datesOf(period: Period): readonly [string, string] {
  switch (period.kind) {
    case 'half-year':
      return [
        `${period.year}-${halves[period.half][0]}`,
        `${period.year}-${halves[period.half][1]}`,
      ];
    case 'full-year':
      return [`${period.year}-01-01`, `${period.year}-12-31`];
    case 'range':
      return [period.from, period.to];
  }
}

/**
 * A period in words: `2026-H1`, `2026`, `2026-01-01..2026-03-31`. Throws {@link CodedError}
 * `request_invalid`.
 */
export function parsePeriod(words: string): Period {
  const parsed = periodSchema.safeParse(periodIn(words));
  if (parsed.success) return parsed.data;
  throw new CodedError(
    'request_invalid',
    'A period is "2026", "2026-H1" or "2026-01-01..2026-03-31".',
  );
}

function periodIn(words: string): unknown {
  const half = /^(\d{4})-H([12])$/.exec(words);
  if (half !== null) return { kind: 'half-year', year: Number(half[1]), half: Number(half[2]) };
  if (/^\d{4}$/.test(words)) return { kind: 'full-year', year: Number(words) };
  const [from, to, more] = words.split('..');
  return more === undefined ? { kind: 'range', from, to } : null;
}

/**
 * A level in words: `patient:p-…`, `plan:heart-failure`, `unit:heart-clinic`, `group:hypertension`,
 * `all`. Throws {@link CodedError} `request_invalid`.
 */
export function parseLevel(words: string): Level {
  const colon = words.indexOf(':');
  const kind = words.slice(0, colon);
  const parsed = levelSchema.safeParse(
    words === 'all' ? { kind: 'group', group: null } : { kind, [kind]: words.slice(colon + 1) },
  );
  if (parsed.success) return parsed.data;
  throw new CodedError(
    'request_invalid',
    'A level is "all", "patient:…", "plan:…", "unit:…" or "group:…".',
  );
}
