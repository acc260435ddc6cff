import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KyselyPlugin } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { aMeasurement, journalled } from '../../tooling/testkit/measurements.js';
import { RulesScene, sceneCalendar as calendar } from '../../tooling/testkit/rules-scene.js';
import { Following } from '../follow.js';
import { minutesIn } from '@hemma/protocols/plans/calendar.js';

const folder = mkdtempSync(join(tmpdir(), 'hemma-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const START = calendar.dayOf(Date.UTC(2026, 0, 15));
const at = (day: number, time: string) => calendar.instant(START + day, minutesIn(time));

/** The process is gone before the statement after so many. */
class Dies implements KyselyPlugin {
  #left: number;

  constructor(statements: number) {
    this.#left = statements;
  }

  transformQuery({ node }: Parameters<KyselyPlugin['transformQuery']>[0]) {
    if (this.#left === 0) throw new Error('killed');
    this.#left -= 1;
    return node;
  }

  transformResult({ result }: Parameters<KyselyPlugin['transformResult']>[0]) {
    return Promise.resolve(result);
  }
}

/** Red values, an attempt, a gap with its stages, an answer, other limits: a fortnight of all. */
async function aScene(name: string): Promise<RulesScene> {
  const plan = { plan: 'heart-failure', parameters: { targetWeight: 80 } };
  const dataDir = join(folder, name);
  const scene = await RulesScene.open({ dataDir, ...plan, start: at(0, '07:00') });
  const weight = (day: number, body_weight: number) =>
    aMeasurement({
      kind: 'body_weight',
      at: at(day, '08:00'),
      values: { body_weight },
      ...own(day),
    });
  const own = (n: number) => ({ device: { sequence: n } });
  await journalled(scene.journal, [
    ...[weight(0, 80), weight(1, 80.3), weight(2, 83), weight(9, 80), weight(10, 82.5)],
    aMeasurement({ at: at(3, '08:00'), failure: 'aborted', ...own(20) }),
    aMeasurement({ at: at(4, '08:00'), values: { systolic_bp: 84, diastolic_bp: 50 }, ...own(21) }),
    aMeasurement({ at: at(4, '08:05'), values: { systolic_bp: 83, diastolic_bp: 50 }, ...own(22) }),
  ]);
  await scene.note(
    { kind: 'limits', parameters: { targetWeight: 78 }, reason: 'Agreed' },
    at(9, '12:00'),
  );
  scene.clock.jumpWall(at(14, '04:00') - scene.now);
  return scene;
}

function following(scene: RulesScene, dies: Dies | null): Following {
  const { follower, journal, clock, database } = scene;
  const db = dies === null ? database.db : database.db.withPlugin(dies);
  return new Following({ follower, journal, db, clock, log: createLog('test', 'silent') });
}

async function told(scene: RulesScene): Promise<unknown> {
  const rows = await scene.findings();
  const tasks = await scene.tasks();
  const known = rows.map((row) => ({ ...row, id: '', episode: '' }));
  return { known, tasks: tasks.map((it) => [it.rule, it.began_at, it.taskState]) };
}

/** After each death one statement more, from the first again once something was committed. */
async function withDeaths(scene: RulesScene): Promise<number> {
  const { db } = scene.database;
  const progress = async () => {
    const judgings = await db.selectFrom('judgings').selectAll().execute();
    return JSON.stringify([judgings, await db.selectFrom('places').selectAll().execute()]);
  };
  let before = await progress();
  let deaths = 0;
  for (let statements = 0; ; statements += 1) {
    const run = following(scene, new Dies(statements)).catchUp();
    const died = await run.then(() => false).catch(() => true);
    if (!died) return deaths;
    deaths += 1;
    const now = await progress();
    if (now !== before) statements = -1;
    before = now;
  }
}

describe('the rules, when the process dies', () => {
  it('find the same, wherever between two statements that is', async () => {
    const [whole, killed] = [await aScene('whole'), await aScene('killed')];
    // First what the journal brings, then what five more days without a value bring.
    for (const fewest of [40, 20]) {
      await following(whole, null).catchUp();
      expect(await withDeaths(killed)).toBeGreaterThan(fewest);
      const expected = await told(whole);
      expect(expected).not.toMatchObject({ known: [], tasks: [] });
      expect(await told(killed)).toEqual(expected);
      for (const scene of [whole, killed]) scene.clock.jumpWall(at(19, '04:00') - scene.now);
    }
    await whole.database.close();
    await killed.database.close();
  });
});
