import { describe, expect, it } from 'vitest';
import { localTimeOf, momentsOf } from './local-time.js';

const zone = 'Europe/Stockholm';

describe('local time', () => {
  it('shows winter and summer time', () => {
    expect(localTimeOf(Date.UTC(2026, 0, 15, 8, 0, 5), zone)).toBe('2026-01-15T09:00:05');
    expect(localTimeOf(Date.UTC(2026, 6, 15, 22, 30), zone)).toBe('2026-07-16T00:30:00');
  });

  it('finds the one moment of an ordinary local time', () => {
    expect(momentsOf('2026-07-15T12:00:00', zone)).toEqual([Date.UTC(2026, 6, 15, 10)]);
  });

  it('finds both moments in the night when clocks go back', () => {
    expect(momentsOf('2026-10-25T02:30:00', zone)).toEqual([
      Date.UTC(2026, 9, 25, 0, 30),
      Date.UTC(2026, 9, 25, 1, 30),
    ]);
  });

  it('finds no moment for a time that never was', () => {
    expect(momentsOf('2026-03-29T02:30:00', zone)).toEqual([]);
    expect(momentsOf('2026-02-30T02:30:00', zone)).toEqual([]);
  });
});
