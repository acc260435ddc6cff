import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiErrorSchema } from '@hemma/protocols/api/clinic.js';
import { episodesSchema } from '@hemma/protocols/api/episodes.js';
import {
  dryRunSchema,
  startablePlansSchema,
  startedSchema,
  unitsSchema,
} from '@hemma/protocols/api/prescribing.js';
import { prescribingPaths as paths } from '@hemma/protocols/api/prescribing-paths.js';
import { careUnit } from '../../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { People } from '../../people/people.js';

const anna = 'p-0000aaaa';
const testPerson = 'p-0000bbbb';
const day = 86_400_000;
const closed = JSON.stringify({ week: [[], [], [], [], [], [], []] });

describe('prescribing over HTTP', () => {
  let clinic: TestClinic;
  let care: CareUnit;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    const { db } = clinic.parts;
    const now = clinic.clock.wall().ms;
    await clinic.addPatient(anna, null);
    await new People(db).add({ ref: testPerson, displayName: 'Test', isTest: true }, now);
    care = await careUnit(db, now);
  });
  afterEach(() => clinic.stop());

  const plans = async (patient = anna) =>
    startablePlansSchema.parse((await clinic.get(paths.plans(patient))).body).plans;
  const planNamed = async (id: string) => (await plans()).find((it) => it.id === id)!;
  const ticked = async (id: string) =>
    (await planNamed(id)).suitability.filter((it) => it.required).map((it) => it.id);
  const dryRun = async (plan: string, parameters = {}) =>
    dryRunSchema.parse(
      (await clinic.post(paths.dryRun(anna), { plan, unit: care.unit, parameters })).body,
    );
  const asked = { confirmedBy: null, overBudgetReason: null };
  const request = async (plan: string, parameters = {}) => ({
    ...{ plan, kind: 'prescribed', unit: care.unit, parameters, ...asked },
    suitability: await ticked(plan),
    digest: (await dryRun(plan, parameters)).digest,
  });
  const post = async (path: string, body: object, as: string | null) => {
    clinic.actAs(as ?? '');
    return clinic.post(path, body);
  };
  const start = async (body: object, as: string | null = care.licensed, patient = anna) =>
    post(paths.episodes(patient), body, as);
  const codes = (answer: { body: unknown }) => {
    const { code, problems } = apiErrorSchema.parse(answer.body).error;
    return problems?.map((it) => it.code) ?? [code];
  };
  const started = async (plan = 'copd', parameters = {}) =>
    startedSchema.parse((await start(await request(plan, parameters))).body).episode;
  const episodes = async (patient = anna) =>
    episodesSchema.parse((await clinic.get(paths.episodes(patient))).body).episodes;

  it('lists plans with what a form needs, and why one cannot start', async () => {
    const copd = await planNamed('copd');
    expect(copd).toMatchObject({ startable: true, kinds: ['prescribed'] });
    expect(copd.emergencyNotice?.sv).toContain('112');
    expect(copd.parameters.find((it) => it.id === 'spo2Red')).toMatchObject({
      ...{ default: 88, min: 80, max: 92, required: true, mustBeBelow: 'spo2Yellow' },
    });
    expect(await planNamed('osteoarthritis')).toMatchObject({
      startable: false,
      problems: [{ code: 'start_plan_draft' }],
    });
    const forTest = (await plans(testPerson)).find((it) => it.id === 'osteoarthritis');
    expect(forTest).toMatchObject({ startable: true });
  });

  it('starts what a licensed professional has confirmed, and keeps who decided what', async () => {
    const episode = await started('copd', { spo2Red: 86 });
    const [shown] = await episodes();
    expect(shown).toMatchObject({
      ...{ id: episode, plan: 'copd', kind: 'prescribed', state: 'running', planDay: 0 },
      ...{ unit: care.unit, phase: { id: 'start' } },
      parameters: { spo2Yellow: 90, spo2Red: 86 },
      decisions: [
        {
          ...{ kind: 'start', staff: care.licensed },
          detail: {
            confirmed: { by: care.licensed },
            ...{ responsible: care.licensed, substitute: care.therapist },
          },
        },
      ],
    });
    expect(new Set(shown!.occasions.map((it) => it.state))).toEqual(new Set(['open', 'upcoming']));
    expect(codes(await start(await request('copd')))).toEqual(['start_follows_already']);
  });

  it('says who confirmed what is set, by name even when they have left, and when somebody looks', async () => {
    await started('copd', { spo2Red: 86 });
    await clinic.parts.staff.leave(care.therapist, clinic.clock.wall().ms);
    const all = async () => episodesSchema.parse((await clinic.get(paths.episodes(anna))).body);
    const at = clinic.clock.wall().ms;
    const first = await all();
    expect(first.today).toBe('2026-01-15');
    expect(first.names).toEqual({ [care.licensed]: 'A clinician' });
    expect(first.episodes[0]).toMatchObject({
      ...{ confirmed: { at, staff: care.licensed }, looks: { at } },
      settings: [{ id: 'spo2Yellow', max: 95 }, { mustBeBelow: 'spo2Yellow' }, {}, {}, {}],
    });
    await clinic.parts.staff.leave(care.licensed, at);
    // Friday evening in Sweden: Monday morning is next.
    await clinic.clock.advance(1.5 * day);
    const later = await all();
    expect(later.names).toEqual({ [care.licensed]: 'A clinician' });
    expect(later.episodes[0]!.looks).toEqual({
      at: Date.UTC(2026, 0, 19, 7),
      text: {
        sv: 'Någon tittar på dina värden måndag 19 januari efter klockan 08:00.',
        en: 'Somebody looks at your values on Monday 19 January after 08:00.',
      },
    });
    const [own] = (await plans(testPerson)).filter((it) => it.kinds.includes('self-initiated'));
    const alone = { ...asked, kind: 'self-initiated', unit: null, suitability: [], digest: null };
    await start({ ...alone, plan: own!.id, parameters: {} }, null, testPerson);
    const [episode] = await episodes(testPerson);
    expect(episode).toMatchObject({ confirmed: null, looks: { at: null } });
    await post(paths.end(episode!.id), { reason: 'other', note: null }, null);
    expect((await episodes(testPerson))[0]!.looks).toBeNull();
  });

  it('counts no occasion as done by a pulse that came with another measurement', async () => {
    await started('hypertension');
    const at = clinic.clock.wall().ms;
    const morning = async () => {
      const [shown] = await episodes();
      return shown!.occasions.find((it) => it.date === '2026-01-15')?.state;
    };
    const spo2 = { spo2: 95, pulse_rate: 70 };
    await clinic.see([aMeasurement({ kind: 'spo2', patient: anna, at, values: spo2 })]);
    expect(await morning()).toBe('open');
    const values = { systolic_bp: 131, diastolic_bp: 82 };
    await clinic.see([aMeasurement({ patient: anna, at, values })]);
    expect(await morning()).toBe('done');
  });

  it('gives every reason at once', async () => {
    const refused = await start({
      ...{ plan: 'osteoarthritis', kind: 'prescribed', unit: null, ...asked, digest: null },
      ...{ parameters: { painLimit: 99 }, suitability: ['wants'] },
    });
    expect(refused.status).toBe(422);
    expect(new Set(codes(refused))).toEqual(
      new Set([
        ...['start_plan_draft', 'start_suitability_open', 'start_parameter_out_of_bounds'],
        ...['start_limits_unconfirmed', 'start_unit_missing'],
      ]),
    );
    const copd = await request('copd', { spo2Red: 88 });
    const crossed = { ...copd, kind: 'recommended', parameters: { spo2Red: 90, spo2Yellow: 90 } };
    expect(codes(await start(crossed))).toEqual([
      ...['start_kind_not_allowed', 'start_red_not_beyond_yellow', 'start_limits_stale'],
    ]);
    expect(codes(await start({ ...copd, plan: 'no-such-plan' }))).toEqual(['start_plan_unknown']);
    expect(await episodes()).toEqual([]);
  });

  it('refuses who may not', async () => {
    const copd = await request('copd');
    expect(codes(await start(copd, care.therapist))).toEqual(['not_allowed']);
    expect(codes(await start(copd, null))).toEqual(['not_allowed']);
    const recommended = { ...(await request('hypertension')), kind: 'recommended' };
    expect(codes(await start(recommended, care.therapist))).toEqual(['start_limits_unconfirmed']);
    const byOther = { ...recommended, confirmedBy: care.licensed };
    expect((await start(byOther, care.therapist)).status).toBe(200);
    const [episode] = await episodes();
    const change = { parameters: {}, reason: 'A reason', ...asked, digest: '' };
    expect(codes(await post(paths.limits(episode!.id), change, care.therapist))).toEqual([
      'not_allowed',
    ]);
  });

  it('starts nothing where nobody would answer, and says so of the unit', async () => {
    const copd = await request('copd');
    const { staff } = clinic.parts;
    await staff.leave(care.therapist, clinic.clock.wall().ms);
    expect(codes(await start(copd))).toEqual(['start_no_substitute']);
    const { units } = unitsSchema.parse((await clinic.get(paths.units)).body);
    expect(units).toMatchObject([{ id: care.unit, problems: [{ code: 'start_no_substitute' }] }]);
    await staff.leave(care.licensed, clinic.clock.wall().ms);
    await clinic.parts.db.updateTable('units').set({ hours: closed }).execute();
    clinic.actAs('');
    expect(codes(await start(copd, await clinic.addStaff('Another')))).toEqual([
      ...['start_no_coverage', 'start_no_responsible', 'start_no_substitute'],
    ]);
  });

  it('refuses a change that was confirmed on an old screen', async () => {
    const episode = await started();
    const shownFor = async (parameters: object) =>
      dryRunSchema.parse((await clinic.post(paths.changeDryRun(episode), { parameters })).body);
    const change = async (spo2Red: number, digest: string) =>
      post(
        paths.limits(episode),
        { parameters: { spo2Red }, reason: 'Stable at a lower level', ...asked, digest },
        care.licensed,
      );
    await clinic.clock.advance(60_000);
    const seen = await shownFor({ spo2Red: 85 });
    expect(seen).toMatchObject({ before: { spo2Red: 88 }, parameters: { spo2Red: 85 } });
    expect(codes(await change(84, seen.digest))).toEqual(['start_limits_stale']);
    const byOther = await shownFor({ spo2Red: 86 });
    expect((await change(86, byOther.digest)).status).toBe(200);
    expect(codes(await change(85, seen.digest))).toEqual(['start_limits_stale']);
    const [now] = await episodes();
    expect(now!.parameters).toMatchObject({ spo2Red: 86 });
    expect(now!.decisions.at(-1)).toMatchObject({
      ...{ kind: 'limits', staff: care.licensed, detail: { reason: 'Stable at a lower level' } },
    });
  });

  it('pauses, resumes, moves and ends, each only where it fits', async () => {
    const episode = await started('hypertension');
    const decide = async (path: string, body: object = {}) => post(path, body, care.therapist);
    const today = '2026-01-15';
    const pause = { from: today, to: '2026-01-20', reason: 'holiday' };
    expect(codes(await decide(paths.resume(episode)))).toEqual(['wrong_state']);
    expect((await decide(paths.pause(episode), pause)).status).toBe(200);
    expect(codes(await decide(paths.pause(episode), pause))).toEqual(['wrong_state']);
    expect(codes(await decide(paths.pause(episode), { ...pause, to: '2026-01-14' }))).toEqual([
      'request_invalid',
    ]);
    const [paused] = await episodes();
    expect(paused).toMatchObject({ state: 'paused', pauses: [{ from: today, to: '2026-01-20' }] });
    expect(paused!.occasions.find((it) => it.date === today)?.state).toBe('paused');
    await clinic.clock.advance(2 * day);
    expect((await decide(paths.resume(episode))).status).toBe(200);
    expect((await episodes())[0]).toMatchObject({
      state: 'running',
      pauses: [{ to: '2026-01-16' }],
    });
    expect(codes(await decide(paths.series(episode), { series: 'bp-series' }))).toEqual([
      'wrong_state',
    ]);
    expect(codes(await decide(paths.series(episode), { series: 'none' }))).toEqual([
      'request_invalid',
    ]);
    expect((await decide(paths.phase(episode), { phase: 'stable' })).status).toBe(200);
    expect(codes(await decide(paths.phase(episode), { phase: 'stable' }))).toEqual(['wrong_state']);
    await clinic.clock.advance(10 * day);
    expect((await decide(paths.series(episode), { series: 'bp-series' })).status).toBe(200);
    const end = { reason: 'goal-reached', note: null };
    expect((await decide(paths.end(episode), end)).status).toBe(200);
    expect(codes(await decide(paths.end(episode), end))).toEqual(['wrong_state']);
    expect((await episodes())[0]).toMatchObject({
      ...{ state: 'ended', endReason: 'goal-reached', occasions: [] },
      phase: { id: 'stable' },
    });
  });

  it('ends what rules had found with the episode, and leaves the unseen for somebody to see', async () => {
    const episode = await started();
    const now = clinic.clock.wall().ms;
    const low = (at: number) =>
      aMeasurement({ kind: 'spo2', patient: anna, at, values: { spo2: 80, pulse_rate: 70 } });
    await clinic.see([low(now), low(now + 6 * 60_000)]);
    const { db } = clinic.parts;
    await post(paths.end(episode), { reason: 'moved', note: null }, care.licensed);
    const findings = await db.selectFrom('findings').select(['kind', 'cleared_at']).execute();
    expect(findings).toEqual([{ kind: 'raised', cleared_at: clinic.clock.wall().ms }]);
    expect(await db.selectFrom('tasks').select('state').execute()).toEqual([{ state: 'open' }]);
  });

  it('lets a patient follow a plan alone, with no task for care', async () => {
    const own = {
      ...{ plan: 'osteoarthritis', kind: 'self-initiated', unit: null, parameters: {}, ...asked },
      ...{ suitability: [], digest: null },
    };
    expect(codes(await start(own, care.licensed, testPerson))).toEqual(['not_allowed']);
    const answer = await start(own, null, testPerson);
    const { episode } = startedSchema.parse(answer.body);
    expect((await episodes(testPerson))[0]).toMatchObject({ kind: 'self-initiated', unit: null });
    const end = { reason: 'patient-wish', note: null };
    expect(codes(await post(paths.end(episode), end, care.licensed))).toEqual(['not_allowed']);
    expect((await post(paths.end(episode), end, null)).status).toBe(200);
  });

  it('takes a zero measurement by command, and a new one only with a reason', async () => {
    const episode = await started();
    const set = async (values: object | null, reason: string | null) =>
      post(paths.baseline(episode), { values, reason, from: null }, care.licensed);
    expect(codes(await set(null, null))).toEqual(['wrong_state']);
    expect(codes(await set({ nonsense: 1 }, null))).toEqual(['request_invalid']);
    expect((await set({ spo2: 93 }, null)).status).toBe(200);
    await clinic.clock.advance(60_000);
    expect(codes(await set({ spo2: 91 }, null))).toEqual(['request_invalid']);
    expect((await set({ spo2: 91 }, 'After a stay in hospital')).status).toBe(200);
    const { body } = await clinic.get(paths.episodes(anna));
    expect(episodesSchema.parse(body).quantities).toMatchObject({ spo2: { unit: '%' } });
    expect((await episodes())[0]!.baselines).toMatchObject([
      { values: { spo2: 93 }, reason: null, staff: care.licensed },
      { values: { spo2: 91 }, reason: 'After a stay in hospital' },
    ]);
  });
});
