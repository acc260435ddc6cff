import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectPaths, effectsReportSchema } from '@hemma/protocols/api/effects.js';
import { prescribingPaths } from '@hemma/protocols/api/prescribing-paths.js';
import type { Role } from '../../staff/actor.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../../tooling/testkit/measurements.js';
import { enrol } from '../../../tooling/testkit/enrol.js';
import { runningEpisodes } from '../../episodes/episodes.js';

const minute = 60_000;
const refs = [1, 2, 3, 4, 5].map((n) => `p-0000000${n}`);
const [first = ''] = refs;
const query = '?period=2026-H1';

describe('effect measures over HTTP', () => {
  const clinic = new TestClinic();
  let clinician: string;
  beforeAll(async () => {
    await clinic.start();
    for (const ref of refs) await clinic.addPatient(ref, 'heart-failure', { targetWeight: 80 });
    clinician = await clinic.addStaff('A clinician');
    clinic.actAs(clinician);
    const at = clinic.clock.wall().ms;
    const weight = { kind: 'body_weight' as const, values: { body_weight: 80 }, at };
    await clinic.see(refs.map((patient) => aMeasurement({ ...weight, patient })));
  });
  afterAll(() => clinic.stop());

  const report = async (words = query) =>
    effectsReportSchema.parse((await clinic.get(`${effectPaths.report}${words}`)).body);
  const figure = async (id: string, words?: string) =>
    (await report(words)).measures.find((it) => it.id === id)!;
  const status = async (words: string) =>
    (await clinic.get(`${effectPaths.report}${words}`)).status;
  const as = async (roles: readonly Role[]) =>
    clinic.actAs(await clinic.addStaff('Somebody', { roles, licensed: false }));

  it('computes what the cloud keeps, with definition and target', async () => {
    const adherence = await figure('adherence-measurements');
    // Blood pressure is asked for on the same morning, and nobody has missed it before midnight.
    expect(adherence).toMatchObject({ state: 'computed', value: 100, n: 5 });
    expect(adherence.details.find((it) => it.id === 'due')!.value).toBe(5);
    expect(await figure('time-to-start')).toMatchObject({ value: 0, n: 5 });
  });

  it('hides groups of fewer than five, but not a patient who is asked for', async () => {
    await clinic.addPatient('p-00000009', 'copd');
    const copd = await figure('completion-rate', `${query}&level=plan:copd`);
    expect(copd).toMatchObject({ state: 'suppressed', value: null, n: null });
    const one = await figure('adherence-measurements', `${query}&level=patient:${first}`);
    expect(one).toMatchObject({ state: 'computed', n: 1 });
  });

  it('is a file for spreadsheets where that is asked for', async () => {
    const answer = await clinic.fetch(`${effectPaths.report}${query}&format=csv&language=en`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    expect((await answer.text()).split('\r\n')[0]).toMatch(/^From;To;Level;Measure/);
  });

  it('counts the minutes in which somebody works in the view of a patient, and calls', async () => {
    expect((await figure('therapist-minutes')).state).toBe('not-recorded');
    for (const pause of [0, minute, 2 * minute, 4 * minute]) {
      clinic.clock.jumpWall(pause);
      expect((await clinic.post(effectPaths.presence(first))).status).toBe(200);
    }
    const [{ id } = { id: '' }] = await runningEpisodes(clinic.parts.db, [first]);
    const call = { channel: 'phone', minutes: 12, replacesVisit: true };
    expect((await clinic.post(prescribingPaths.contact(id), call)).status).toBe(200);
    const minutes = await figure('therapist-minutes');
    // Six patients on one day are six sevenths of a week; the pause of four minutes counts nothing.
    expect(minutes.details.map((it) => [it.id, it.value])).toEqual([
      ['view', 3.5],
      ['phone', 14],
      ['weeks', 0.9],
    ]);
    const wrong = { channel: 'fax', minutes: -1, replacesVisit: true };
    expect((await clinic.post(prescribingPaths.contact(id), wrong)).status).toBe(400);
  });

  it('is for those who treat, groups for administrators too, and for nobody unknown', async () => {
    clinic.actAs('');
    expect(await status(query)).toBe(403);
    expect((await clinic.post(effectPaths.presence(first))).status).toBe(403);
    await as(['technician']);
    expect(await status(query)).toBe(403);
    await as(['data-administrator']);
    expect(await status(query)).toBe(200);
    expect(await status(`${query}&level=patient:${first}`)).toBe(403);
    clinic.actAs(clinician);
  });

  it.each([
    ['', 400],
    ['?period=2026-H3', 400],
    [`${query}&level=region`, 400],
    [`${query}&format=xml`, 400],
    [`${query}&sort=up`, 400],
    [`${query}&level=unit:no-unit`, 404],
    [`${query}&level=patient:p-99999999`, 404],
  ])('refuses "%s" with %i', async (words, code) => {
    clinic.actAs(clinician);
    expect(await status(words)).toBe(code);
  });

  it('keeps no sign of life in the view of nobody', async () => {
    clinic.actAs(clinician);
    expect((await clinic.post(effectPaths.presence('p-99999999'))).status).toBe(404);
    expect((await clinic.post(effectPaths.presence(first), { at: 1 })).status).toBe(400);
  });

  it('counts no test person, unless they are asked for', async () => {
    const before = (await figure('time-to-start')).n;
    const { db } = clinic.parts;
    const at = clinic.clock.wall().ms;
    const test = { ref: 'p-00000007', displayName: 'Test', plan: 'heart-failure', isTest: true };
    await enrol(db, { ...test, parameters: { targetWeight: 80 } }, at);
    const weight = { kind: 'body_weight' as const, values: { body_weight: 80 }, at };
    await clinic.see([aMeasurement({ ...weight, patient: test.ref })]);
    expect((await figure('time-to-start')).n).toBe(before);
    const own = await figure('adherence-measurements', `${query}&level=patient:${test.ref}`);
    expect(own).toMatchObject({ n: 1 });
  });

  it('tells of episodes whose version of a plan nobody here knows', async () => {
    expect((await report()).unknownVersions).toEqual([]);
    const { db } = clinic.parts;
    const lost = { ref: 'p-00000008', displayName: 'Lost', plan: 'copd', planVersion: '9.9.9' };
    await enrol(db, lost, clinic.clock.wall().ms);
    const unknown = { plan: 'copd', version: '9.9.9', episodes: 1 };
    expect((await report()).unknownVersions).toEqual([unknown]);
    expect((await report(`${query}&level=plan:heart-failure`)).unknownVersions).toEqual([]);
    const answer = await clinic.fetch(`${effectPaths.report}${query}&format=csv&language=en`);
    const row = (await answer.text()).trimEnd().split('\r\n').at(-1)!.split(';');
    expect(row).toHaveLength(17);
    expect(row.at(-1)).toContain('copd 9.9.9, which is unknown here');
  });
});
