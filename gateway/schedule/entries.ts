import { z } from 'zod';
import {
  maxUnpackedOctets,
  packedScheduleSchema,
  scheduleMarkSchema,
  scheduleSchema,
} from '@hemma/protocols/wire/schedule.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import { unpack } from '@hemma/runtime/packing.js';

/** What a home goes by after a command. */
export interface Followed {
  readonly schedules: Schedule[];
  /** Whether one of them could not be read here, and the one before it stays. */
  readonly isUnreadable: boolean;
}

/** Enough of a schedule of a later form to tell which of ours it was to replace. */
const namedSchema = z.object({ patient: z.string(), plan: z.string() });

/**
 * The schedules of a command after those that were in force: whole, packed, or named by a mark alone.
 * What is only named, or cannot be read, leaves the one before it in force: an old plan beats none.
 */
export function followed(entries: readonly unknown[], before: readonly Schedule[]): Followed {
  let isUnreadable = false;
  const schedules = entries.flatMap((entry) => {
    const isMark = scheduleMarkSchema.safeParse(entry).success;
    const schedule = isMark ? null : readable(entry);
    if (schedule !== null) return schedule;
    isUnreadable ||= !isMark;
    const { success, data } = namedSchema.safeParse(entry);
    const isIt = (it: Schedule) => it.patient === data?.patient && it.plan === data.plan;
    return success ? (before.find(isIt) ?? []) : [];
  });
  return { schedules, isUnreadable };
}

/** Whole, or nothing. */
function readable(entry: unknown): Schedule | null {
  const packed = packedScheduleSchema.safeParse(entry);
  if (!packed.success) return scheduleSchema.safeParse(entry).data ?? null;
  const { packed: text, revision, patient, plan } = packed.data;
  try {
    const schedule = scheduleSchema.parse(JSON.parse(unpack(text, maxUnpackedOctets)));
    const isNamed =
      schedule.revision === revision && schedule.patient === patient && schedule.plan === plan;
    return isNamed ? schedule : null;
  } catch {
    return null;
  }
}
