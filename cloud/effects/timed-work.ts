import { groupBy } from '../plans/group.js';
import { MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import type { Heartbeat } from './log.js';

/** Whoever gave no sign of life for longer was not at work (effect measure `therapist-minutes`). */
export const MAX_IDLE_MS = 3 * MINUTE_MS;

/** Time that somebody worked in the view of a patient; `until` is exclusive. */
export interface Work {
  readonly staff: string;
  readonly patient: string;
  readonly from: number;
  readonly until: number;
}

/**
 * Heartbeats as work. The time between two signs of life of the same person counts for the patient
 * of the earlier one, and not at all when it is longer than three minutes: a person who has two
 * patients open is never counted twice.
 */
export function timedWork(heartbeats: readonly Heartbeat[]): readonly Work[] {
  return [...groupBy(heartbeats, (it) => it.staff).values()].flatMap(workOf);
}

function workOf(heartbeats: readonly Heartbeat[]): readonly Work[] {
  const sorted = heartbeats.toSorted(inOrder);
  const work: Work[] = [];
  for (const [i, { staff, patient, at }] of sorted.entries()) {
    const until = sorted[i + 1]?.at;
    if (until === undefined || until === at || until - at > MAX_IDLE_MS) continue;
    const last = work.at(-1);
    if (last?.patient === patient && last.until === at) work.splice(-1, 1, { ...last, until });
    else work.push({ staff, patient, from: at, until });
  }
  return work;
}

/** Signs of life at the same instant: the order of their patients, so that none of the log matters. */
function inOrder(a: Heartbeat, b: Heartbeat): number {
  return a.at - b.at || (a.patient < b.patient ? -1 : Number(a.patient > b.patient));
}
