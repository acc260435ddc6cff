import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersSchema } from '@hemma/protocols/wire/answers.js';
import { measurementSchema } from '@hemma/protocols/wire/measurement.js';
import { aSchedule, PatientPage, postTo } from '../../tooling/testkit/patient-page.js';

/** 08:00 in Stockholm, a Thursday. */
const morning = Date.UTC(2026, 0, 15, 7);
const weight = '/sv/1/enter/weight-daily';
const glucose = '/sv/1/enter/glucose-profile';
const saved = '/sv/1/saved/value';
const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];

describe('one act on the patient page is one entry', () => {
  let page: PatientPage;
  beforeEach(async () => {
    page = new PatientPage(morning);
    await page.start();
    page.want({
      schedules: [
        aSchedule({ plan: 'heart-failure', start: morning }),
        aSchedule({
          ...{ plan: 'type2-diabetes', start: morning },
          parameters: { treatment: 'insulin-multiple' },
        }),
      ],
    });
  });
  afterEach(() => page.stop());

  const post = (path: string, said: Record<string, string>) => postTo(page, path, said);
  const entries = () => page.rows().map((it) => measurementSchema.parse(it));
  const weights = () => entries().map(({ values: [it] }) => it?.value);

  it('with two taps at once', async () => {
    const said = { token: first, body_weight: '72,5' };
    const taps = await Promise.all([post(weight, said), post(weight, said)]);
    expect(taps.map((it) => it.location)).toEqual([saved, saved]);
    expect(weights()).toEqual([72.5]);
  });

  it('with a restart between two taps, also when it belongs to an earlier time', async () => {
    for (const said of [
      { token: first, body_weight: '72,5' },
      { token: second, body_weight: '71', when: '2026-01-14', hour: '07', minute: '30' },
    ]) {
      expect((await post(weight, said)).location).toBe(saved);
      await page.restart();
      await page.clock.advance(3_600_000);
      expect((await post(weight, said)).location).toBe(saved);
    }
    expect(weights()).toEqual([72.5, 71]);
    expect(entries()[0]!.time.measuredAt).toBe(morning);
  });

  it('while nobody knows what time it is, and is dated once', async () => {
    page.clock.trust = 'restored';
    const said = { token: first, body_weight: '72,5' };
    await post(weight, said);
    await page.restart();
    expect((await post(weight, said)).location).toBe(saved);
    const early = {
      token: second,
      body_weight: '70',
      when: '2026-01-14',
      hour: '07',
      minute: '30',
    };
    expect((await post(weight, early)).text).toContain('Det går inte just nu.');
    page.clock.setReference(morning + 60_000);
    page.intake.release();
    expect(weights()).toEqual([72.5]);
  });

  it('and whoever goes back and mends it is heard', async () => {
    await post(weight, { token: first, body_weight: '75,2' });
    await post(weight, { token: first, body_weight: '72,5' });
    expect(weights()).toEqual([75.2, 72.5]);
  });

  it('and the very same value in a new form is asked about first', async () => {
    await post(weight, { token: first, body_weight: '72,5' });
    const again = { token: second, body_weight: '72,5' };
    const asked = await post(weight, again);
    expect([asked.status, asked.text.includes('Vill du spara det en gång till?')]).toEqual([
      422,
      true,
    ]);
    expect((await post(weight, { ...again, sure: '72,5' })).location).toBe(saved);
    await page.clock.advance(600_001);
    const later = { token: 'c'.repeat(32), body_weight: '72,5' };
    expect((await post(weight, later)).location).toBe(saved);
    expect(weights()).toEqual([72.5, 72.5, 72.5]);
  });

  it('for answers as well, which are heard anew when one is changed', async () => {
    const { form } = page.home.state.schedules[0]!.questionnaires[0]!;
    const path = `/sv/1/form/${form.id}`;
    const said = Object.fromEntries(form.items.map(({ id }) => [id, 'option:0']));
    await post(path, { token: first, ...said });
    await page.restart();
    await post(path, { token: first, ...said });
    await post(path, { token: first, ...said, [form.items[0]!.id]: 'option:1' });
    const rows = page.rows().map((it) => answersSchema.parse(it));
    expect(rows).toHaveLength(2);
    expect(rows[0]!.answers).not.toEqual(rows[1]!.answers);
  });

  it('for a doubtful reading, whichever tap comes second', async () => {
    page.measure('body_weight', [{ code: 'body_weight', value: 61 }]);
    const [measurement] = entries();
    page.doubts.list.push({ id: measurement!.id, measurement: measurement! });
    const said = { token: first, id: measurement!.id, answer: 'mine' };
    for (let tap = 0; tap < 2; tap += 1)
      expect((await post('/sv/1/doubt', said)).location).toBe('/sv/1');
    expect(page.doubts.answers).toEqual([[measurement!.id, 'mine']]);
  });

  it('asks what a blood sugar has to do with a meal, and carries it', async () => {
    const said = { token: first, glucose: '7,4' };
    for (const meal of [{}, { glucose_meal: 'brunch' }]) {
      const missing = await post(glucose, { ...said, ...meal });
      expect([missing.status, missing.text.includes('Svara här.')]).toEqual([422, true]);
    }
    expect(entries()).toEqual([]);
    expect((await post(glucose, { ...said, glucose_meal: 'fasting' })).location).toBe(saved);
    expect(entries()[0]).toMatchObject({
      ...{ kind: 'glucose', context: { glucose_meal: 'fasting' } },
      values: [{ code: 'glucose', value: 7.4 }],
    });
    await post(weight, { token: second, body_weight: '72', glucose_meal: 'fasting' });
    expect(entries()[1]!.context).toEqual({});
  });
});
