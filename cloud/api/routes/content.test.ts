import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiErrorSchema } from '@hemma/protocols/api/clinic.js';
import {
  contentListSchema,
  contentPaths as paths,
  contentShownSchema,
  contentStepSchema,
  differenceSchema,
  maxContentOctets,
  verifierRoles,
} from '@hemma/protocols/api/content.js';
import { formPaths, formsSchema } from '@hemma/protocols/api/forms.js';
import { episodesSchema } from '@hemma/protocols/api/episodes.js';
import {
  dryRunSchema,
  startablePlansSchema,
  startedSchema,
} from '@hemma/protocols/api/prescribing.js';
import { prescribingPaths } from '@hemma/protocols/api/prescribing-paths.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { authors, ownHypertension } from '../../../tooling/testkit/authors.js';
import type { Authors } from '../../../tooling/testkit/authors.js';
import { careUnit } from '../../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { PlanLibrary } from '../../authoring/library.js';
import * as authoring from '../../authoring/workflow.js';
import { contentDir } from '../../folders.js';
import { People } from '../../people/people.js';
import { loadContent } from '../../plans/content.js';
import { roles } from '../../staff/actor.js';

const anna = 'p-0000aaaa';
const testPerson = 'p-0000bbbb';
const version = '1.0.0';
const named = ['plan', 'hypertension', version] as const;

describe('authoring over HTTP', () => {
  let clinic: TestClinic;
  let care: CareUnit;
  let people: Authors;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    const { db } = clinic.parts;
    const now = clinic.clock.wall().ms;
    await clinic.addPatient(anna, null);
    await new People(db).add({ ref: testPerson, displayName: 'Test', isTest: true }, now);
    care = await careUnit(db, now);
    people = await authors(db, now);
  });
  afterEach(() => clinic.stop());

  const post = async (path: string, body: object, as: string) => {
    clinic.actAs(as);
    return clinic.post(path, body);
  };
  const codes = (answer: { body: unknown }) => {
    const { code, problems } = apiErrorSchema.parse(answer.body).error;
    return [code, ...(problems ?? []).map((it) => it.code)];
  };
  const draft = (
    content: unknown,
    { revision = null as number | null, as = people.designer, kind = 'plan' } = {},
  ) => post(paths.draft(kind), { content, revision, note: null }, as);
  const test = (revision = 1, as = people.designer) =>
    post(paths.step('test', named), { revision }, as);
  const verify = (as: string, { revision = 1, role = null as string | null } = {}) =>
    post(paths.step('verify', named), { revision, role }, as);
  const record = { note: 'Lower limits', approverRole: 'Head of clinic', nextReview: '2026-12-01' };
  const release = (more: object = {}, as = people.publisher) =>
    post(paths.step('release', named), { revision: 1, ...record, ...more }, as);
  const retire = (as = people.publisher) =>
    post(paths.step('retire', named), { reason: 'Replaced' }, as);
  const shown = async () => contentShownSchema.parse((await clinic.get(paths.show(...named))).body);
  const stateOf = (answer: { body: unknown }) => contentStepSchema.parse(answer.body).state;
  /** From nothing to a released version. */
  async function released(plan: Plan = ownHypertension(version)): Promise<void> {
    await draft(plan);
    await test();
    await verify(people.residentAdministrator);
    await verify(people.dataAdministrator);
    expect(stateOf(await release())).toBe('released');
  }

  const startable = async (patient = anna) => {
    const { body } = await clinic.get(prescribingPaths.plans(patient));
    return startablePlansSchema.parse(body).plans.find((it) => it.id === 'hypertension')!;
  };
  async function start(patient: string, asked: { version?: string } = {}) {
    const { suitability } = await startable(patient);
    const limits = { plan: 'hypertension', unit: care.unit, parameters: {}, ...asked };
    const dryRun = await clinic.post(prescribingPaths.dryRun(patient), limits);
    if (dryRun.status !== 200) return dryRun;
    const { digest } = dryRunSchema.parse(dryRun.body);
    const request = {
      ...{ ...limits, kind: 'prescribed', digest, confirmedBy: null, overBudgetReason: null },
      suitability: suitability.map((it) => it.id),
    };
    return post(prescribingPaths.episodes(patient), request, care.licensed);
  }
  async function move(episode: string, to: string) {
    const asked = { version: to, parameters: {} };
    const dryRun = await clinic.post(prescribingPaths.changeDryRun(episode), asked);
    const { digest } = dryRunSchema.parse(dryRun.body);
    const request = { ...asked, digest, reason: 'New limits', confirmedBy: null };
    const whole = { ...request, overBudgetReason: null };
    return post(prescribingPaths.version(episode), whole, care.licensed);
  }
  const episodes = async (patient = anna) =>
    episodesSchema.parse((await clinic.get(prescribingPaths.episodes(patient))).body).episodes;

  it('leads a plan from a draft to patients, who are moved and judged by it', async () => {
    const { episode } = startedSchema.parse((await start(anna)).body);
    const asDrafted = await draft(ownHypertension(version));
    expect(contentStepSchema.parse(asDrafted.body)).toMatchObject({ state: 'draft', problems: [] });
    expect(stateOf(await test())).toBe('test');
    expect(stateOf(await verify(people.residentAdministrator))).toBe('test');
    expect(stateOf(await verify(people.dataAdministrator))).toBe('verified');
    expect((await startable()).version).toBe('0.1.0');
    expect(stateOf(await release())).toBe('released');
    const { publication, verified, content } = await shown();
    expect(content).toEqual(ownHypertension(version));
    expect(publication).toEqual({
      releasedAt: clinic.clock.wall().ms,
      ...{ ...record, publisher: people.publisher, designer: people.designer },
      ...{ residentAdministrator: people.residentAdministrator },
      ...{ dataAdministrator: people.dataAdministrator },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(verified).toEqual({
      'resident-administrator': people.residentAdministrator,
      'data-administrator': people.dataAdministrator,
    });

    // Who runs stays where they are until they are moved: 170 is nothing to the version that is shipped.
    const high = () => {
      const at = clinic.clock.wall().ms;
      const values = { systolic_bp: 172, diastolic_bp: 80, mean_arterial_pressure: 110 };
      return [0, 6].map((minute) =>
        aMeasurement({ kind: 'blood_pressure', patient: anna, at: at + minute * 60_000, values }),
      );
    };
    const found = () =>
      clinic.parts.db
        .selectFrom('findings')
        .select(['rule', 'plan_version', 'kind'])
        .where('rule', '=', 'ht-single-crisis')
        .execute();
    await clinic.see(high());
    expect(await found()).toEqual([]);
    const [before] = await episodes();
    expect(before).toMatchObject({ planVersion: '0.1.0', newerVersion: version });
    await clinic.clock.advance(3_600_000);
    expect((await move(episode, version)).status).toBe(200);
    await clinic.clock.advance(3_600_000);
    await clinic.see(high());
    expect(await found()).toEqual([
      { rule: 'ht-single-crisis', plan_version: version, kind: 'raised' },
    ]);
    const [after] = await episodes();
    expect(after).toMatchObject({ planVersion: version, newerVersion: null });
  });

  it('starts the newest version, and nobody on one that is retired, who follows it stays', async () => {
    await released();
    expect((await startable()).version).toBe(version);
    const { episode } = startedSchema.parse((await start(anna)).body);
    expect(stateOf(await retire())).toBe('retired');
    expect((await startable()).version).toBe('0.1.0');
    expect(codes(await start(testPerson, { version }))).toContain('start_plan_retired');
    expect((await episodes())[0]).toMatchObject({ id: episode, planVersion: version });
    expect(codes(await retire())).toEqual(['wrong_state']);
    const other = startedSchema.parse((await start(testPerson)).body).episode;
    expect(codes(await move(other, version))).toContain('start_plan_retired');
  });

  it('sees what another process has released meanwhile', async () => {
    const { db } = clinic.parts;
    const library = new PlanLibrary(loadContent(contentDir()));
    const parts = { db, clock: clinic.clock, library, tenant: clinic.tenant };
    const key = { kind: 'plan', id: 'hypertension', version } as const;
    const actor = { staff: people.everything, roles: [...roles], licensed: false };
    const as = (staff: string) => ({ ...actor, staff });
    const own = {
      kind: 'plan',
      content: ownHypertension(version),
      revision: null,
      note: null,
    } as const;
    await authoring.draft(parts, as(people.designer), own);
    await authoring.publishForTest(parts, as(people.designer), key, 1);
    const verifiers = [people.residentAdministrator, people.dataAdministrator];
    for (const [i, role] of verifierRoles.entries())
      await authoring.verify(parts, as(verifiers[i]!), key, { revision: 1, role });
    expect((await startable()).version).toBe('0.1.0');
    await authoring.release(parts, as(people.publisher), key, { ...record, revision: 1 });
    expect((await startable()).version).toBe(version);
  });

  it('asks with a form of the region once it is released', async () => {
    const shippedForm = loadContent(contentDir()).questionnaires.get('hemma-hf-check')!;
    const form = { ...shippedForm, id: 'our-check' };
    const ofForm = ['questionnaire', form.id, form.version] as const;
    const asked = (await clinic.get(formPaths.questionnaire(form.id))).status;
    expect(asked).toBe(404);
    await draft(form, { kind: 'questionnaire' });
    await post(paths.step('test', ofForm), { revision: 1 }, people.designer);

    // A plan for test may name a form for test; a release may not.
    const plan = ownHypertension(version);
    const [use] = plan.questionnaires;
    const questionnaires = [...plan.questionnaires, { ...use!, id: form.id }];
    await draft({ ...plan, questionnaires });
    expect(stateOf(await test())).toBe('test');
    await verify(people.residentAdministrator);
    await verify(people.dataAdministrator);
    expect(codes(await release())).toEqual(['content_refused', 'plan_reference']);

    for (const staff of [people.residentAdministrator, people.dataAdministrator])
      await post(paths.step('verify', ofForm), { revision: 1, role: null }, staff);
    const body = { revision: 1, ...record };
    await post(paths.step('release', ofForm), body, people.publisher);
    expect((await clinic.get(formPaths.questionnaire(form.id))).body).toMatchObject({
      items: form.items.map(({ id }) => ({ id })),
    });
    expect(stateOf(await release())).toBe('released');
    const { episode } = startedSchema.parse((await start(anna)).body);
    const { forms } = formsSchema.parse((await clinic.get(formPaths.forms(episode))).body);
    expect(forms.map((it) => it.questionnaire)).toContain(form.id);
  });

  it('runs what is published for test for test persons alone', async () => {
    await draft(ownHypertension(version));
    expect(codes(await start(testPerson, { version }))).toContain('start_plan_unknown');
    await test();
    expect(codes(await start(anna, { version }))).toContain('start_plan_draft');
    expect((await startable(testPerson)).version).toBe(version);
    const { episode } = startedSchema.parse((await start(anna)).body);
    expect(codes(await move(episode, version))).toContain('start_plan_draft');
    expect((await start(testPerson)).status).toBe(200);
    expect((await episodes(testPerson))[0]).toMatchObject({ planVersion: version });
  });

  it('asks two people to verify, neither of them a designer of it', async () => {
    await draft(ownHypertension(version), { as: people.everything });
    await draft(ownHypertension(version), { revision: 1 });
    await test(2);
    const second = { revision: 2, role: 'data-administrator' };
    expect(codes(await verify(people.everything, second))).toEqual(['content_same_person']);
    expect(codes(await verify(people.designer, { revision: 2 }))).toEqual(['not_allowed']);
    expect(codes(await verify(people.both, { revision: 2 }))).toEqual(['request_invalid']);
    await verify(people.both, { revision: 2, role: 'resident-administrator' });
    expect(codes(await verify(people.both, second))).toEqual(['content_same_person']);
    expect(codes(await verify(people.residentAdministrator, { revision: 2 }))).toEqual([
      'wrong_state',
    ]);
    expect(codes(await release({ revision: 2 }))).toEqual(['wrong_state']);
    expect(stateOf(await verify(people.dataAdministrator, { revision: 2 }))).toBe('verified');
    // A designer of any of its drafts does not release it either.
    expect(codes(await release({ revision: 2 }, people.everything))).toEqual([
      'content_same_person',
    ]);
  });

  it('begins verification anew after a change, and refuses what was not seen', async () => {
    await draft(ownHypertension(version));
    expect(codes(await draft(ownHypertension(version)))).toEqual(['content_stale']);
    await test();
    await verify(people.residentAdministrator);
    const changed = {
      ...ownHypertension(version),
      duration: { defaultDays: 90, reviewEveryDays: 30 },
    };
    expect(codes(await draft(changed, { revision: 2 }))).toEqual(['content_stale']);
    expect(contentStepSchema.parse((await draft(changed, { revision: 1 })).body)).toMatchObject({
      ...{ state: 'draft', revision: 2 },
    });
    expect((await shown()).verified).toEqual({});
    expect(codes(await test(1))).toEqual(['content_stale']);
    expect(codes(await verify(people.dataAdministrator))).toEqual(['content_stale']);
    expect(codes(await verify(people.dataAdministrator, { revision: 2 }))).toEqual(['wrong_state']);
  });

  it('never changes what is released', async () => {
    await released();
    const { publication } = await shown();
    expect(codes(await draft(ownHypertension(version), { revision: 1 }))).toEqual([
      'content_released',
    ]);
    expect(codes(await test())).toEqual(['content_released']);
    expect(codes(await release())).toEqual(['content_released']);
    expect((await shown()).publication).toEqual(publication);
  });

  it('holds a release to the whole guard and the record', async () => {
    const plan = ownHypertension(version);
    const unready = { ...plan, status: 'draft' as const };
    expect(contentStepSchema.parse((await draft(unready)).body).problems).toMatchObject([
      { code: 'publish_draft' },
    ]);
    await test();
    await verify(people.residentAdministrator);
    await verify(people.dataAdministrator);
    expect(codes(await release())).toEqual(['content_refused', 'publish_draft']);
    for (const nextReview of ['2026-01-14', '2027-01-16'])
      expect(codes(await release({ nextReview })), nextReview).toEqual(['request_invalid']);
    expect(codes(await release({ note: ' ' }))).toEqual(['request_invalid']);
    expect(codes(await release({}, people.designer))).toEqual(['not_allowed']);
    const silent = plan.rules.map((it) => ({ ...it, patientMessage: null }));
    await draft({ ...plan, rules: silent }, { revision: 1 });
    expect(codes(await test(2))).toContain('publish_red_without_help');
  });

  it('refuses at the door what is no content, is shipped, or comes from nobody who may', async () => {
    const plan = ownHypertension(version);
    expect(codes(await draft({ ...plan, rules: 'none' }))).toEqual([
      ...['content_refused', 'plan_malformed'],
    ]);
    expect(codes(await draft(undefined))).toEqual(['request_invalid']);
    expect(codes(await draft(plan, { kind: 'film' }))).toEqual(['request_invalid']);
    expect((await draft('x'.repeat(2 * maxContentOctets))).status).toBe(413);
    expect(codes(await draft({ ...plan, series: [] }))).toContain('plan_reference');
    expect(codes(await draft({ ...plan, version: '0.1.0' }))).toEqual(['content_taken']);
    expect(codes(await draft(plan, { as: people.publisher }))).toEqual(['not_allowed']);
    expect(codes(await draft(plan, { as: '' }))).toEqual(['not_allowed']);
    expect(codes(await clinic.get(paths.show(...named)))).toEqual(['not_found']);
    const { content } = contentListSchema.parse((await clinic.get(paths.list)).body);
    expect(content.filter((it) => it.state !== 'shipped')).toEqual([]);
  });

  it('tells versions apart', async () => {
    await draft(ownHypertension(version));
    const answer = await clinic.get(
      paths.difference('plan', 'hypertension@0.1.0', `hypertension@${version}`),
    );
    expect(differenceSchema.parse(answer.body).changes.map((it) => it.text.en)).toEqual([
      'Version 0.1.0 → 1.0.0',
      'Rule ht-single-crisis: limit 180 → 170 mmHg (systolic_bp)',
      'Questionnaire audit removed',
    ]);
    const bad = paths.difference('plan', 'hypertension', 'hypertension@0.1.0');
    expect(codes(await clinic.get(bad))).toEqual(['request_invalid']);
    const unknown = paths.difference('plan', 'hypertension@9.9.9', 'hypertension@0.1.0');
    expect(codes(await clinic.get(unknown))).toEqual(['not_found']);
  });
});
