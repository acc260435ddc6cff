import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  answeredSchema,
  formPaths,
  formsSchema,
  questionnaireSchema,
  responsesSchema,
} from '@hemma/protocols/api/forms.js';
import type { Answered, Choice, Questionnaire } from '@hemma/protocols/api/forms.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { enrol } from '../../tooling/testkit/enrol.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { isStaffForm } from '../plans/whose-form.js';

const day = 86_400_000;
const { questionnaires, plans } = loadContent(contentDir());

describe('forms', () => {
  let clinic: TestClinic;
  let episode: string;
  let patient: string;
  let now: number;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    now = clinic.clock.wall().ms;
    const course = { plan: 'mental-health-icbt', planVersion: '0.1.0-draft' };
    patient = await enrol(
      clinic.parts.db,
      { displayName: 'Test Person', isTest: true, ...course },
      now - 10 * day,
    );
    episode = (await runningEpisodes(clinic.parts.db, [patient]))[0]!.id;
    clinic.actAs('');
  });
  afterEach(() => clinic.stop());

  const post = (body: object) => clinic.post(formPaths.responses(episode), body);
  const answer = async (body: object): Promise<Answered> => {
    const { status, body: said } = await post(body);
    expect(status).toBe(200);
    return answeredSchema.parse(said);
  };
  const form = async (id: string) =>
    questionnaireSchema.parse((await clinic.get(formPaths.questionnaire(id))).body);
  const listed = async () =>
    formsSchema.parse((await clinic.get(formPaths.forms(episode))).body).forms;
  const answered = async () => {
    const { body } = await clinic.get(formPaths.answered(patient));
    return responsesSchema.parse(body).responses;
  };
  const phq = (value: number, last = value, more: object = {}) => ({
    questionnaire: 'phq-9',
    answers: Object.fromEntries(
      Array.from({ length: 9 }, (_, i) => [`phq9-${i + 1}`, i === 8 ? last : value]),
    ),
    ...more,
  });

  it('are those of the plan, with what is due today and when they were answered', async () => {
    const before = await listed();
    expect(before.map((it) => it.questionnaire)).toEqual(
      expect.arrayContaining(['phq-9', 'gad-7']),
    );
    await answer(phq(1, 0));
    const phq9 = (await listed()).find((it) => it.questionnaire === 'phq-9');
    expect(phq9).toMatchObject({ lastAt: now, dueToday: false, licensed: false });
  });

  it('say when somebody looks at what is answered: now, later, or never', async () => {
    const looks = async () => {
      const { body } = await clinic.get(formPaths.forms(episode));
      const told = formsSchema.parse(body).looks;
      expect((await answer(phq(0))).looks).toEqual(told);
      return told;
    };
    expect(await looks()).toMatchObject({
      at: null,
      text: { en: 'Nobody looks at your values at present.' },
    });
    const { unit } = await careUnit(clinic.parts.db, now);
    await clinic.parts.db.updateTable('episodes').set({ unit }).execute();
    expect(await looks()).toMatchObject({ at: now, text: { sv: 'Mottagningen är bemannad nu.' } });
    await clinic.clock.advance(9 * 3_600_000);
    expect((await looks()).text.sv).toBe(
      'Någon tittar på dina värden i morgon efter klockan 08:00.',
    );
  });

  it('are scored as their instrument says, with the name of the range', async () => {
    const { response, safety } = await answer(phq(1, 0));
    expect(response).toMatchObject({ complete: true, at: now });
    expect(response.scores).toMatchObject([{ id: 'total', value: 8, min: 0, max: 27 }]);
    expect(safety).toEqual([]);
    expect(await answered()).toEqual([response]);
  });

  it('show the way to help at once when item 9 says so, whatever the score', async () => {
    const { safety } = await answer({ questionnaire: 'phq-9', answers: { 'phq9-9': 1 } });
    expect(safety).toMatchObject([{ id: 'self-harm' }]);
    const words = JSON.stringify(safety);
    for (const number of ['112', '1177', '90101']) expect(words).toContain(number);
    expect(await answered()).toMatchObject([{ complete: false, scores: [] }]);
  });

  it.each([
    ['an item that is none', { 'phq9-99': 1 }, 'answer_unknown_item'],
    ['an answer that is not offered', { 'phq9-1': 4 }, 'answer_not_offered'],
    ['words where there are none', { 'phq9-1': 'often' }, 'answer_not_offered'],
  ])('refuse %s and keep nothing', async (_, answers, code) => {
    const { status, body } = await post({ questionnaire: 'phq-9', answers });
    expect([status, body]).toMatchObject([400, { error: { code } }]);
    expect(await answered()).toEqual([]);
  });

  it('refuse a questionnaire that the plan does not have, and an episode that is over', async () => {
    expect((await post({ questionnaire: 'mmrc', answers: {} })).status).toBe(404);
    const { db } = clinic.parts;
    await db.updateTable('episodes').set({ ended_at: now, end_reason: 'plan-end' }).execute();
    expect((await post(phq(1))).status).toBe(409);
  });

  it('may be filled in afterwards as far as the plan allows, and nobody sees that it was', async () => {
    const at = now - day;
    const { response } = await answer(phq(1, 0, { at }));
    expect(response.at).toBe(at);
    const { body } = await clinic.get(formPaths.answered(patient));
    expect(JSON.stringify(body)).not.toContain(String(now));
    for (const wrong of [now + day, now - 60 * day])
      expect((await post(phq(1, 0, { at: wrong }))).status).toBe(400);
  });

  it('are open to staff who answer for a patient, and keep who it was', async () => {
    const staff = await clinic.addStaff('On the Phone');
    clinic.actAs(staff);
    await answer(phq(1, 0));
    const rows = clinic.parts.db.selectFrom('care_events').select('staff');
    expect(await rows.execute()).toEqual([{ staff }]);
  });

  it('about a patient are filled in by those who treat, and shown to staff alone', async () => {
    const about = { questionnaire: 'hemma-therapist-experience', answers: {} };
    expect((await listed()).flatMap((it) => (it.by === 'staff' ? it.questionnaire : []))).toEqual([
      about.questionnaire,
    ]);
    expect((await post(about)).status).toBe(403);
    clinic.actAs(await clinic.addStaff('A Technician', { roles: ['technician'] }));
    expect((await post(about)).status).toBe(403);
    clinic.actAs(await clinic.addStaff('A Therapist', { roles: ['therapist'] }));
    expect((await post(about)).status).toBe(200);
    expect(await answered()).toMatchObject([{ questionnaire: about.questionnaire }]);
    clinic.actAs('');
    expect(await answered()).toEqual([]);
  });

  it('take the score of a licensed instrument, within its range, from staff only', async () => {
    const score = (value: number) =>
      clinic.post(formPaths.scores(episode), { questionnaire: 'madrs-s', value });
    expect((await score(20)).status).toBe(403);
    clinic.actAs(await clinic.addStaff('A Therapist'));
    expect((await score(55)).status).toBe(400);
    expect((await score(20)).status).toBe(200);
    expect((await post({ questionnaire: 'madrs-s', answers: {} })).status).toBe(403);
  });

  it.each([...questionnaires.keys()])(
    '%s is scored within its bounds, however it is answered',
    async (id) => {
      const shown = await form(id);
      const plan = [...plans.values()].find((it) => it.questionnaires.some((q) => q.id === id))!;
      const runs = { plan: plan.id, plan_version: plan.version };
      await clinic.parts.db.updateTable('episodes').set(runs).execute();
      clinic.actAs(isStaffForm(id) ? await clinic.addStaff('A Therapist') : '');
      await fc.assert(
        fc.asyncProperty(answersOf(shown), async (answers) => {
          const { response } = await answer({ questionnaire: id, answers });
          expect(response.complete).toBe(true);
          for (const { value, min, max } of response.scores) {
            expect(value).toBeGreaterThanOrEqual(min);
            expect(value).toBeLessThanOrEqual(max);
          }
        }),
        { numRuns: 5 },
      );
    },
  );

  /** Every item answered with something that it offers. */
  function answersOf(shown: Questionnaire) {
    return fc.record(
      Object.fromEntries(shown.items.map((it) => [it.id, offered(it.choice)] as const)),
    );
  }
  function offered(choice: Choice): fc.Arbitrary<number | string> {
    if (choice.type === 'words') return fc.constant('words');
    if (choice.type === 'number') return fc.integer({ min: choice.min, max: choice.max });
    const values = choice.answers.flatMap((it) => (it.value === null ? [] : [it.value]));
    return fc.constantFrom(...values);
  }
});
