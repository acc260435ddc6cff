import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { maxCourseValues } from '@hemma/protocols/course-limits.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import { household, patientSlot } from '@hemma/simulators/patients/household/household.js';
import type { Household, LabelledReading } from '@hemma/simulators/patients/household/household.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { Intake } from '../intake.js';
import { measurementOf } from '../measure.js';
import { Outbox } from '../outbox/outbox.js';
import type { CoursePoint } from './course.js';
import { coursePoints, ownerOf } from './doubt.js';
import { Owners } from './owners.js';
import type { Ownership } from './ownership.js';

/** The right person, on homes whose readings are labelled with who really took them. */

const seed = Number(process.env['HEMMA_SEED'] ?? 4);
const homes = 300;
const days = 42;
const end = Date.UTC(2026, 0, 15, 11);
const patient = 'p-00000001';
const scale = { model: 'generic-weight-scale', identity: 'ble:C0:FF:EE:00:00:01' };
const monitor = { model: 'generic-blood-pressure', identity: 'ble:C0:FF:EE:00:00:02' };

const deviceOf = ({ taken }: LabelledReading) => (taken.kind === 'body_weight' ? scale : monitor);
const homeOf = (number: number): Household => household(seed * 1_000 + number, days, end);

function ownershipIn(home: Household): (identity: string) => Ownership {
  const users = home.hasUserButton ? new Map([[patientSlot, patient]]) : null;
  return (identity) => ({
    ...{ use: 'shared', lentFromMs: 0 },
    users: identity === monitor.identity ? users : null,
  });
}

const readingOf = ({ taken, userSlot }: LabelledReading, ordinal: number): Reading => ({
  ...{ kind: taken.kind, values: taken.values, failure: null, flags: [], deviceTime: null },
  ...{ sequence: ordinal, userSlot, context: {}, companionOctets: new Uint8Array(0) },
  octets: Uint8Array.of(ordinal >> 8, ordinal & 0xff),
});

const sourceOf = (one: LabelledReading) => ({
  ...{ ...deviceOf(one), patient, clock: null, capturedMonotonicMs: 0 },
});

/** What is decided of each reading of a home; whoever is asked says truly whose their own are. */
function decided(home: Household): readonly boolean[] {
  const points: CoursePoint[] = [];
  const ownershipOf = ownershipIn(home);
  return home.readings.map((one, i) => {
    const time = {
      ...{ device: null, deviceOffsetMs: null, monotonicMs: 0, bootId: '', wallMs: one.at },
      ...{ wallTrust: 'synced' as const, measuredAt: one.at, uncertaintyMs: 0 },
    };
    const source = sourceOf(one);
    const measurement = measurementOf(readingOf(one, i), source, null, { time, plans: [] });
    const owned = ownerOf(measurement, ownershipOf(source.identity), (_, quantity) =>
      points.filter((it) => it.quantity === quantity).slice(-maxCourseValues),
    );
    const isHeld = owned.code !== null;
    if (!isHeld || one.who === 'patient') points.push(...coursePoints(owned.measurement));
    return isHeld;
  });
}

/** The same through intake and the outbox file; the own ones are answered at once. */
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
    const source = { ...sourceOf(one), capturedMonotonicMs: clock.monotonicMs() };
    const isHeld = intake.takeNow(readingOf(one, i), source) === 'held';
    const answer = one.who === 'patient' ? 'mine' : 'not-mine';
    for (const { id } of owners.waiting()) owners.answer(id, answer);
    return isHeld;
  });
}

interface Tally {
  own: number;
  ownHeld: number;
  foreign: number;
  foreignHeld: number;
}

const percent = (part: number, of: number): number => Math.round((1_000 * part) / of) / 10;

function tallies(): ReadonlyMap<string, Tally> {
  const all = new Map<string, Tally>();
  for (let number = 0; number < homes; number += 1) {
    const home = homeOf(number);
    const withOr = home.hasUserButton ? 'with users' : 'without users';
    decided(home).forEach((isHeld, i) => {
      const one = home.readings[i]!;
      const device = deviceOf(one) === scale ? 'scale' : `monitor ${withOr}`;
      for (const name of ['all', device, `by ${one.who}`]) {
        const tally = all.get(name) ?? { own: 0, ownHeld: 0, foreign: 0, foreignHeld: 0 };
        all.set(name, tally);
        const isOwn = one.who === 'patient';
        tally[isOwn ? 'own' : 'foreign'] += 1;
        if (isHeld) tally[isOwn ? 'ownHeld' : 'foreignHeld'] += 1;
      }
    });
  }
  return all;
}

describe('households that share a scale and a monitor', () => {
  it('holds at least 95 % of what others measured, and at most 2 % of the own', () => {
    const found = tallies();
    process.stdout.write(`${homes} homes, ${days} days, seed ${seed}: held in percent\n`);
    for (const [name, { own, ownHeld, foreign, foreignHeld }] of found) {
      const ofOwn = own === 0 ? '' : ` own ${percent(ownHeld, own)} of ${own}`;
      const ofOthers =
        foreign === 0 ? '' : ` others ${percent(foreignHeld, foreign)} of ${foreign}`;
      process.stdout.write(`  ${name}:${ofOwn}${ofOthers}\n`);
    }
    const all = found.get('all')!;
    expect(all.foreign).toBeGreaterThan(5_000);
    expect(percent(all.foreignHeld, all.foreign)).toBeGreaterThanOrEqual(95);
    expect(percent(all.ownHeld, all.own)).toBeLessThanOrEqual(2);
    const hardest = found.get('monitor without users')!;
    expect(percent(hardest.foreignHeld, hardest.foreign)).toBeGreaterThanOrEqual(70);
  });

  it.each([0, 1, 2])('decides the same of home %i through intake and outbox', (number) => {
    const home = homeOf(number);
    expect(through(home)).toEqual(decided(home));
  });
});
