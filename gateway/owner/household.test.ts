import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { usualLife } from '@hemma/simulators/patients/household/household.js';
import type { HomeLife, Household } from '@hemma/simulators/patients/household/household.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import {
  decided,
  homeOf,
  ownershipIn,
  percent,
  readingOf,
  sourceOf,
  tallies,
} from '../../tooling/testkit/household-scene.js';
import type { Tally } from '../../tooling/testkit/household-scene.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Intake } from '../intake.js';
import { Outbox } from '../outbox/outbox.js';
import { Owners } from './owners.js';

/**
 * The right person, on homes whose readings are labelled with who really took them. The limits were
 * chosen on seeds 1 and 2; none of the seeds here had a part in that. `HEMMA_HOUSEHOLD_SEEDS=20`
 * prints the table of docs/performance.md.
 */

const firstSeed = Number(process.env['HEMMA_SEED'] ?? 101);
const seeds = Number(process.env['HEMMA_HOUSEHOLD_SEEDS'] ?? 3);
const homes = 200;
const homesOfAnotherLife = 80;
/** A second of processor time each; far more beside others. */
const timeoutMs = 120_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const homesOf = (seed: number, count: number, life?: HomeLife): Household[] =>
  Array.from({ length: count }, (_, number) => homeOf(seed, number, life));

/** The same through intake and the outbox file; everybody answers at once. */
function through(home: Household): readonly boolean[] {
  const clock = new ManualClock(home.readings[0]!.at);
  const log = createLog('test', 'silent');
  const outbox = new Outbox({ file: join(testFolder(), 'outbox.sqlite'), clock, log });
  outbox.start();
  onTestFinished(() => outbox.stop());
  const owners = new Owners({ outbox, clock, log, ownershipOf: ownershipIn(home) });
  const intake = new Intake({ outbox, owners, clock, log, timeZone: 'Europe/Stockholm' });
  return home.readings.map((one, i) => {
    clock.jumpWall(one.at - clock.wall().ms);
    outbox.housekeep();
    const source = { ...sourceOf(one), capturedMonotonicMs: clock.monotonicMs() };
    const isHeld = intake.takeNow(readingOf(one, i), source) === 'held';
    const answer = one.who === 'patient' ? 'mine' : 'not-mine';
    for (const { id } of owners.waiting()) owners.answer(id, answer);
    return isHeld;
  });
}

const heldOf = ({ own, ownHeld, foreign, foreignHeld }: Tally) => ({
  own: percent(ownHeld, own),
  others: percent(foreignHeld, foreign),
});

function spanOf(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
  return [at(0), at(1 / 2), at(1)]
    .map((it) => (Number.isNaN(it) ? '-' : it.toFixed(1)))
    .join(' / ');
}

describe('households that share a scale and a monitor', () => {
  const found: Map<string, Tally>[] = [];
  afterAll(() => {
    print(`${seeds} seeds from ${firstSeed}, ${homes} homes each: held in percent, min/median/max`);
    for (const name of new Set(found.flatMap((it) => [...it.keys()]))) {
      const ofName = found.flatMap((it) => it.get(name) ?? []);
      const own = spanOf(ofName.filter((it) => it.own > 0).map((it) => heldOf(it).own));
      const others = spanOf(ofName.filter((it) => it.foreign > 0).map((it) => heldOf(it).others));
      print(`  ${name}: own ${own}, others ${others}`);
    }
  });

  it.each(Array.from({ length: seeds }, (_, i) => firstSeed + i))(
    'seed %i: holds 95 of a hundred that others measured at least, and 2 of the own at most',
    (seed) => {
      const it = tallies(homesOf(seed, homes));
      found.push(it);
      const all = it.get('all')!;
      expect(all.foreign).toBeGreaterThan(3_500);
      expect(heldOf(all).others).toBeGreaterThanOrEqual(95);
      expect(heldOf(all).own).toBeLessThanOrEqual(2);
      expect(heldOf(it.get('monitor without users')!).others).toBeGreaterThanOrEqual(70);
    },
    timeoutMs,
  );

  it.each([
    ['patients who measure once more on every sixth day', { again: 1 / 6 }, 94, 3.5],
    ['patients who measure at any hour half of the time', { atUsualHour: 0.5 }, 94, 2.5],
    ['people who measure one right after the other', { inARow: true }, 89, 2],
    ['days a quarter wider than studies give', { wider: 1.25 }, 94, 3.5],
  ])('does not break down with %s', (name, change: Partial<HomeLife>, others, own) => {
    const { all } = Object.fromEntries(
      tallies(homesOf(firstSeed, homesOfAnotherLife, { ...usualLife, ...change })),
    );
    const held = heldOf(all!);
    print(`  ${name}: own ${held.own}, others ${held.others}`);
    expect(held.others).toBeGreaterThanOrEqual(others);
    expect(held.own).toBeLessThanOrEqual(own);
  });

  it('needs no answers for it: without any, a little more is asked', () => {
    const held = heldOf(tallies(homesOf(firstSeed, homesOfAnotherLife), false).get('all')!);
    print(`  without any answer: own ${held.own}, others ${held.others}`);
    expect(held.others).toBeGreaterThanOrEqual(95);
    expect(held.own).toBeLessThanOrEqual(2);
  });

  it.each([0, 1, 2])('decides the same of home %i through intake and outbox', (number) => {
    const home = homeOf(firstSeed, number);
    expect(through(home)).toEqual(decided(home));
  });
});
