import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prescribingPaths } from '@hemma/protocols/api/prescribing-paths.js';
import { programmePaths as paths } from '@hemma/protocols/api/programmes.js';
import { ProgrammeScene } from '../../tooling/testkit/programme-scene.js';

const minute = 60_000;

describe('a treatment week by week', () => {
  let scene: ProgrammeScene;
  beforeEach(async () => {
    scene = new ProgrammeScene();
    // Today is Thursday: it began on a Thursday three weeks ago.
    await scene.start('mental-health-icbt', 21);
  });
  afterEach(() => scene.clinic.stop());

  const modules = async () =>
    (await scene.items('module')).map(({ step, isOpen, done }) => [step, isOpen, done?.date]);

  it('opens a module each Monday of its phase, after a week to begin with', async () => {
    const { weeks, week, modules: count, lastDay } = await scene.shown();
    expect([week, count, lastDay]).toEqual([4, { done: 0, of: 9 }, scene.date(49)]);
    expect(weeks.map((it) => it.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(weeks[0]).toMatchObject({ from: scene.date(-21), to: scene.date(-15), isOpen: true });
    expect(weeks[3]).toMatchObject({ from: scene.date(0), isCurrent: true, isOpen: true });
    expect(weeks[4]).toMatchObject({ from: scene.date(7), isCurrent: false, isOpen: false });
    expect(weeks.map((it) => it.phase?.en)).toEqual([
      ...['Start', ...Array.from({ length: 9 }, () => 'Modules'), 'Follow-up'],
    ]);
    const opening = (await scene.items('module')).map((it) => it.opensOn);
    expect(opening).toEqual([-10, -3, 4, 11, 18, 25, 32, 39, 46].map((it) => scene.date(it)));
    expect(await open()).toEqual([1, 2]);
  });

  const open = async () =>
    (await scene.items('module')).filter((it) => it.isOpen).map((it) => it.step);

  it('counts a module once, however often it is said, and shows no other day than its own', async () => {
    const first = await scene.complete({ task: 'module' });
    expect(await scene.complete({ task: 'module', step: 2 })).toEqual({ ...first, isNew: false });
    const earlier = await scene.complete({ task: 'module', step: 1, date: scene.date(-6) });
    expect(earlier.isNew).toBe(true);
    expect((await modules()).slice(0, 3)).toEqual([
      [1, true, scene.date(-6)],
      [2, true, scene.date(0)],
      [3, false, undefined],
    ]);
    expect(JSON.stringify(await scene.shown())).not.toMatch(/late|receivedAt|backfill|enteredAt/i);
    expect((await scene.shown()).modules).toEqual({ done: 2, of: 9 });
  });

  it('is one module when the same tap comes many times at once', async () => {
    const taps = Array.from({ length: 20 }, () => scene.complete({ task: 'module' }));
    const said = await Promise.all(taps);
    expect(new Set(said.map((it) => it.entry)).size).toBe(1);
    expect(said.filter((it) => it.isNew)).toHaveLength(1);
    expect((await scene.shown()).modules).toEqual({ done: 1, of: 9 });
  });

  it('is told for seven days back and no more, never for a time to come', async () => {
    const say = (more: object) => scene.refused({ task: 'module', step: 1, ...more });
    expect(await say({ at: scene.at(-8, 24 * 60 - 1) })).toEqual([400, 'time_too_far_back']);
    expect(await say({ date: scene.date(-8) })).toEqual([400, 'time_too_far_back']);
    expect(await say({ at: scene.now + 2 * minute })).toEqual([400, 'time_in_future']);
    expect(await say({ date: scene.date(1) })).toEqual([400, 'time_in_future']);
    expect(await say({ at: scene.now, date: scene.date(0) })).toEqual([400, 'request_invalid']);
    expect((await scene.complete({ task: 'module', step: 1, at: scene.at(-7, 0) })).isNew).toBe(
      true,
    );
    expect((await modules())[0]).toEqual([1, true, scene.date(-7)]);
  });

  it('keeps a module shut until its day, and one that is not there', async () => {
    expect(await scene.refused({ task: 'module', step: 3 })).toEqual([409, 'step_not_open']);
    expect(await scene.refused({ task: 'module', step: 10 })).toEqual([409, 'step_not_open']);
    const before = { task: 'module', step: 2, date: scene.date(-4) };
    expect(await scene.refused(before)).toEqual([409, 'step_not_open']);
    expect(await scene.refused({ task: 'therapist-message' })).toEqual([404, 'not_found']);
    expect(await scene.refused({ task: 'mood' })).toEqual([404, 'not_found']);
    expect(await scene.refused({ task: 'module', activity: 'physical' })).toEqual([
      ...[400, 'request_invalid'],
    ]);
  });

  it('is undone and said anew; what was undone stays undone', async () => {
    const { entry } = await scene.complete({ task: 'module' });
    const undo = (id: string) => scene.clinic.post(paths.undo(scene.episode), { entry: id });
    expect((await undo(entry)).status).toBe(200);
    expect((await undo(entry)).status).toBe(200);
    expect((await undo('v-none')).status).toBe(404);
    expect((await scene.shown()).modules).toEqual({ done: 0, of: 9 });
    const again = await scene.complete({ task: 'module' });
    expect(again).toMatchObject({ isNew: true });
    expect(again.entry).not.toBe(entry);
  });

  it('moves no week in a pause: nothing is due in it, and its module is open all the same', async () => {
    const { licensed } = scene.care;
    const pause = { from: scene.date(-4), to: scene.date(2), reason: 'holiday' };
    const path = prescribingPaths.pause(scene.episode);
    expect((await scene.as(licensed, () => scene.clinic.post(path, pause))).status).toBe(200);
    const { state, weeks } = await scene.shown();
    expect([state, weeks[2]?.pausedDays, weeks[3]?.pausedDays]).toEqual(['paused', 4, 3]);
    expect(await open()).toEqual([1, 2]);
    const messages = weeks.map((it) => it.items.find(({ kind }) => kind === 'message'));
    expect(messages[3]).toBeUndefined();
    expect((await scene.complete({ task: 'module', step: 2 })).isNew).toBe(true);
  });

  it('has as many modules as are set: fewer keep what is done, more go on after the phase', async () => {
    await scene.complete({ task: 'module', step: 1 });
    await scene.complete({ task: 'module', step: 2 });
    const set = async (count: number) => {
      const asked = { parameters: { modules: count } };
      const dry = await scene.clinic.post(prescribingPaths.changeDryRun(scene.episode), asked);
      const { digest } = dry.body as { digest: string };
      const more = { reason: 'Agreed', digest, confirmedBy: null, overBudgetReason: null };
      const path = prescribingPaths.limits(scene.episode);
      const { licensed } = scene.care;
      const { status } = await scene.as(licensed, () =>
        scene.clinic.post(path, { ...asked, ...more }),
      );
      expect(status).toBe(200);
      await scene.clinic.clock.advance(minute);
    };
    await set(4);
    expect((await scene.shown()).modules).toEqual({ done: 2, of: 4 });
    expect((await scene.shown()).weeks.at(-1)?.number).toBe(11);
    await set(12);
    const { modules: count, weeks, lastDay } = await scene.shown();
    expect(count).toEqual({ done: 2, of: 12 });
    expect((await scene.items('module')).at(-1)?.opensOn).toBe(scene.date(46 + 21));
    // The closing talk comes when the week of the last module is over.
    expect(lastDay).toBe(scene.date(70));
    expect(weeks.at(-1)?.number).toBe(14);
    expect(await scene.refused({ task: 'module', step: 13 })).toEqual([409, 'step_not_open']);
  });

  it('answers who asks for a plan that is no programme, or an episode that is none', async () => {
    await scene.clinic.addPatient('p-00000009', 'copd');
    const own = await scene.clinic.get('/api/patients/p-00000009/episodes');
    const [copd] = (own.body as { episodes: readonly { id: string }[] }).episodes;
    expect((await scene.clinic.get(paths.programme(copd?.id ?? ''))).status).toBe(404);
    expect((await scene.clinic.get(paths.programme('e-none'))).status).toBe(404);
  });

  it('says which forms are asked before and after, and which of them are answered', async () => {
    const forms = async (kind: string) =>
      (await scene.shown()).milestones
        .find((it) => it.kind === kind)
        ?.forms.map((it) => [it.questionnaire, it.answered]);
    expect(await forms('start-talk')).toEqual([
      ...[
        ['phq-9', null],
        ['gad-7', null],
        ['bbq', null],
      ],
    ]);
    const gad7 = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`gad7-${i + 1}`, 1]));
    await scene.answer('gad-7', gad7);
    // Weekly answers are no answers before, and not yet those after.
    expect(await forms('start-talk')).toContainEqual(['gad-7', null]);
    expect(await forms('closing-talk')).toEqual([
      ...[
        ['phq-9', null],
        ['gad-7', null],
        ['bbq', null],
      ],
      ...[
        ['hemma-patient-experience', null],
        ['hemma-therapist-experience', null],
      ],
    ]);
    const [asked] = (await scene.items('form')).filter((it) => it.date === scene.date(-3));
    expect(asked).toMatchObject({ questionnaire: 'phq-9', isOpen: true, answered: null });
    await scene.clinic.clock.advance(45 * 24 * 60 * minute);
    await scene.answer('gad-7', gad7);
    expect(await forms('closing-talk')).toContainEqual(['gad-7', scene.date(0)]);
  });

  it('ends with a closing talk and forms, or with a reason why it does without', async () => {
    const { licensed } = scene.care;
    const post = (path: string, body: object) =>
      scene.as(licensed, () => scene.clinic.post(path, body));
    const end = { reason: 'plan-end', note: null };
    const refused = await post(prescribingPaths.end(scene.episode), end);
    expect(refused).toMatchObject({ status: 422, body: { error: { code: 'closing_missing' } } });
    const missing = async () => (await scene.shown()).missingAtEnd.map((it) => it.id);
    expect(await missing()).toContain('closing-talk');
    const contact = { channel: 'video', minutes: 20, replacesVisit: true, purpose: 'closing-talk' };
    expect((await post(prescribingPaths.contact(scene.episode), contact)).status).toBe(200);
    expect(await missing()).toEqual([
      ...['phq-9', 'gad-7', 'bbq', 'hemma-patient-experience', 'hemma-therapist-experience'],
    ]);
    const without = { ...end, without: 'The patient moves abroad today.' };
    expect((await post(prescribingPaths.end(scene.episode), without)).status).toBe(200);
    const { state, missingAtEnd, milestones } = await scene.shown();
    expect([state, missingAtEnd, milestones.at(-1)?.doneOn]).toEqual(['ended', [], scene.date(0)]);
    expect(await scene.refused({ task: 'module' })).toEqual([409, 'wrong_state']);
  });
});
