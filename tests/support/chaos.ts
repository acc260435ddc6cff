import { setTimeout as sleep } from 'node:timers/promises';
import type { CuttableLink, CutKind } from './link.js';

/** Killing and cutting at moments that follow from a seed. */

export interface Victim {
  readonly name: string;
  readonly times: number;
  /** SIGKILL. Rejects when the process was not running: it must not end by itself. */
  kill(): Promise<void>;
  /** Starts it again; need not wait until it answers. */
  start(): Promise<void>;
}

export type Random = () => number;

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** Every victim as often as it says, in an order that follows from the seed. */
export function shuffled(victims: readonly Victim[], random: Random): readonly Victim[] {
  const order = victims.flatMap((victim) => Array.from({ length: victim.times }, () => victim));
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const life = { shortestMs: 300, longestMs: 4_000 };
const death = { shortestMs: 50, longestMs: 1_500 };

/** Kills one after the other; `before` is called ahead of each. */
export async function killAll(
  order: readonly Victim[],
  random: Random,
  before: (nth: number) => void,
): Promise<void> {
  for (const [nth, victim] of order.entries()) {
    before(nth);
    await sleep(between(random, life.shortestMs, life.longestMs));
    await victim.kill();
    await sleep(between(random, death.shortestMs, death.longestMs));
    await victim.start();
  }
}

const whole = { shortestMs: 5_000, longestMs: 15_000 };
const cut = { shortestMs: 4_000, longestMs: 12_000 };

/** Cuts the link for long stretches until the signal comes; then it is whole. */
export async function cutUntil(
  link: CuttableLink,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const rest = (from: { shortestMs: number; longestMs: number }): Promise<unknown> =>
    sleep(between(random, from.shortestMs, from.longestMs), undefined, { signal }).catch(
      () => null,
    );
  const isOver = (): boolean => signal.aborted;
  for (let kind: CutKind = 'refused'; ; kind = kind === 'refused' ? 'silent' : 'refused') {
    await rest(whole);
    if (isOver()) break;
    link.cut(kind);
    await rest(cut);
    link.mend();
  }
}
