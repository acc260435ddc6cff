import { beforeEach, describe, expect, it } from 'vitest';
import { trendsSchema } from '@hemma/protocols/api/clinic.js';
import { dryRunSchema } from '@hemma/protocols/api/prescribing.js';
import {
  ownerPath,
  unownedPath,
  unownedReadingsSchema,
} from '@hemma/protocols/api/reading-owner.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { PlanLibrary } from '../authoring/library.js';
import { loadCatalogue } from '../catalogue.js';
import { parsePeriod, spanOf } from '../effects/period.js';
import { readLog } from '../effects/store/read-log.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { remindersOfPatient } from '../reminders/of-patient.js';

/** A reading whose owner staff decide: what each part of the cloud makes of it. */

const anna = 'p-00000001';
const dayMs = 86_400_000;
const catalogue = loadCatalogue(contentDir());
const library = new PlanLibrary(loadContent(contentDir()));
const { content, planOf } = library;

describe.each([
  ['awaits an answer', null, false],
  ['is said to be the patient’s', 'mine', true],
  ['is said to be somebody else’s', 'not-mine', false],
  ['was said to be the patient’s by mistake', 'take-back', false],
] as const)('a reading that %s', (_, answer, counts) => {
  let clinic: TestClinic;
  const reading = aMeasurement({
    ...{ at: someMorning, patient: anna, kind: 'spo2', flags: ['owner_unconfirmed'] },
    values: { spo2: 95, pulse_rate: 71 },
  });
  const say = (said: string) => clinic.post(ownerPath(anna, reading.id), { answer: said });

  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    await clinic.addPatient(anna, 'copd');
    await clinic.see([reading]);
    if (answer === 'take-back') expect((await say('mine')).status).toBe(200);
    if (answer !== null) expect((await say(answer)).status).toBe(200);
    return () => clinic.stop();
  });

  const isPoint = counts ? undefined : answer === 'not-mine' ? 'other' : 'asked';

  it(`${counts ? 'is' : 'is no'} value of the trend`, async () => {
    const { body } = await clinic.get(`/api/patients/${anna}/trends`);
    const points = trendsSchema.parse(body).trends.flatMap((it) => it.series[0]?.points ?? []);
    expect(points.map((it) => it.owner)).toEqual(points.map(() => isPoint));
    expect(points[0]?.flags.includes('owner_unconfirmed')).toBe(!counts);
  });

  it('is listed with who has said so', async () => {
    const { readings } = unownedReadingsSchema.parse((await clinic.get(unownedPath(anna))).body);
    const said = counts || answer === 'not-mine' ? { answer, by: 'Test Clinician' } : null;
    expect(readings).toMatchObject([{ id: reading.id, values: [{ value: 95 }, {}], said }]);
    const backs = (await say('take-back')).status;
    expect(backs).toBe(said === null ? 409 : 200);
  });

  it(`${counts ? 'is' : 'is no'} first value of an effect measure`, async () => {
    const { db } = clinic.parts;
    const sources = { db, content, planOf, catalogue, clock: clinic.clock };
    const span = spanOf(parsePeriod('2026-01-14..2026-01-16'), zonedCalendar());
    const log = await readLog(sources, { span, level: { kind: 'patient', patient: anna } });
    expect(log.episodes.map((it) => it.firstValueAt)).toEqual([counts ? someMorning : null]);
    // Nor one that is looked for after the period.
    const before = spanOf(parsePeriod('2026-01-13..2026-01-14'), zonedCalendar());
    const late = await readLog(sources, {
      span: before,
      level: { kind: 'patient', patient: anna },
    });
    for (const it of late.episodes) expect(it.firstValueAt).toBe(counts ? someMorning : null);
  });

  it(`${counts ? 'is' : 'is no'} value of a dry run`, async () => {
    const asked = { plan: 'copd', unit: null, parameters: {} };
    const { body } = await clinic.post(`/api/patients/${anna}/dry-run`, asked);
    const { prediction } = dryRunSchema.parse(body);
    expect(prediction?.patient === null).toBe(!counts);
  });

  it(`${counts ? 'ends' : 'does not end'} the reminders of the day`, async () => {
    const parts = { db: clinic.parts.db, planOf, content, catalogue };
    const of = (minutes: readonly number[]) => minutes.filter((it) => it < someMorning + dayMs / 4);
    const found = of(await remindersOfPatient(parts, anna, someMorning));
    const values = { spo2: 95, pulse_rate: 71 };
    await clinic.see([aMeasurement({ at: someMorning, patient: anna, kind: 'spo2', values })]);
    const done = of(await remindersOfPatient(parts, anna, someMorning));
    expect(found.length > done.length).toBe(!counts);
  });
});
