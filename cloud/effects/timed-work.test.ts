import { describe, expect, it } from 'vitest';
import { MAX_IDLE_MS, timedWork } from './timed-work.js';

const minute = 60_000;

/** Beats of one member of staff: patient and minutes. */
function minutesBy(beats: readonly (readonly [string, number])[], staff = 's-1') {
  const heartbeats = beats.map(([patient, at]) => ({ staff, patient, at: at * minute }));
  const minutes: Record<string, number> = {};
  for (const { patient, from, until } of timedWork(heartbeats))
    minutes[patient] = (minutes[patient] ?? 0) + (until - from) / minute;
  return minutes;
}

describe('timed work', () => {
  it('counts up to three minutes between two signs of life, and no more', () => {
    expect(MAX_IDLE_MS).toBe(3 * minute);
    expect(
      minutesBy([
        ['a', 0],
        ['a', 3],
      ]),
    ).toEqual({ a: 3 });
    expect(
      minutesBy([
        ['a', 0],
        ['a', 3 + 1 / minute],
      ]),
    ).toEqual({});
  });

  it('leaves a pause out and goes on after it', () => {
    expect(
      minutesBy([
        ['a', 0],
        ['a', 0.5],
        ['a', 10],
        ['a', 11.5],
      ]),
    ).toEqual({ a: 2 });
  });

  it('counts nobody twice who has two patients open', () => {
    expect(
      minutesBy([
        ['a', 0],
        ['b', 1],
        ['a', 2],
        ['b', 3],
      ]),
    ).toEqual({ a: 2, b: 1 });
  });

  it('counts two who look at the same patient both', () => {
    const beats = ['s-1', 's-2'].flatMap((staff) =>
      [0, 2].map((at) => ({ staff, patient: 'a', at: at * minute })),
    );
    expect(timedWork(beats)).toHaveLength(2);
  });

  it('gives one stretch for many beats, whatever their order', () => {
    const beats = [4, 0, 2, 1, 3, 1].map((it) => ({ staff: 's', patient: 'a', at: it * minute }));
    expect(timedWork(beats)).toEqual([{ staff: 's', patient: 'a', from: 0, until: 4 * minute }]);
  });

  it('takes a single sign of life for nothing', () => {
    expect(minutesBy([['a', 0]])).toEqual({});
  });
});
