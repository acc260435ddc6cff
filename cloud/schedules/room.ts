import { maxScheduleOctets, maxUnpackedOctets } from '@hemma/protocols/wire/schedule.js';
import type { ScheduleMark } from '@hemma/protocols/wire/schedule.js';
import { pack } from '@hemma/runtime/packing.js';

/** A schedule that a home is to have. */
export interface Wanted extends Omit<ScheduleMark, 'v'> {
  /** JSON, `Schedule`. */
  readonly text: string;
  /** False: no gateway could read it, as one of its lists is too long. */
  readonly isReadable: boolean;
}

/** What goes down, and what had no room. */
export interface Fitted {
  /** JSON each, one for each schedule in their order: whole, packed, or a mark. */
  readonly entries: readonly string[];
  /** Those that go down, whole or packed. */
  readonly revisions: readonly string[];
  /** Those of which only a mark goes down, so that the schedule before stays in force. */
  readonly withheld: readonly string[];
}

/**
 * Fits schedules into the room of a command: as they are while all fit, otherwise packed, first come
 * first. One that does not fit even so is named by a mark, and never cut.
 */
export function fitted(wanted: readonly Wanted[], room = maxScheduleOctets): Fitted {
  const plain = wanted.map((it) => (isSendable(it) ? it.text : markOf(it)));
  const entries = octetsOf(plain) <= room ? plain : packedInto(wanted, room);
  const went = wanted.filter((it, i) => entries[i] !== markOf(it)).map((it) => it.revision);
  return {
    entries,
    revisions: went,
    withheld: wanted.map((it) => it.revision).filter((it) => !went.includes(it)),
  };
}

/** Each takes the place of its mark as long as there is room. */
function packedInto(wanted: readonly Wanted[], room: number): readonly string[] {
  const marks = wanted.map(markOf);
  let left = room - octetsOf(marks);
  return wanted.map((it, i) => {
    const mark = marks[i] ?? markOf(it);
    if (!isSendable(it)) return mark;
    const packed = JSON.stringify({ ...markIn(it), packed: pack(it.text) });
    const text = packed.length < Buffer.byteLength(it.text) ? packed : it.text;
    const more = Buffer.byteLength(text) - mark.length;
    if (more > left) return mark;
    left -= more;
    return text;
  });
}

const isSendable = ({ text, isReadable }: Wanted): boolean =>
  isReadable && Buffer.byteLength(text) <= maxUnpackedOctets;

/** Of a JSON list with these entries. */
function octetsOf(entries: readonly string[]): number {
  return entries.reduce((sum, it) => sum + Buffer.byteLength(it) + 1, 1);
}

function markIn({ patient, plan, revision }: Omit<ScheduleMark, 'v'>): ScheduleMark {
  return { v: 1, patient, plan, revision };
}

/** The schedule by its name alone, JSON. */
export function markOf(schedule: Omit<ScheduleMark, 'v'>): string {
  return JSON.stringify(markIn(schedule));
}
