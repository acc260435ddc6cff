import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { IncomingQueue } from './queue.js';

const make = (limit = 3) => {
  const clock = new ManualClock();
  return { clock, queue: new IncomingQueue<number>(clock, limit) };
};

describe('what came in and was not asked for yet', () => {
  it('is given in order, and waited for', async () => {
    const { queue } = make();
    queue.push(1);
    queue.push(2);
    expect(await queue.next(10)).toBe(1);
    expect(await queue.next(10)).toBe(2);
    const next = queue.next(10);
    queue.push(3);
    expect(await next).toBe(3);
  });

  it('is not waited for longer than asked, and nothing is lost then', async () => {
    const { clock, queue } = make();
    const late = queue.next(10);
    await clock.advance(10);
    expect(await late).toBeNull();
    queue.push(1);
    expect(await queue.next(10)).toBe(1);
  });

  it('can still be taken after the end', async () => {
    const { queue } = make();
    queue.push(1);
    queue.end();
    queue.push(2);
    expect(await queue.next(10)).toBe(1);
    expect(await queue.next(10)).toBeNull();
    const { queue: other } = make();
    const waiting = other.next(10);
    other.end();
    expect(await waiting).toBeNull();
  });

  it('ends the session when it is more than the limit, after what was kept', async () => {
    const { queue } = make(3);
    for (const n of [1, 2, 3]) queue.push(n);
    expect(await queue.next(10)).toBe(1);
    queue.push(4);
    queue.push(5);
    for (const n of [2, 3, 4]) expect(await queue.next(10)).toBe(n);
    await expect(queue.next(10)).rejects.toMatchObject({ code: 'device_rubbish' });
  });
});
