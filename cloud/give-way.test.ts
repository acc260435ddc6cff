import { describe, expect, it } from 'vitest';
import { ManualClock } from '../tooling/testkit/manual-clock.js';
import { GiveWay } from './give-way.js';

/** Work that takes time by the clock of the test. */
function working(clock: ManualClock, ms: number): () => Promise<string> {
  return async () => {
    await clock.sleep(ms);
    return 'done';
  };
}

describe('giving way', () => {
  it('waits for nobody when nobody goes first', async () => {
    const clock = new ManualClock();
    const giveWay = new GiveWay(clock, { busy: false });
    const from = clock.monotonicMs();
    const turns = Promise.all([giveWay.turn(working(clock, 50)), giveWay.turn(working(clock, 50))]);
    await clock.advance(50);
    expect(await turns).toEqual(['done', 'done']);
    expect(clock.monotonicMs() - from).toBe(50);
  });

  it('goes on as soon as the foremost is through', async () => {
    const clock = new ManualClock();
    const foremost = { busy: true };
    const giveWay = new GiveWay(clock, foremost);
    const first = giveWay.turn(working(clock, 50));
    await clock.advance(50);
    await first;
    let result: string | null = null;
    void giveWay.turn(working(clock, 0)).then((value) => (result = value));
    await clock.advance(500);
    expect(result).toBeNull();
    foremost.busy = false;
    await clock.advance(20);
    expect(result).toBe('done');
  });

  it('keeps its share of the time when the foremost is busy without end', async () => {
    const clock = new ManualClock();
    const giveWay = new GiveWay(clock, { busy: true });
    let turns = 0;
    const endless = async (): Promise<void> => {
      for (;;) {
        await giveWay.turn(working(clock, 50));
        turns += 1;
      }
    };
    void endless();
    await clock.advance(105_000);
    expect(turns).toBe(100);
  });

  it('waits two seconds at most, however long its last turn took', async () => {
    const clock = new ManualClock();
    const giveWay = new GiveWay(clock, { busy: true });
    const long = giveWay.turn(working(clock, 60_000));
    await clock.advance(60_000);
    await long;
    let result: string | null = null;
    void giveWay.turn(working(clock, 0)).then((value) => (result = value));
    await clock.advance(1_990);
    expect(result).toBeNull();
    await clock.advance(20);
    expect(result).toBe('done');
  });

  it('counts a turn that failed', async () => {
    const clock = new ManualClock();
    const giveWay = new GiveWay(clock, { busy: true });
    const failing = giveWay.turn(async () => {
      await clock.sleep(50);
      throw new Error('the store is away');
    });
    const seen = expect(failing).rejects.toThrow('the store is away');
    await clock.advance(50);
    await seen;
    let result: string | null = null;
    void giveWay.turn(working(clock, 0)).then((value) => (result = value));
    await clock.advance(900);
    expect(result).toBeNull();
    await clock.advance(120);
    expect(result).toBe('done');
  });
});
