import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersSchema } from '@hemma/protocols/wire/answers.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import { aPrompt } from '../../tooling/testkit/prompts.js';
import { aSchedule, PatientPage, postTo } from '../../tooling/testkit/patient-page.js';

/** 08:00 in Stockholm, a Thursday. */
const morning = Date.UTC(2026, 0, 15, 7);
const token = 'a'.repeat(32);
const on = (when: string, hour: string, minute = '00') => ({
  ...{ body_weight: '72', when, hour, minute },
});

describe('the patient page', () => {
  let page: PatientPage;
  beforeEach(async () => {
    page = new PatientPage(morning);
    await page.start();
  });
  afterEach(() => page.stop());

  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${page.url}${path}`, { headers });
    return { status: answer.status, text: await answer.text() };
  };
  const post = (path: string, said: Record<string, string>) => postTo(page, path, said);
  const follow = (plan: string): void => {
    page.want({ schedules: [aSchedule({ plan, start: morning })] });
  };
  const text = async (path = '/sv/1'): Promise<string> =>
    (await get(path)).text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

  it('says so while no plan has come, and always where help is', async () => {
    expect(await text()).toContain('Ingen plan har kommit hit än.');
    expect(await text()).toMatch(/112.*1177/);
    expect(await text('/en/1')).toMatch(/Call 112.*1177/);
  });

  it('guides through rest, first, wait and second', async () => {
    follow('hypertension');
    expect(await text()).toContain('Vila 5 minuter. Mät sedan.');
    page.measure('blood_pressure', [
      { code: 'systolic_bp', value: 131 },
      { code: 'diastolic_bp', value: 82 },
    ]);
    expect(await text()).toContain('Vänta till klockan 08:01.');
    await page.clock.advance(61_000);
    expect(await text()).toContain('Mät en gång till: mätning 2 av 2.');
    page.measure('blood_pressure', [
      { code: 'systolic_bp', value: 127 },
      { code: 'diastolic_bp', value: 80 },
    ]);
    expect(await text()).toContain('Inget att göra just nu.');
    expect(await text()).toMatch(/Nästa: [^,]+, i dag från klockan \d\d:00/);
  });

  it('shows a guided repeat first, with rest and end', async () => {
    const prompts = [aPrompt({ notBefore: morning + 300_000, until: morning + 1_800_000 })];
    page.prompts.state = { ...page.prompts.state, version: 1, prompts };
    expect(await text()).toContain('Vila och mät igen. Vila till klockan 08:05. Mät sedan.');
    await page.clock.advance(300_000);
    expect(await text()).toContain('Vila och mät igen. Mät nu. Gör det före klockan 08:30.');
  });

  it('confirms in three steps', async () => {
    follow('heart-failure');
    const steps = async () =>
      [...(await get('/sv/1')).text.matchAll(/<li class="(done|open)">/g)].map((it) => it[1]);
    page.measure('body_weight', [{ code: 'body_weight', value: 72.5 }]);
    expect(await text()).toContain('Vikt 72,5 kg I dag klockan 08:00');
    expect(await steps()).toEqual(['done', 'open', 'open']);
    page.arrive(false);
    expect(await steps()).toEqual(['done', 'done', 'open']);
    page.arrive(true);
    expect(await steps()).toEqual(['done', 'done', 'done']);
  });

  it('takes a value that is typed in once, however often the button is tapped', async () => {
    follow('heart-failure');
    const said = { token, body_weight: '72,5', when: '' };
    for (let i = 0; i < 2; i += 1) {
      await page.clock.advance(2_000);
      const { status, location } = await post('/sv/1/enter/weight-daily', said);
      expect([status, location]).toEqual([303, '/sv/1/saved/value']);
    }
    const rows = page.rows().map((it) => measurementSchema.parse(it));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      ...{ kind: 'body_weight', flags: ['entered_by_hand'], failure: null },
      values: [{ code: 'body_weight', value: 72.5 }],
      device: { model: 'entered-by-hand', identity: 'hand:p-00000001' },
      plans: [{ plan: 'heart-failure' }],
    });
    expect(rows[0]!.time.measuredAt).toBe(morning + 2_000);
    expect(await text('/sv/1/saved/value')).toContain('Sparat. Tack!');
  });

  it('dates what is filled in afterwards by what was said', async () => {
    follow('heart-failure');
    const said = { token, body_weight: '71', when: '2026-01-14', hour: '07', minute: '30' };
    expect((await post('/sv/1/enter/weight-daily', said)).status).toBe(303);
    const [row] = page.rows().map((it) => measurementSchema.parse(it));
    expect(row!.time.measuredAt).toBe(Date.UTC(2026, 0, 14, 6, 30));
    expect(row!.flags).toEqual(['entered_by_hand']);
  });

  it('asks once more about an unusual value, and again when it was changed', async () => {
    follow('heart-failure');
    const said = { token, body_weight: '230' };
    const first = await post('/sv/1/enter/weight-daily', said);
    expect([first.status, first.text.includes('Stämmer det?')]).toEqual([422, true]);
    const changed = { ...said, body_weight: '240', sure: '230' };
    expect((await post('/sv/1/enter/weight-daily', changed)).status).toBe(422);
    expect(page.rows()).toEqual([]);
    expect((await post('/sv/1/enter/weight-daily', { ...said, sure: '230' })).status).toBe(303);
  });

  it.each([
    ['no number', { body_weight: 'sjuttio' }, 'Skriv ett tal'],
    ['nothing', {}, 'Skriv ett tal'],
    ['more decimals than are shown', { body_weight: '72,55' }, 'Skriv ett tal'],
    ['more than anybody weighs', { body_weight: '999' }, 'kan inte stämma'],
    ['a time to come', on('2026-01-16', '08'), 'klockslag'],
    ['a time long ago', on('2025-01-16', '08'), 'klockslag'],
    ['a date that is none', on('2026-02-30', '08'), 'klockslag'],
    ['markup', { body_weight: '"><script>alert(1)</script>' }, '&lt;script&gt;'],
  ])('says what is wrong with %s, and keeps nothing', async (_, said, expected) => {
    follow('heart-failure');
    const answer = await post('/sv/1/enter/weight-daily', { token, ...said });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(expected);
    expect(answer.text).not.toContain('<script>alert');
    expect(page.rows()).toEqual([]);
  });

  it('keeps answers, and shows at once what some of them ask for', async () => {
    follow('heart-failure');
    const schedule = page.home.state.schedules[0]!;
    const { form } = schedule.questionnaires.find((it) => it.safety.length > 0)!;
    const path = `/sv/1/form/${form.id}`;
    const calm = Object.fromEntries(form.items.map(({ id }) => [id, 'option:0']));
    expect(await post(path, { token, ...calm })).toMatchObject({
      ...{ status: 303, location: '/sv/1/saved/answers' },
    });
    const urgent = schedule.questionnaires.flatMap((it) => it.safety)[0]!;
    const set = form.answerSets[form.items.find((it) => it.id === urgent.item)!.answerSet];
    const option = Array.isArray(set) ? set.findIndex((it) => it.value === urgent.value) : -1;
    const bad = { token: 'b'.repeat(32), ...calm, [urgent.item]: `option:${option}` };
    expect((await post(path, bad)).text).toMatch(/role="alert"[\s\S]*112/);
    await post(path, bad);
    const rows = page.rows().map((it) => answersSchema.parse(it));
    expect(rows.map((it) => it.questionnaire)).toEqual([form.id, form.id]);
    expect(rows[0]).toMatchObject({ language: 'sv', plans: [{ plan: 'heart-failure' }] });
    expect((await text()).split('När du själv vill')[0]).not.toContain(form.title.sv);
    const missing = await post(path, { token: 'c'.repeat(32) });
    expect([missing.status, page.rows().length]).toEqual([422, 2]);
  });

  it('shows messages, newest first', async () => {
    const message = { patient: page.patient, sender: 'care' as const };
    page.want({
      messages: [
        { ...message, id: '1', at: morning - 86_400_000, text: 'Äldre <b>' },
        { ...message, id: '2', at: morning - 60_000, text: 'Nyare' },
      ],
    });
    expect(await text()).toMatch(/Nyare.*Äldre &lt;b&gt;/);
  });

  it('asks whose a doubtful reading is, one tap', async () => {
    follow('heart-failure');
    page.measure('body_weight', [{ code: 'body_weight', value: 61 }]);
    const measurement = measurementSchema.parse(page.rows()[0]);
    page.doubts.list.push({ id: measurement.id, measurement });
    expect(await text()).toContain('Är mätningen din? Vikt 61,0 kg I dag klockan 08:00. Är det du');
    const said = { token, id: measurement.id, answer: 'not-mine' };
    expect((await post('/sv/1/doubt', said)).status).toBe(303);
    expect(page.doubts.answers).toEqual([[measurement.id, 'not-mine']]);
  });

  it('draws the trend against the goal, with a table that says the same', async () => {
    follow('hypertension');
    page.measure('blood_pressure', [
      { code: 'systolic_bp', value: 131 },
      { code: 'diastolic_bp', value: 82 },
    ]);
    const { text: markup } = await get('/sv/1');
    expect(markup).toContain('aria-label="Övertryck: 131 mmHg. Mål: högst 135"');
    expect(await text()).toMatch(/15 jan\.? 08:00 131 Ja/);
  });
});
