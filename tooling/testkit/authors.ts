import { contentDir } from '@hemma/cloud/folders.js';
import { loadContent } from '@hemma/cloud/plans/content.js';
import type { Database } from '@hemma/cloud/database/database.js';
import type { Role } from '@hemma/cloud/staff/actor.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { contentPaths } from '@hemma/protocols/api/content.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { TestClinic } from './clinic.js';

/** The people who make content, by what they do. */
export interface Authors {
  readonly designer: string;
  readonly residentAdministrator: string;
  readonly dataAdministrator: string;
  readonly publisher: string;
  /** One who could verify as either. */
  readonly both: string;
  readonly everything: string;
}

export async function authors(db: Database['db'], at: number): Promise<Authors> {
  const add = (...roles: Role[]) =>
    new Staff(db).add({ displayName: `A ${roles[0]}`, roles, licensed: false, unit: null }, at);
  const [resident, data] = ['resident-administrator', 'data-administrator'] as const;
  return {
    designer: await add('designer'),
    residentAdministrator: await add(resident),
    dataAdministrator: await add(data),
    publisher: await add('publisher'),
    both: await add(resident, data),
    everything: await add('designer', resident, data, 'publisher'),
  };
}

/**
 * The plan for hypertension as a region makes its own of it: a lower limit for a single value, and
 * without the form whose text nobody has verified.
 */
export function ownHypertension(version: string): Plan {
  const shipped = loadContent(contentDir()).plans.get('hypertension');
  if (shipped === undefined) throw new Error('A plan for hypertension is shipped.');
  const text = JSON.stringify(shipped).replace('"value":180', '"value":170');
  const plan = JSON.parse(text) as Plan;
  const questionnaires = plan.questionnaires.filter((it) => it.id !== 'audit');
  return { ...plan, version, questionnaires };
}

/** Where plans are released: HTTP of a cloud, asked as this or that member of staff. */
export interface Desk {
  readonly parts: { readonly db: Database['db'] };
  readonly clock: Pick<TestClinic['clock'], 'wall'>;
  actAs(staff: string): void;
  post(path: string, body: unknown): Promise<{ status: number; body: unknown }>;
}

/** Takes a plan of a region's own from nothing to released, by those who do it. */
export async function releasePlan(clinic: Desk, plan: Plan): Promise<void> {
  const people = await authors(clinic.parts.db, clinic.clock.wall().ms);
  const named = ['plan', plan.id, plan.version] as const;
  const step = async (as: string, path: string, body: object): Promise<void> => {
    clinic.actAs(as);
    const { status, body: said } = await clinic.post(path, body);
    if (status !== 200) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  const revision = 1;
  const { designer, publisher, residentAdministrator, dataAdministrator } = people;
  await step(designer, contentPaths.draft('plan'), { content: plan, revision: null, note: null });
  await step(designer, contentPaths.step('test', named), { revision });
  for (const as of [residentAdministrator, dataAdministrator])
    await step(as, contentPaths.step('verify', named), { revision, role: null });
  const record = { note: 'Lower limits', approverRole: 'Head of clinic', nextReview: '2026-12-01' };
  await step(publisher, contentPaths.step('release', named), { revision, ...record });
}
