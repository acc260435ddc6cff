import type { Kysely } from 'kysely';
import type { Tables } from '../../database/schema.js';
import type { LentGateway } from '../../fleet/completeness.js';
import { groupBy } from '../../plans/group.js';
import type { MissedWindow } from './stages.js';

/** A time in which a radio heard nobody. */
type Stretch = readonly [from: number, until: number];

/**
 * Whether the radio of one of these gateways was ill in all of these windows, from beginning to end, by
 * its healings. One whose end nobody saw proves nothing, nor does one against a single device.
 */
export async function wasDeaf(
  db: Kysely<Tables>,
  gateways: readonly LentGateway[],
  missed: readonly MissedWindow[],
): Promise<boolean> {
  const last = missed.at(-1);
  if (last === undefined || gateways.length === 0) return false;
  const rows = await db
    .selectFrom('healings')
    .select(['gateway', 'since_at', 'recovery_ms', 'outcome'])
    .where('gateway', 'in', [...gateways.map((it) => it.gateway)])
    .where('outcome', '!=', 'unproven')
    .where('cause', '!=', 'device_unreachable')
    .where('since_at', '<', last.closesAt)
    .orderBy('since_at')
    .execute();
  return [...groupBy(rows, (it) => it.gateway).values()].some((healings) => {
    const ill = joined(healings.map((it) => [it.since_at, untilOf(it)]));
    return missed.every((it) =>
      ill.some(([from, until]) => from <= it.opensAt && it.closesAt <= until),
    );
  });
}

/** One that goes on has no end yet. */
function untilOf(healing: { since_at: number; recovery_ms: number | null }): number {
  return healing.recovery_ms === null ? Infinity : healing.since_at + healing.recovery_ms;
}

/** Stretches in the order of their beginnings, those that meet as one. */
function joined(stretches: readonly Stretch[]): readonly Stretch[] {
  const all: Stretch[] = [];
  for (const [from, until] of stretches) {
    const before = all.at(-1);
    if (before !== undefined && from <= before[1])
      all.splice(-1, 1, [before[0], Math.max(before[1], until)]);
    else all.push([from, until]);
  }
  return all;
}
