import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prescribingPaths } from '@hemma/protocols/api/prescribing-paths.js';
import { maxOwnGoals, programmePaths as paths } from '@hemma/protocols/api/programmes.js';
import { ProgrammeScene } from '../../tooling/testkit/programme-scene.js';
import { eventsOf, ofKind } from '../record/care-record.js';
import { maxDoneInDay } from './complete.js';

const minute = 60_000;
const task = 'activity-log';

describe('the health plan of a patient', () => {
  let scene: ProgrammeScene;
  beforeEach(async () => {
    scene = new ProgrammeScene();
    await scene.start('neurorehab-health-plan', 10);
  });
  afterEach(() => scene.clinic.stop());

  const choose = (counts: object, more: object = {}) =>
    scene.clinic.post(paths.activities(scene.episode), { counts, ...more });
  const thisWeek = async () => {
    const { weeks } = await scene.shown();
    const week = weeks.find((it) => it.isCurrent);
    const items = week?.items.flatMap((it) => (it.kind === 'activity' ? [it] : [])) ?? [];
    return { week, of: items.map((it) => [it.activity, it.planned, it.done.length]) };
  };
  const goal = async (id: string) => (await scene.shown()).goals.find((it) => it.id === id);
  const described = (type: number, minutes: number, more: object = {}) => ({
    ...{ 'act-type': type, 'act-done': 2, 'act-minutes': minutes, ...more },
  });

  it('is what patient and plan agree on: which activities, how often each, how long', async () => {
    expect((await thisWeek()).of).toEqual([['physical', null, 0]]);
    expect((await thisWeek()).week?.planned).toBe(5);
    expect((await choose({ physical: 3, 'brain-rest': 4 }, { minutesEach: 15 })).status).toBe(200);
    const { choice } = await scene.shown();
    expect(choice).toMatchObject({ perWeek: 7, minutesEach: 15, restAfter: 0 });
    expect(choice?.activities.map((it) => [it.id, it.isChosen, it.perWeek, it.title.sv])).toEqual([
      ['physical', true, 3, 'Fysisk aktivitet'],
      ['everyday', false, null, 'Vardagsaktivitet'],
      ['brain-rest', true, 4, 'Hjärnvila'],
      ['cognitive', false, null, 'Kognitiv träning'],
    ]);
    const week = await thisWeek();
    expect(week.of).toEqual([
      ['physical', 3, 0],
      ['brain-rest', 4, 0],
    ]);
    // From today on; the days of this week before the choice were five a week.
    expect(week.week?.planned).toBeGreaterThan(5);
  });

  it('lets nobody choose more than the plan allows, or what it does not have', async () => {
    const refused = async (counts: object, more = {}) => {
      const { status, body } = await choose(counts, more);
      const { error } = body as { error: { problems?: readonly { path: string }[] } };
      return [status, ...(error.problems ?? []).map((it) => it.path)];
    };
    expect(await refused({ physical: 22 })).toEqual([422, 'parameters.perWeek']);
    expect((await choose({ physical: 21 })).status).toBe(200);
    expect(await refused({ swimming: 2 })).toEqual([422, 'parameters.activities']);
    expect(await refused({})).toEqual([422, ...['parameters.activities', 'parameters.perWeek']]);
    expect(await refused({ physical: 2 }, { minutesEach: 181 })).toEqual([
      ...[422, 'parameters.minutesEach'],
    ]);
    expect(await refused({ physical: 0.5 })).toEqual([400]);
  });

  it('counts a tap once, a second activity of the day twice, and an activity once with its form', async () => {
    const first = await scene.complete({ task, activity: 'physical', key: 'tap-00000001' });
    const again = await scene.complete({ task, activity: 'physical', key: 'tap-00000001' });
    expect(again).toEqual({ ...first, isNew: false });
    await scene.complete({ task, activity: 'physical', key: 'tap-00000002', minutes: 10 });
    expect((await thisWeek()).of).toEqual([['physical', null, 2]]);
    expect(await goal('plan-done')).toMatchObject({ value: 2, target: 5, isReached: false });
    // The form after it describes the activity; it is no third one.
    await scene.answer('hemma-activity-log', described(1, 25));
    expect(await goal('plan-done')).toMatchObject({ value: 2 });
    await scene.answer('hemma-activity-log', described(4, 25));
    expect((await thisWeek()).of).toEqual([
      ['physical', null, 2],
      ['cognitive', null, 1],
    ]);
    expect(await goal('plan-done')).toMatchObject({ value: 3 });
    const kept = ofKind(await eventsOf(scene.clinic.parts.db, scene.patient), 'completion');
    expect(kept).toHaveLength(2);
  });

  it('has one of each activity a day when nobody tells taps apart', async () => {
    const [a, b, c] = [
      await scene.complete({ task, activity: 'physical' }),
      await scene.complete({ task }),
      await scene.complete({ task, date: scene.date(-1) }),
    ];
    expect([a.entry === b.entry, b.isNew, c.isNew]).toEqual([true, false, true]);
    expect(await scene.refused({ task, activity: 'swimming' })).toEqual([400, 'request_invalid']);
    expect(await scene.refused({ task, step: 1 })).toEqual([400, 'request_invalid']);
    await choose({ physical: 3, cognitive: 2 });
    await scene.clinic.clock.advance(minute);
    expect(await scene.refused({ task })).toEqual([400, 'request_invalid']);
  });

  it('takes no more in a day than anybody does', async () => {
    for (let i = 0; i < maxDoneInDay; i += 1)
      expect((await scene.complete({ task, key: `tap-0000${1000 + i}` })).isNew).toBe(true);
    expect(await scene.refused({ task, key: 'tap-one-more' })).toEqual([409, 'programme_limit']);
    expect((await scene.complete({ task, key: 'tap-00001000' })).isNew).toBe(false);
    expect((await scene.complete({ task, date: scene.date(-1) })).isNew).toBe(true);
  });

  it('puts what is filled in afterwards on its own day, in the week of that day', async () => {
    await scene.complete({ task, activity: 'physical', date: scene.date(-5), minutes: 30 });
    const { weeks } = await scene.shown();
    const done = weeks.map((it) =>
      it.items.flatMap((item) => (item.kind === 'activity' ? item.done.map((d) => d.date) : [])),
    );
    expect(done.slice(0, 2)).toEqual([[scene.date(-5)], []]);
    expect(await goal('plan-done')).toMatchObject({ value: 1 });
    await scene.clinic.clock.advance(3 * 24 * 60 * minute);
    expect(await goal('plan-done')).toMatchObject({ value: 0 });
  });

  it('has goals of the patient: set, changed, seen with how far they are, ended', async () => {
    const set = async (body: object) => {
      const { body: said } = await scene.clinic.post(paths.goals(scene.episode), body);
      return (said as { goal: string }).goal;
    };
    const walk = { words: 'Gå ut tre gånger', target: 3, counts: 'physical' };
    const id = await set(walk);
    await scene.complete({ task, activity: 'physical' });
    expect(await goal(id)).toMatchObject({
      ...{ title: { sv: walk.words, en: walk.words }, isOwn: true, target: 3, interval: 'week' },
      ...{ value: 1, isReached: false, setOn: scene.date(0), counts: 'physical' },
    });
    await scene.clinic.clock.advance(minute);
    expect(await set({ goal: id, target: 1, interval: 'programme' })).toBe(id);
    expect(await goal(id)).toMatchObject({ title: { sv: walk.words }, target: 1, isReached: true });
    await scene.clinic.clock.advance(minute);
    await set({ goal: 'energy-up', target: 2 });
    expect(await goal('energy-up')).toMatchObject({ target: 2, interval: 'change', value: null });
    const ended = await scene.clinic.post(paths.endGoal(scene.episode), { goal: id });
    expect(ended.status).toBe(200);
    expect(await goal(id)).toBeUndefined();
    const kept = await eventsOf(scene.clinic.parts.db, scene.patient);
    expect([ofKind(kept, 'goal').length, ofKind(kept, 'goal-end').length]).toEqual([3, 1]);
  });

  it('refuses a goal that cannot be one', async () => {
    const refused = (body: object) => scene.refusal(paths.goals(scene.episode), body);
    const invalid = [400, 'request_invalid'];
    expect(await refused({ goal: 'plan-done', target: 3 })).toEqual(invalid);
    expect(await refused({ target: 3 })).toEqual(invalid);
    expect(await refused({ words: '   ', target: 3 })).toEqual(invalid);
    expect(await refused({ words: 'x'.repeat(201), target: 3 })).toEqual(invalid);
    expect(await refused({ words: 'Ut', target: 0 })).toEqual(invalid);
    expect(await refused({ words: 'Ut', target: 3, counts: 'swimming' })).toEqual(invalid);
    expect(await refused({ goal: 'own-none', target: 3 })).toEqual([404, 'not_found']);
    for (let i = 0; i < maxOwnGoals; i += 1)
      await scene.clinic.post(paths.goals(scene.episode), { words: `Mål ${i}`, target: 1 });
    expect(await refused({ words: 'Ett till', target: 1 })).toEqual([409, 'programme_limit']);
  });

  it('shows what the therapist writes about it, newest first, with name and time', async () => {
    const { entry } = await scene.complete({ task, activity: 'physical' });
    const path = paths.comments(scene.episode);
    const write = (about: string, text: string) =>
      scene.as(scene.care.therapist, () => scene.clinic.post(path, { about, text }));
    expect((await write(entry, 'Bra jobbat!')).status).toBe(200);
    await scene.clinic.clock.advance(minute);
    await write('goal:plan-done', 'Vi provar tre gånger.');
    const { comments, nextContact } = await scene.shown();
    expect(comments).toMatchObject([
      { by: 'A therapist', at: scene.now, text: 'Vi provar tre gånger.', about: 'goal:plan-done' },
      { by: 'A therapist', text: 'Bra jobbat!', subject: { en: 'Physical activity' } },
    ]);
    expect(nextContact).toBe(scene.date(4));
    expect((await write('v-none', 'Hej')).status).toBe(404);
    expect((await write('goal:none', 'Hej')).status).toBe(404);
    expect((await write('abcd', 'Hej')).status).toBe(404);
    expect(await scene.refusal(path, { about: entry, text: 'Hej' })).toEqual([403, 'not_allowed']);
    const byDesigner = await scene.clinic.addStaff('D', { roles: ['designer'], licensed: false });
    expect(
      await scene.as(byDesigner, () => scene.refusal(path, { about: entry, text: 'Hej' })),
    ).toEqual([403, 'not_allowed']);
    const undone = { entry: comments[0]?.id };
    expect(await scene.refusal(paths.undo(scene.episode), undone)).toEqual([403, 'not_allowed']);
  });

  it('is reviewed after four weeks, with the forms of that day', async () => {
    const { milestones } = await scene.shown();
    expect(milestones.map((it) => [it.kind, it.date, it.isRequired])).toEqual([
      ['start-talk', scene.date(-10), true],
      ['review-talk', scene.date(18), false],
      ['review-talk', scene.date(46), false],
      ['closing-talk', scene.date(74), false],
    ]);
    expect(milestones[1]?.forms.map((it) => [it.questionnaire, it.by])).toEqual([
      ['hemma-patient-experience', 'patient'],
      ['hemma-therapist-experience', 'staff'],
    ]);
    await scene.clinic.clock.advance(20 * 24 * 60 * minute);
    const talk = { channel: 'phone', minutes: 15, replacesVisit: false, purpose: 'review-talk' };
    const contact = prescribingPaths.contact(scene.episode);
    await scene.as(scene.care.licensed, () => scene.clinic.post(contact, talk));
    expect((await scene.shown()).milestones.map((it) => it.doneOn)).toEqual([
      ...[null, scene.date(0), null, null],
    ]);
  });
});
