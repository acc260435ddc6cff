import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clinicPaths,
  findingsSchema,
  patientsSchema,
  refusedSchema,
  systemStatusSchema,
  trendsSchema,
} from '@hemma/protocols/api/clinic.js';
import { tasksSchema, worklistPaths } from '@hemma/protocols/api/worklist.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { episodesOf } from '../../episodes/episodes.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { aMeasurement, journalled } from '../../../tooling/testkit/measurements.js';
import { maxPoints } from './trends.js';

const restMs = 6 * 60_000;
const hour = 3_600_000;
const day = 24 * hour;
const anna = 'p-0000aaaa';
const bertil = 'p-0000bbbb';

describe('the clinic API', () => {
  let clinic: TestClinic;
  let now: number;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    now = clinic.clock.wall().ms;
    await clinic.addPatient(anna, 'copd');
    await clinic.addPatient(bertil, null);
  });
  afterEach(() => clinic.stop());

  const spo2 = (value: number, at: number, more: Partial<Measurement> = {}): Measurement => ({
    ...aMeasurement({ kind: 'spo2', patient: anna, at, values: { spo2: value, pulse_rate: 70 } }),
    ...more,
  });
  /** A value and its repeat after a rest. */
  const twice = (value: number, at: number): Measurement[] => [
    spo2(value, at - restMs),
    spo2(value, at),
  ];
  const trends = async (query = '') =>
    trendsSchema.parse((await clinic.get(`${clinicPaths.trends(anna)}${query}`)).body);
  const tasks = async () => tasksSchema.parse((await clinic.get(worklistPaths.tasks)).body).tasks;
  const patients = async () =>
    patientsSchema.parse((await clinic.get(clinicPaths.patients)).body).patients;

  describe('patients', () => {
    it('are listed by name with plan, tasks, colour and when they last measured', async () => {
      await clinic.see([spo2(95, now - hour)]);
      const [{ id: episode } = { id: '' }] = await episodesOf(clinic.parts.db, anna);
      expect(await patients()).toEqual([
        {
          ref: anna,
          displayName: `Name of ${anna}`,
          isTest: false,
          episodes: [
            {
              ...{ id: episode, plan: 'copd', isProgramme: false },
              planName: { sv: 'KOL', en: 'COPD' },
            },
          ],
          openTasks: 0,
          unreadMessages: { patient: 0, staff: 0 },
          lastMeasuredAt: now - hour,
          colour: 'green',
        },
        {
          ref: bertil,
          displayName: `Name of ${bertil}`,
          isTest: false,
          episodes: [],
          openTasks: 0,
          unreadMessages: { patient: 0, staff: 0 },
          lastMeasuredAt: null,
          colour: 'grey',
        },
      ]);
    });

    it('turn grey after a week of silence, red and back with their tasks', async () => {
      const colour = async (): Promise<unknown> => (await patients())[0]?.colour;
      await clinic.see([spo2(95, now - 7 * day - 1)]);
      expect(await colour()).toBe('grey');
      await clinic.see(twice(80, now));
      expect(await colour()).toBe('red');
      const [task] = await tasks();
      await clinic.post(worklistPaths.acknowledge(task!.id));
      expect((await patients())[0]).toMatchObject({ colour: 'red', openTasks: 0 });
      await clinic.post(worklistPaths.resolve(task!.id), { reason: 'nothing-needed' });
      expect(await colour()).toBe('green');
    });
  });

  describe('trends', () => {
    it('give every chart with its lines, goal and limits', async () => {
      await clinic.see([spo2(94, now - day), spo2(93, now, { flags: ['low_perfusion'] })]);
      const { trends: charts, from, to, patient } = await trends();
      expect({ from, to, patient }).toEqual({ from: now - 60 * day, to: now, patient: anna });
      expect(charts.map((chart) => chart.id)).toEqual(['spo2', 'heart_rate']);
      expect(charts[0]).toEqual({
        id: 'spo2',
        kind: 'spo2',
        name: { sv: 'Syremättnad', en: 'Oxygen saturation (SpO2)' },
        failures: [],
        truncated: false,
        series: [
          {
            code: 'spo2',
            name: { sv: 'Syremättnad', en: 'Oxygen saturation (SpO2)' },
            unit: '%',
            decimals: 0,
            goal: null,
            limits: [
              { direction: 'below', value: 90, severity: 'yellow' },
              { direction: 'below', value: 88, severity: 'red' },
            ],
            points: [
              { at: now - day, value: 94, uncertaintyMs: 1_000, flags: [] },
              { at: now, value: 93, uncertaintyMs: 1_000, flags: ['low_perfusion'] },
            ],
          },
        ],
      });
    });

    it('draw the goal and limits that are set for the patient', async () => {
      await clinic.addPatient('p-0000cccc', 'hypertension', { sbpTarget: 130 });
      await clinic.see([aMeasurement({ patient: 'p-0000cccc', at: now })]);
      const { body } = await clinic.get(clinicPaths.trends('p-0000cccc'));
      const [chart] = trendsSchema.parse(body).trends;
      expect(chart?.series.map((it) => [it.code, it.goal, it.limits.length])).toEqual([
        ['systolic_bp', { low: null, high: 130 }, 2],
        ['diastolic_bp', { low: null, high: 85 }, 1],
      ]);
    });

    it('show failed attempts, also where there is no value at all', async () => {
      const failed = aMeasurement({ kind: 'glucose', patient: anna, failure: 'aborted', at: now });
      await clinic.see([failed]);
      expect((await trends()).trends).toEqual([
        {
          id: 'glucose',
          kind: 'glucose',
          name: expect.anything() as unknown,
          series: [],
          failures: [{ at: now, reason: 'aborted' }],
          truncated: false,
        },
      ]);
    });

    it('leave a run with control solution out: it is not of the patient', async () => {
      const glucose = (value: number, more: Partial<Measurement>): Measurement => ({
        ...aMeasurement({ kind: 'glucose', patient: anna, at: now, values: { glucose: value } }),
        ...more,
      });
      await clinic.see([glucose(5.6, {}), glucose(19.2, { flags: ['control_solution'] })]);
      const [chart] = (await trends()).trends;
      expect(chart?.series[0]?.points.map((point) => point.value)).toEqual([5.6]);
    });

    it('give the asked period, both ends included', async () => {
      await clinic.see([0, 1, 2, 3].map((i) => spo2(95, now - i * day)));
      const { from, to, trends: charts } = await trends(`?from=${now - 2 * day}&to=${now - day}`);
      expect({ from, to }).toEqual({ from: now - 2 * day, to: now - day });
      expect(charts[0]?.series[0]?.points.map((it) => it.at)).toEqual([now - 2 * day, now - day]);
      expect((await trends('?from=0&to=1')).trends).toEqual([]);
    });

    it('say so when the period holds more than is sent, and send the newest as measured', async () => {
      const many = Array.from({ length: maxPoints + 1 }, (_, i) => spo2(95, now - i * 1_000));
      await clinic.parts.trends.write(many);
      const [chart] = (await trends()).trends;
      expect(chart?.truncated).toBe(true);
      expect(chart?.series[0]?.points).toHaveLength(maxPoints);
      expect(chart?.series[0]?.points.at(-1)?.at).toBe(now);
      const [all] = (await trends(`?from=${now - (maxPoints - 1) * 1_000}`)).trends;
      expect([all?.truncated, all?.series[0]?.points.length]).toEqual([false, maxPoints]);
    });

    it.each([
      ['from=yesterday'],
      ['from=-1'],
      ['from=1.5'],
      ['from='],
      ['from=1&from=2'],
      ['from=2&to=1'],
      ['until=1'],
      ['to=99999999999999999999'],
    ])('refuse %s', async (query) => {
      const { status, body } = await clinic.get(`${clinicPaths.trends(anna)}?${query}`);
      expect([status, body]).toMatchObject([400, { error: { code: 'request_invalid' } }]);
    });

    it.each([
      ['p-99999999', 404, 'not_found'],
      ['somebody', 400, 'request_invalid'],
      ["p-' or 1=1 --", 400, 'request_invalid'],
      ['x'.repeat(500), 414, 'request_invalid'],
    ])('of %s are answered with %d', async (ref, status, code) => {
      const answer = await clinic.get(clinicPaths.trends(ref));
      expect([answer.status, answer.body]).toMatchObject([status, { error: { code } }]);
    });
  });

  describe('tasks', () => {
    it('say what, why and how often, red before yellow', async () => {
      await clinic.see([0, 1].map((i) => spo2(89, now - (3 - i) * day)));
      await clinic.see([...twice(87, now - hour), spo2(85, now)]);
      const [red, yellow, ...others] = await tasks();
      expect(others).toEqual([]);
      expect(red).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
        patient: anna,
        displayName: `Name of ${anna}`,
        isTest: false,
        device: null,
        severity: 'red',
        state: 'open',
        title: { sv: 'Låg syremättnad', en: 'Low saturation' },
        why: {
          rule: 'copd-spo2-red',
          planVersion: '0.1.0',
          condition: 'value',
          code: 'spo2',
          name: { sv: 'Syremättnad', en: 'Oxygen saturation (SpO2)' },
          unit: '%',
          decimals: 0,
          direction: 'below',
          value: 85,
          limit: 88,
          values: 1,
          days: null,
          clearsAt: null,
          onlyStaffCloses: true,
          measuredAt: now,
          text: expect.anything() as unknown,
          parameters: expect.anything() as unknown,
          used: [{ code: 'spo2', value: '85', at: now }],
        },
        ...{ kind: 'assess', audience: 'clinic', unit: null, dueAt: null, escalated: 0 },
        ...{ assignee: null, notes: [] },
        openedAt: now - hour,
        latestAt: now,
        count: 2,
        clearedAt: null,
      });
      expect(yellow).toMatchObject({ severity: 'yellow', why: { limit: 90, clearsAt: 91 } });
    });

    it('are acknowledged once and for all, then closed with a reason', async () => {
      await clinic.see(twice(80, now));
      const [task] = await tasks();
      const acknowledge = worklistPaths.acknowledge(task!.id);
      expect((await clinic.post(acknowledge)).status).toBe(200);
      expect((await clinic.post(acknowledge)).status).toBe(200);
      expect((await tasks()).map((it) => it.state)).toEqual(['acknowledged']);
      expect((await clinic.post(worklistPaths.resolve(task!.id), {})).status).toBe(400);
      const reason = { reason: 'contacted' };
      expect((await clinic.post(worklistPaths.resolve(task!.id), reason)).status).toBe(200);
      expect(await tasks()).toEqual([]);
      expect((await clinic.post(worklistPaths.resolve(task!.id), reason)).status).toBe(200);
    });

    it('stay when the values are back to normal before anybody saw them, and say so', async () => {
      await clinic.see([0, 1, 2, 3].map((i) => spo2(i < 2 ? 89 : 95, now - (3 - i) * day)));
      const [task] = await tasks();
      expect(task).toMatchObject({ state: 'open', clearedAt: now });
      await clinic.post(worklistPaths.acknowledge(task!.id));
      expect(await tasks()).toEqual([]);
    });

    it.each([
      ['unknown', {}, 404],
      ['unknown', { more: 1 }, 400],
      ['x'.repeat(99), {}, 400],
    ])('named %s with %j are answered with %d', async (id, body, status) => {
      expect((await clinic.post(worklistPaths.acknowledge(id), body)).status).toBe(status);
    });
  });

  it('findings hold what came too late for a task', async () => {
    const late = spo2(80, now - 2 * day);
    const { rules, db, journal } = clinic.parts;
    const entries = await journalled(journal, [late], now);
    await db.transaction().execute((trx) => rules.apply(entries, trx));
    const found = async () =>
      findingsSchema.parse((await clinic.get(clinicPaths.findings(anna))).body);
    const { findings, truncated } = await found();
    expect(truncated).toBe(false);
    expect(findings).toMatchObject([
      { kind: 'note', severity: 'yellow', isTest: false, why: { value: 80 }, count: 1 },
    ]);
    await db.updateTable('patients').set({ test_person: 1 }).where('ref', '=', anna).execute();
    expect((await found()).findings).toMatchObject([{ kind: 'note', isTest: true }]);
    expect(await tasks()).toEqual([]);
  });

  it('status tells of journal, gateways and followers', async () => {
    await clinic.parts.fleet.add('gw-anna', anna, now);
    const { body } = await clinic.get(clinicPaths.status);
    expect(systemStatusSchema.parse(body)).toEqual({
      reach: 'loopback',
      journalled: 0,
      refused: 0,
      gateways: [
        {
          ...{ id: 'gw-anna', state: 'unknown', waiting: null, problems: [], lastSeenAt: null },
          ...{ command: 'none', held: null, doubtful: null },
        },
      ],
      followers: [{ name: 'trends', behind: 3 }],
    });
  });

  it('refused rows come newest first, at most 200, and say that there are more', async () => {
    const rows = Array.from({ length: 201 }, (_, i) => ({
      ...{ gateway: 'gw-anna', ledger: '0'.repeat(32), seq: i + 1, at: now + i },
      ...{ code: 'unit_mismatch' as const, text: null },
    }));
    await clinic.parts.db.insertInto('refused').values(rows).execute();
    const { body } = await clinic.get(clinicPaths.refused);
    const { refused, truncated, malformed } = refusedSchema.parse(body);
    expect([refused.length, refused[0]?.seq, truncated, malformed]).toEqual([200, 201, true, []]);
    const status = systemStatusSchema.parse((await clinic.get(clinicPaths.status)).body);
    expect(status.refused).toBe(201);
  });
});
