import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authors, ownHypertension } from '../../tooling/testkit/authors.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { RulesScene } from '../../tooling/testkit/rules-scene.js';
import { beginEpisode } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { PlanLibrary } from './library.js';
import { draft, publishForTest } from './workflow.js';

const minuteMs = 60_000;

describe('the rules and the library', () => {
  let folder: string;
  let scene: RulesScene;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-library-'));
    const start = Date.UTC(2026, 0, 15, 8);
    scene = await RulesScene.open({ dataDir: folder, plan: 'copd', start });
  });
  afterEach(async () => {
    await scene.database.close();
    rmSync(folder, { recursive: true });
  });

  it('judge by what another process has published after they began', async () => {
    const { db } = scene.database;
    const version = '1.0.0';
    const { designer } = await authors(db, 0);
    const actor = { staff: designer, roles: ['designer' as const], licensed: false };
    const tenant = { languages: ['sv' as const], licenceReferences: {}, confirmedTerms: [] };
    const library = new PlanLibrary(loadContent(contentDir()));
    const parts = { db, clock: scene.clock, library, tenant };
    const content = ownHypertension(version);
    await draft(parts, actor, { kind: 'plan', content, revision: null, note: null });
    const key = { kind: 'plan', id: 'hypertension', version } as const;
    await publishForTest(parts, actor, key, 1);
    await db.transaction().execute((trx) =>
      beginEpisode(trx, {
        ...{ patient: scene.patient, plan: key.id, planVersion: version, kind: 'prescribed' },
        ...{ parameters: {}, unit: null, startedAt: scene.now },
      }),
    );
    const values = { systolic_bp: 172, diastolic_bp: 80, mean_arterial_pressure: 110 };
    const at = (minutes: number) => scene.now + minutes * minuteMs;
    await scene.see(
      [0, 6].map((it) =>
        aMeasurement({ kind: 'blood_pressure', patient: scene.patient, at: at(it), values }),
      ),
    );
    const found = await db.selectFrom('findings').select(['rule', 'plan_version']).execute();
    expect(found).toEqual([{ rule: 'ht-single-crisis', plan_version: version }]);
  });
});
