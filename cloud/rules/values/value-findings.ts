import { segmentAt } from '../../episodes/segments.js';
import type { Segment } from '../../episodes/segments.js';
import type { PastMeasurement } from '../../journal/journal.js';
import { type Calendar, DAY_MS } from '@hemma/protocols/plans/calendar.js';
import { groupBy } from '../../plans/group.js';
import type { SideFinding } from '../side-finding.js';
import type { Remark, ValueKind, ValueScene } from './kind.js';
import { valueKinds } from './table.js';

interface ValueOptions extends Pick<ValueScene, 'catalogue' | 'isExpected'> {
  readonly segments: readonly [Segment, ...Segment[]];
  /** Of whole weeks, in the order of their times. */
  readonly entries: readonly PastMeasurement[];
  readonly now: number;
}

/** More ids say nothing more. */
const maxEntries = 50;
const DAYS_OF_WEEK = 7;
/** 1970-01-01 was a Thursday: the first Monday was day −3. */
const MONDAY = 3;

/** The Monday of the week of a local calendar day. */
export function mondayOf(day: number): number {
  return Math.floor((day + MONDAY) / DAYS_OF_WEEK) * DAYS_OF_WEEK - MONDAY;
}

/** What was said of an entry; undefined for nothing. */
type Said = ValueKind['topic'] | undefined;

interface Noted {
  readonly entry: PastMeasurement;
  readonly kind: ValueKind;
  readonly said: Remark;
}

/**
 * What is to be said of entries that gave no value to judge: one finding for each cause and calendar
 * week, not one for each of them. A fine value of the same kind ends it, and so does the week; what
 * became known only a day later, or is ended by a value, is a note and nobody's task.
 */
export function valueFindings(options: ValueOptions): readonly SideFinding[] {
  const { entries, segments, catalogue, isExpected } = options;
  const { calendar } = segments[0].course;
  const scenes = new Map(
    segments.map(({ course }) => [course, { course, catalogue, isExpected }] as const),
  );
  const noted = entries.flatMap((it) => {
    const scene = scenes.get(segmentAt(segments, it.measuredAt).course);
    return scene === undefined ? [] : noteOn(it, scene);
  });
  const groups = groupBy(noted, ({ entry, kind, said }) => {
    const week = mondayOf(calendar.dayOf(entry.measuredAt));
    return `${ruleOf(kind, said)} ${week}`;
  });
  const topics = new Map(noted.map((it) => [it.entry, it.kind.topic] as const));
  return [...groups.values()].flatMap((it) => findingOf(it, topics, options));
}

function ruleOf({ topic }: ValueKind, { about, cause }: Remark): string {
  return `${topic}:${about}:${cause}`;
}

/** The kind of readings that a `no-value` finding is about, from the id of its rule. */
export function kindOfNoValue(rule: string): string {
  return rule.split(':')[1] ?? '';
}

function noteOn(entry: PastMeasurement, scene: ValueScene): readonly Noted[] {
  for (const kind of valueKinds) {
    const said = kind.remark(entry, scene);
    if (said !== null) return [{ entry, kind, said }];
  }
  return [];
}

function findingOf(
  group: readonly Noted[],
  topics: ReadonlyMap<PastMeasurement, ValueKind['topic']>,
  { segments, entries, now }: ValueOptions,
): readonly SideFinding[] {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return [];
  const { calendar, plan } = segmentAt(segments, first.entry.measuredAt).course;
  const fine = entries.find(
    (it) =>
      it.kind === last.entry.kind &&
      it.measuredAt > last.entry.measuredAt &&
      isFine(topics.get(it), last.kind.topic),
  );
  const week = endOfWeek(first.entry.measuredAt, calendar);
  const endsByValue = fine !== undefined && fine.measuredAt < week;
  const endOfTime = week <= now ? week : null;
  const isLate = group.every(({ entry }) => entry.receivedAt - entry.measuredAt > DAY_MS);
  const { said, kind, entry } = first;
  const ids = group.map((it) => it.entry.id);
  return [
    {
      ...{ rule: ruleOf(kind, said), topic: kind.topic, severity: said.severity },
      kind: endsByValue || isLate ? 'note' : 'raised',
      ...{ beganAt: entry.measuredAt, raisedAt: entry.measuredAt, knownAt: entry.receivedAt },
      ...{ latestAt: last.entry.measuredAt, count: group.length },
      clearedAt: endsByValue ? fine.measuredAt : endOfTime,
      ...{ cause: said.cause, audience: said.audience, hint: said.hint, code: said.code },
      ...{ plan: plan.id, planVersion: plan.version, entries: ids.slice(0, maxEntries) },
      facts: { cause: said.cause, week: mondayOf(calendar.dayOf(entry.measuredAt)) },
    },
  ];
}

/** A value that was judged as far as it could be: one without a limit ends all but that. */
function isFine(said: Said, ends: ValueKind['topic']): boolean {
  return said === undefined || (said === 'limit-missing' && ends !== 'limit-missing');
}

/** The first instant of the next week. */
export function endOfWeek(at: number, calendar: Calendar): number {
  return calendar.instant(mondayOf(calendar.dayOf(at)) + DAYS_OF_WEEK, 0);
}
