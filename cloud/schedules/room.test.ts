import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  maxScheduleOctets,
  maxUnpackedOctets,
  packedScheduleSchema,
  scheduleMarkSchema,
} from '@hemma/protocols/wire/schedule.js';
import { unpack } from '@hemma/runtime/packing.js';
import { fitted, markOf } from './room.js';
import type { Wanted } from './room.js';

const revisionOf = (n: number): string => n.toString(16).padStart(16, '0');

/** A schedule of so many octets; what is random can be packed no smaller. */
function wanted(n: number, octets: number, fill = (it: number) => 'x'.repeat(it)): Wanted {
  const named = { v: 1, patient: 'p-00000001', plan: `plan-${n}`, revision: revisionOf(n) };
  const bare = JSON.stringify({ ...named, fill: '' });
  const { patient, plan, revision } = named;
  const text = JSON.stringify({ ...named, fill: fill(octets - bare.length) });
  return { patient, plan, revision, text, isReadable: true };
}
const random = (length: number): string => randomBytes(length).toString('base64').slice(0, length);
const octetsOf = (entries: readonly string[]): number =>
  Buffer.byteLength(`[${entries.join(',')}]`);

describe('schedules in the room of a command', () => {
  it('go down as they are up to the last octet, and packed from the next on', () => {
    const room = 2_000;
    const atLimit = [wanted(1, 900), wanted(2, room - 900 - 3)];
    const whole = fitted(atLimit, room);
    expect(octetsOf(whole.entries)).toBe(room);
    expect(whole.entries).toEqual(atLimit.map((it) => it.text));
    const over = [wanted(1, 900), wanted(2, room - 900 - 2)];
    const packed = fitted(over, room);
    expect(octetsOf(packed.entries)).toBeLessThan(room);
    expect(packed).toMatchObject({ revisions: over.map((it) => it.revision), withheld: [] });
    packed.entries.forEach((entry, i) => {
      const { packed: text } = packedScheduleSchema.parse(JSON.parse(entry));
      expect(unpack(text, maxUnpackedOctets)).toBe(over[i]!.text);
    });
  });

  it('are whole or only named where even packing does not help, at the last octet and one over', () => {
    const fits = wanted(1, maxScheduleOctets - 2, random);
    expect(fitted([fits])).toMatchObject({ entries: [fits.text], withheld: [] });
    const over = wanted(1, maxScheduleOctets - 1, random);
    // Base64 of base64 that was packed has about as many octets as before, and a frame.
    const { entries, revisions, withheld } = fitted([over], maxScheduleOctets / 2);
    expect(scheduleMarkSchema.parse(JSON.parse(entries[0]!)).revision).toBe(over.revision);
    expect([revisions, withheld]).toEqual([[], [over.revision]]);
  });

  it('keep nobody else from the home: the oldest first, and whoever fits beside them', () => {
    const all = [wanted(1, 900, random), wanted(2, 30_000, random), wanted(3, 900, random)];
    const { entries, withheld } = fitted(all, 3_000);
    expect(withheld).toEqual([all[1]!.revision]);
    expect(entries).toHaveLength(3);
    expect(entries[1]).toBe(markOf(all[1]!));
    expect(octetsOf(entries)).toBeLessThanOrEqual(3_000);
  });

  it('have room for the mark of every one, also where nothing else has', () => {
    const all = [wanted(1, 900, random), wanted(2, 900, random)];
    const marks = all.map(markOf);
    expect(fitted(all, octetsOf(marks))).toMatchObject({ entries: marks, revisions: [] });
  });

  it('are no larger unpacked than a gateway unpacks, to the octet', () => {
    expect(fitted([wanted(1, maxUnpackedOctets)]).withheld).toEqual([]);
    expect(fitted([wanted(1, maxUnpackedOctets + 1)]).withheld).toEqual([revisionOf(1)]);
  });

  it('that no gateway could read are only named', () => {
    const all = [{ ...wanted(1, 300), isReadable: false }, wanted(2, 300)];
    const { entries, withheld } = fitted(all);
    expect(entries).toEqual([markOf(all[0]!), all[1]!.text]);
    expect(withheld).toEqual([all[0]!.revision]);
  });
});
