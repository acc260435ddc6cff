import { Evidence } from '../plans/evidence.js';
import type { PatientRecord } from '../plans/record.js';
import { confirmedIn, pausesOf } from '../record/patient-record.js';
import type { Evaluated, Judged } from './judged.js';
import { missingFindings } from './missing/missing-findings.js';
import { lastAccepted } from './patient-record.js';
import { sideRowOf } from './side-finding.js';
import { changeFinding, writeFindings } from './write-findings.js';

/** What stays away in an episode, where it is to be looked at (monitoring plans §6). */
export async function judgeMissing(judged: Judged, evaluated: Evaluated): Promise<void> {
  const { trx, episode, segments, events, gateways, position, now } = judged;
  const { known, measured, record, errors, completeTo, missingFrom } = evaluated;
  const { course } = segments.at(-1) ?? segments[0];
  if (missingFrom === null || course.plan.missingData.length === 0) return;
  const { patient } = episode;
  const own = { ...judged, patient, errors, confirmed: confirmedIn(events) };
  const byStage = await missingFindings({
    ...{
      db: trx,
      patient,
      episode: episode.id,
      segments,
      gateways,
      position,
      now,
      from: missingFrom,
    },
    // Of the zero measurement there may be readings before, with a hole behind them.
    record: since(record, measured.from),
    evidence: new Evidence({ course, record, now, completeTo }),
    pauses: pausesOf(events, episode.id, course.calendar),
    lastBefore: ({ kinds }) => lastAccepted(own, kinds, measured.from),
  });
  for (const { stage, since, findings } of byStage) {
    const rows = known.filter((it) => it.rule === stage.id && it.began_at > since);
    await writeFindings(judged, findings, rows, (finding, row) => sideRowOf(finding, row, episode));
  }
  await closeOthers(judged, evaluated, new Set(byStage.map((it) => it.stage.id)));
}

/** The record without the readings before an instant; itself where there are none. */
function since(record: PatientRecord, from: number): PatientRecord {
  const readings = record.readings.filter((it) => it.at >= from);
  return readings.length === record.readings.length ? record : { ...record, readings };
}

/** A stage that the plan in force does not have: what it found is over with the old version. */
async function closeOthers(
  judged: Judged,
  { known }: Evaluated,
  stages: ReadonlySet<string>,
): Promise<void> {
  const { from } = judged.segments.at(-1) ?? judged.segments[0];
  for (const row of known)
    if (row.topic === 'missing' && row.cleared_at === null && !stages.has(row.rule))
      await changeFinding(judged, row, { cleared_at: from, kind: 'note' });
}
