import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import type { PastMeasurement } from '../journal/journal.js';
import { groupBy } from '../plans/group.js';
import type { Evaluated, Judged } from './judged.js';
import { sideRowOf } from './side-finding.js';
import { endOfWeek, mondayOf, valueFindings } from './values/value-findings.js';
import { changeFinding, writeFindings } from './write-findings.js';

/** What gave no value to judge, in the weeks that are judged anew. */
export async function judgeValues(
  judged: Judged,
  { known, measured, errors }: Evaluated,
  after: number,
): Promise<void> {
  const { episode, segments, catalogue, following, now } = judged;
  const { calendar } = segments[0].course;
  const from = calendar.instant(mondayOf(calendar.dayOf(after)), 0);
  const entries = measured.entries.filter(
    (it) =>
      from <= it.measuredAt &&
      it.measuredAt <= now &&
      !errors.has(it.id) &&
      ownerOf(it, following) === episode.id,
  );
  const isExpected = (codes: readonly string[]) =>
    following.some((it) => codes.some((code) => it.codes.has(code)));
  const found = groupBy(
    valueFindings({ segments, entries, catalogue, isExpected, now }),
    (it) => it.rule,
  );
  const earlier = known.filter((it) => it.topic !== 'assess' && it.topic !== 'missing');
  const rows = groupBy(
    earlier.filter((it) => it.began_at >= from),
    (it) => it.rule,
  );
  for (const row of earlier)
    if (row.began_at < from && row.cleared_at === null)
      await changeFinding(judged, row, { cleared_at: endOfWeek(row.began_at, calendar) });
  for (const rule of new Set([...found.keys(), ...rows.keys()]))
    await writeFindings(judged, found.get(rule) ?? [], rows.get(rule) ?? [], (finding, row) =>
      sideRowOf(finding, row, episode),
    );
}

/** The oldest of the episodes whose plan asks for it, else the oldest: it is said once. */
function ownerOf({ kind }: PastMeasurement, following: Judged['following']): string | null {
  const owner = following.find((it) => kindQuantities[kind].some((code) => it.codes.has(code)));
  return (owner ?? following[0])?.episode ?? null;
}
