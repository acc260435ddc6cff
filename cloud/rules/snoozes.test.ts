import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { RulesScene } from '../../tooling/testkit/rules-scene.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { directionOf } from './snoozes.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2026, 0, 5, 6);
/** Yellow on two days in a row above 100 or below 50 beats a minute. */
const [high, low] = ['hf-hr-high', 'hf-hr-low'];
const seed = 20_261_128;

async function scene(): Promise<RulesScene> {
  const opened = await RulesScene.open({
    ...{ dataDir: testFolder(), plan: 'heart-failure', start },
    parameters: { targetWeight: 80 },
  });
  onTestFinished(() => opened.database.close());
  return opened;
}

const pulse = (at: number, pulse_rate: number) =>
  aMeasurement({ at, kind: 'spo2', values: { spo2: 96, pulse_rate } });

/** One pulse each day at noon; time goes on to the evening of the last. */
async function days(on: RulesScene, first: number, pulses: readonly number[]): Promise<void> {
  for (const [i, rate] of pulses.entries()) {
    const at = start + (first + i) * day + 6 * hour;
    await on.until(at);
    await on.see([pulse(at, rate)], at);
  }
}

const snooze = (rule: string, until: number) =>
  ({
    kind: 'snooze',
    rule,
    severity: 'yellow',
    until,
    reason: 'Known, a new dose is tried',
  }) as const;

/** Of these two rules: what was found, and whether it has a task. */
async function told(on: RulesScene) {
  const { db } = on.database;
  const rows = await db
    .selectFrom('findings')
    .leftJoin('tasks', 'tasks.finding', 'findings.id')
    .select(['rule', 'findings.kind', 'cause', 'began_at', 'raised_at'])
    .select(['findings.cleared_at', 'tasks.id as task'])
    .where('rule', 'in', [high, low])
    .orderBy('began_at')
    .execute();
  return rows.map(({ task, ...row }) => ({ ...row, hasTask: task !== null }));
}

describe('a rule that is snoozed', () => {
  it('gives no task, while its finding is kept, and gives it at the end if it goes on', async () => {
    const on = await scene();
    await on.note(snooze(high, start + 5 * day), start);
    await days(on, 0, [110, 110, 110]);
    expect(await told(on)).toMatchObject([
      { rule: high, kind: 'note', cause: 'snoozed', hasTask: false },
    ]);
    await on.until(start + 5 * day + hour);
    expect(await told(on)).toMatchObject([
      { rule: high, kind: 'raised', cause: null, hasTask: true },
    ]);
  });

  it('gives no task ever for what was over before the end', async () => {
    const on = await scene();
    await on.note(snooze(high, start + 6 * day), start);
    await days(on, 0, [110, 110, 80, 80, 80]);
    await on.until(start + 8 * day);
    expect(await told(on)).toMatchObject([{ rule: high, kind: 'note', hasTask: false }]);
    expect((await told(on))[0]?.cleared_at).not.toBeNull();
  });

  it('never hides the other direction', async () => {
    const on = await scene();
    await on.note(snooze(high, start + 10 * day), start);
    await days(on, 0, [110, 110, 80, 80, 45, 45]);
    expect(await told(on)).toMatchObject([
      { rule: high, kind: 'note', hasTask: false },
      { rule: low, kind: 'raised', hasTask: true },
    ]);
  });

  it('gives its task when somebody ends the snooze early', async () => {
    const on = await scene();
    const id = await on.note(snooze(high, start + 10 * day), start);
    await days(on, 0, [110, 110]);
    await on.note({ kind: 'snooze-end', snooze: id });
    await on.until(on.now + hour);
    expect(await told(on)).toMatchObject([{ rule: high, kind: 'raised', hasTask: true }]);
  });

  it('does not take away a task that was there before', async () => {
    const on = await scene();
    await days(on, 0, [110, 110]);
    await on.note(snooze(high, start + 10 * day));
    await on.until(start + 3 * day);
    expect(await told(on)).toMatchObject([{ rule: high, kind: 'raised', hasTask: true }]);
  });

  it(`leaves all other findings as they are without it (seed ${seed})`, async () => {
    const rates = fc.array(fc.constantFrom(40, 45, 80, 105, 110), { minLength: 6, maxLength: 12 });
    const asked = fc.asyncProperty(
      rates,
      fc.nat(8),
      fc.integer({ min: 1, max: 10 }),
      async (pulses, from, length) => {
        const [with_, without] = [await scene(), await scene()];
        const begins = start + from * day;
        await with_.note(snooze(high, begins + length * day), begins, start);
        for (const on of [with_, without]) {
          await days(on, 0, pulses);
          await on.until(start + 30 * day);
        }
        const [quiet, loud] = [await told(with_), await told(without)];
        const of = (rows: typeof quiet, rule: string) => rows.filter((it) => it.rule === rule);
        expect(of(quiet, low)).toEqual(of(loud, low));
        // The same is found of the rule itself; only its tasks may be fewer.
        const found = (rows: typeof quiet) =>
          rows.map(({ rule, began_at, cleared_at }) => ({ rule, began_at, cleared_at }));
        expect(found(quiet)).toEqual(found(loud));
      },
    );
    await fc.assert(asked, { numRuns: 12, seed });
  });
});

describe('the direction of a rule', () => {
  const { plans } = loadContent(contentDir());
  const rule = (plan: string, id: string) => plans.get(plan)!.rules.find((it) => it.id === id)!;

  it.each([
    ['heart-failure', high, 'high'],
    ['heart-failure', low, 'low'],
    ['hypertension', 'ht-mean-above', 'high'],
    ['heart-failure', 'hf-w-loss', 'low'],
    ['copd', 'copd-reliever', null],
  ])('%s %s: %s', (plan, id, direction) => {
    expect(directionOf(rule(plan, id))).toBe(direction);
  });
});
