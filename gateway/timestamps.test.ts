import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTimeOf } from './local-time.js';
import { clockOffset, stamp, unknownClockMs } from './timestamps.js';
import type { Capture, Stamp } from './timestamps.js';

const timeZone = 'Europe/Stockholm';
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/**
 * A device whose clock is `slowMs` behind the truth and keeps the UTC offset it had when it was set;
 * a record of `measuredAt` that the gateway captures at `capturedMs`.
 */
function meet(device: {
  readonly measuredAt: number;
  readonly capturedMs: number;
  readonly slowMs?: number;
  readonly setAt?: number;
}): Stamp {
  const { measuredAt, capturedMs, slowMs = 0, setAt = capturedMs } = device;
  const fromUtc = Date.parse(`${localTimeOf(setAt, timeZone)}Z`) - setAt;
  const shows = (ms: number): string => new Date(ms - slowMs + fromUtc).toISOString().slice(0, 19);
  const offsetMeasuredMs = capturedMs - 5_000;
  return stamp({
    capturedMs,
    timeZone,
    deviceTime: shows(measuredAt),
    offsetMs: clockOffset(shows(offsetMeasuredMs), offsetMeasuredMs, timeZone),
    offsetMeasuredMs,
  });
}

const noon = Date.UTC(2026, 0, 15, 11, 0, 0);
const bare: Capture = {
  capturedMs: noon,
  timeZone,
  deviceTime: null,
  offsetMs: null,
  offsetMeasuredMs: noon,
};

describe('without a device clock', () => {
  it('is the moment of the capture', () => {
    expect(stamp(bare)).toEqual({ measuredAt: noon, uncertaintyMs: minute, uncertain: false });
  });

  it('believes a device time of just now', () => {
    expect(stamp({ ...bare, deviceTime: '2026-01-15T11:59:40' })).toMatchObject({
      measuredAt: noon - 20_000,
      uncertain: false,
    });
  });

  it.each(['2026-01-14T12:00:00', '2026-01-15T11:50:00'])(
    'marks %s as not settled',
    (deviceTime) => {
      expect(stamp({ ...bare, deviceTime })).toMatchObject({ uncertain: true });
    },
  );

  it.each([
    '1970-01-01T00:10:00',
    '2099-12-31T23:59:59',
    '2026-02-30T10:00:00',
    '2026-01-15T12:00:03',
  ])('clamps the impossible %s to the capture', (deviceTime) => {
    expect(stamp({ ...bare, deviceTime })).toEqual({
      measuredAt: noon,
      uncertaintyMs: unknownClockMs,
      uncertain: true,
    });
  });
});

describe('with the offset of the device clock', () => {
  it.each([
    ['right', 0],
    ['16 minutes slow', 16 * minute],
    ['16 minutes fast', -16 * minute],
    ['9 minutes slow', 9 * minute],
    ['in 1970', noon - Date.UTC(1970, 0, 1, 0, 10)],
    ['in 2099', noon - Date.UTC(2099, 5, 1)],
    ['a year behind, over leap day', 366 * day],
  ])('settles a clock that is %s', (_, slowMs) => {
    for (const agoMs of [30_000, 3 * minute, 26 * hour, 20 * day]) {
      const dated = meet({ measuredAt: noon - agoMs, capturedMs: noon, slowMs });
      expect(Math.abs(dated.measuredAt - (noon - agoMs))).toBeLessThanOrEqual(2_000);
      expect(dated.uncertain).toBe(false);
    }
  });

  it('trusts the clock again for what is measured after it was set', () => {
    // Two minutes into the visit: the offset says 16 minutes slow, but the clock is right by now.
    const capturedMs = noon + 2 * minute;
    const deviceTime = localTimeOf(capturedMs - 10_000, timeZone);
    for (const offsetMs of [16 * minute, -16 * minute, 56 * 365 * day])
      expect(
        stamp({ capturedMs, timeZone, deviceTime, offsetMs, offsetMeasuredMs: noon }),
      ).toMatchObject({ measuredAt: capturedMs - 10_000, uncertain: false });
  });

  it('shows a record from before the clock was reset as it is, not settled', () => {
    const deviceTime = '2026-01-10T08:00:00';
    const offsetMs = 10 * 365 * day;
    expect(stamp({ ...bare, deviceTime, offsetMs })).toEqual({
      measuredAt: Date.UTC(2026, 0, 10, 7),
      uncertaintyMs: unknownClockMs,
      uncertain: true,
    });
  });
});

describe('summer time', () => {
  const spring = Date.UTC(2026, 2, 29, 1); // 02:00 becomes 03:00
  const autumn = Date.UTC(2026, 9, 25, 1); // 03:00 becomes 02:00

  it.each([
    ['spring', spring],
    ['autumn', autumn],
  ])('settles a clock that nobody changed in %s', (_, change) => {
    for (const at of [-5 * hour, -20 * minute, 20 * minute, 44 * minute, 90 * minute, 5 * hour]) {
      const measuredAt = change + at;
      const setAt = change - day;
      const dated = meet({ measuredAt, capturedMs: change + 30 * hour, setAt });
      expect([at / minute, dated.measuredAt - measuredAt]).toEqual([at / minute, 0]);
      expect(dated.uncertain).toBe(false);
    }
  });

  it('reads a time that never was as winter time', () => {
    const capturedMs = spring + 44 * minute;
    const shown = '2026-03-29T02:44:00';
    expect(clockOffset(shown, capturedMs, timeZone)).toBe(0);
    const capture = { capturedMs, timeZone, deviceTime: shown, offsetMs: 0 };
    expect(stamp({ ...capture, offsetMeasuredMs: capturedMs }).measuredAt).toBe(capturedMs);
  });

  it.each([-30 * minute, 30 * minute])(
    'settles a live value in the hour that happens twice',
    (at) => {
      const capturedMs = autumn + at;
      const dated = meet({ measuredAt: capturedMs - 10_000, capturedMs, setAt: capturedMs });
      expect(dated).toMatchObject({ measuredAt: capturedMs - 10_000, uncertain: false });
    },
  );

  it('leaves a stored value from that hour ambiguous, with both moments in its interval', () => {
    const capturedMs = autumn + 8 * hour;
    const dated = meet({ measuredAt: autumn + 30 * minute, capturedMs });
    expect(dated.uncertain).toBe(true);
    for (const truth of [autumn - 30 * minute, autumn + 30 * minute])
      expect(Math.abs(dated.measuredAt - truth)).toBeLessThanOrEqual(dated.uncertaintyMs);
  });

  it('leaves a value from before the change ambiguous when the clock was changed since', () => {
    const dated = meet({ measuredAt: spring - day, capturedMs: spring + day });
    expect(dated).toMatchObject({ uncertain: true });
    expect(dated.uncertaintyMs).toBeGreaterThanOrEqual(hour);
  });
});

describe('whatever a device says', () => {
  it('is never dated after the capture, and what counts as settled is right within its interval', () => {
    const around = { min: Date.UTC(2026, 2, 1), max: Date.UTC(2026, 11, 1) };
    fc.assert(
      fc.property(
        fc.integer(around),
        fc.integer({ min: 0, max: 40 * day }),
        fc.integer({ min: -80 * 365 * day, max: 60 * 365 * day }),
        (capturedMs, agoMs, slowMs) => {
          const measuredAt = capturedMs - agoMs;
          const dated = meet({ measuredAt, capturedMs, slowMs, setAt: measuredAt - hour });
          expect(dated.measuredAt).toBeLessThanOrEqual(capturedMs);
          if (!dated.uncertain)
            expect(Math.abs(dated.measuredAt - measuredAt)).toBeLessThanOrEqual(
              dated.uncertaintyMs,
            );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never throws on text that is no date', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.integer()), (deviceTime, offsetMs) => {
        const dated = stamp({ ...bare, deviceTime, offsetMs });
        expect(dated.measuredAt).toBeLessThanOrEqual(noon);
      }),
    );
  });
});
