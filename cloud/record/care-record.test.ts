import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { enrol } from '../../tooling/testkit/enrol.js';
import { openDatabase } from '../database/database.js';
import type { Database } from '../database/database.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { addEvent, eventsOf } from './care-record.js';
import type { CareEvent } from './events.js';
import { errorsIn, pausesOf, recordOf } from './patient-record.js';

const calendar = zonedCalendar();
const day = 86_400_000;
/** 08:00 in Stockholm. */
const morning = Date.UTC(2026, 0, 15, 7);

describe('the record of a patient', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-record-'));
  let database: Database;
  let patient: string;
  let episode: string;
  beforeEach(async () => {
    database = await openDatabase({ database: 'sqlite', dataDir: folder });
    patient = await enrol(database.db, { displayName: 'Test Person', plan: 'copd' }, morning);
    episode = (await runningEpisodes(database.db, [patient]))[0]!.id;
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = (event: CareEvent, at = morning, receivedAt = at): Promise<string> =>
    database.db
      .transaction()
      .execute((trx) => addEvent(trx, { patient, episode, at, receivedAt, staff: null, event }));
  const kept = () => eventsOf(database.db, patient);
  const judging = () =>
    database.db.selectFrom('judgings').select(['next_at', 'news_from']).executeTakeFirst();
  const response = (answer: number): CareEvent => ({
    ...{ kind: 'response', questionnaire: 'mmrc', answers: { mmrc1: answer }, texts: {} },
    complete: true,
  });

  it('gives events by the time they belong to, whenever they were entered', async () => {
    await add(response(2), morning + day);
    await add(response(1), morning, morning + 3 * day);
    const { responses } = recordOf(await kept(), episode, calendar);
    expect(responses.map((it) => [it.answers['mmrc1'], it.at, it.receivedAt])).toEqual([
      [1, morning, morning + 3 * day],
      [2, morning + day, morning + day],
    ]);
  });

  it('has the patient judged anew from the oldest of what is new', async () => {
    await add(response(2), morning + day);
    await add(response(1), morning - day);
    await add(response(1), morning);
    expect(await judging()).toEqual({ next_at: 0, news_from: morning - day });
  });

  it('leaves out what was entered in error, and keeps it', async () => {
    const wrong = await add(response(4));
    await add({ kind: 'entered-in-error', entry: wrong });
    expect(recordOf(await kept(), episode, calendar).responses).toEqual([]);
    expect(errorsIn(await kept())).toEqual(new Set([wrong]));
    expect(await kept()).toHaveLength(2);
  });

  it('ends an open pause on the day before the patient is back', async () => {
    const fromDay = calendar.dayOf(morning);
    const pause = await add({ kind: 'pause', fromDay, toDay: null, reason: 'hospital' });
    expect(pausesOf(await kept(), episode, calendar)).toEqual([
      { id: pause, fromDay, toDay: Infinity, reason: 'hospital' },
    ]);
    await add({ kind: 'resume', pause }, morning + 3 * day);
    expect(pausesOf(await kept(), episode, calendar)).toEqual([
      { id: pause, fromDay, toDay: fromDay + 2, reason: 'hospital' },
    ]);
  });

  it('keeps every zero measurement, each from its day on, and none of another episode', async () => {
    const baseline = (value: number): CareEvent => ({
      ...{ kind: 'baseline', values: { body_weight: value }, inputs: {}, fromDays: {} },
      reason: null,
    });
    await add(baseline(80));
    await add(baseline(78), morning + day);
    const first = { fromDay: calendar.dayOf(morning), fromDays: {}, values: { body_weight: 80 } };
    const second = { ...first, fromDay: first.fromDay + 1, values: { body_weight: 78 } };
    expect(recordOf(await kept(), episode, calendar).baselines).toEqual([first, second]);
    expect(recordOf(await kept(), 'e-other', calendar).baselines).toEqual([]);
  });
});
