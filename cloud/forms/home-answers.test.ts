import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seenSchema } from '@hemma/protocols/wire/command.js';
import type { Answers } from '@hemma/protocols/wire/answers.js';
import { createLog } from '@hemma/runtime/log.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { someMorning } from '../../tooling/testkit/measurements.js';
import { loadContent } from '../plans/content.js';
import { shippedPlan } from '../plans/content.js';
import { contentDir } from '../folders.js';
import { Ingest } from '../ingest/ingest.js';
import { ofKind, eventsOf } from '../record/care-record.js';
import { FormsOfPatients } from './forms.js';
import { HomeAnswers } from './home-answers.js';

const patient = 'p-00000001';
const gateway = 'gw-one';
const content = loadContent(contentDir());
const planOf = shippedPlan(content);
const form = content.questionnaires.get('hemma-hf-check')!;
const log = createLog('test', 'silent');

describe('answers from a home', () => {
  let clinic: TestClinic;
  let ingest: Ingest;
  let home: HomeAnswers;
  let receipts: unknown[];
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
    await clinic.addPatient(patient, 'heart-failure', { targetWeight: 72 });
    const { db, fleet, journal } = clinic.parts;
    await fleet.add(gateway, patient, 0);
    const { clock } = clinic;
    receipts = [];
    ingest = new Ingest({
      ...{ journal, clock, db, fleet, log, limits: { envelopes: 100, perGateway: 10 } },
      send: (_, payload) => {
        receipts.push(JSON.parse(payload));
        return Promise.resolve();
      },
    });
    ingest.start();
    const forms = new FormsOfPatients({ db, content, planOf, clock });
    home = new HomeAnswers({ db, forms, planOf, clock, log });
  });
  afterEach(async () => {
    await ingest.stop();
    await clinic.stop();
  });

  const answers = (n: number, changes: Partial<Answers> = {}): Answers => ({
    ...{ record: 'answers', id: String(n).padStart(64, '0'), patient, language: 'sv' },
    ...{ questionnaire: form.id, version: form.version },
    answers: Object.fromEntries(form.items.map(({ id }) => [id, 0])),
    time: {
      ...{ device: null, deviceOffsetMs: null, monotonicMs: 1, bootId: 'boot', uncertaintyMs: 0 },
      ...{ wallMs: someMorning, wallTrust: 'synced' as const, measuredAt: someMorning },
    },
    ...changes,
  });
  const send = async (ledger: Ledger): Promise<unknown> => {
    const before = receipts.length;
    ingest.hearMeasurements(gateway, Buffer.from(ledger.envelope()));
    while (receipts.length === before) await clinic.clock.advance(100);
    return receipts.at(-1);
  };
  const kept = async () => ofKind(await eventsOf(clinic.parts.db, patient), 'response');
  const became = async () =>
    (await clinic.parts.db.selectFrom('answers').select('became').orderBy('id').execute()).map(
      (it) => it.became,
    );

  it('are stored with the receipt, and become one event however often they come', async () => {
    const ledger = new Ledger(gateway);
    ledger.add(answers(1));
    expect(await send(ledger)).toMatchObject({ upTo: 1, refused: [] });
    await home.take();
    const again = new Ledger(gateway);
    again.add(answers(1));
    expect(await send(again)).toMatchObject({ upTo: 1, refused: [] });
    await home.take();
    expect(await became()).toEqual(['taken']);
    const [event, ...others] = await kept();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      ...{ at: someMorning, staff: null },
      event: { questionnaire: form.id, complete: true },
    });
  });

  it('that were weeks on their way belong to when they were given', async () => {
    clinic.clock.jumpWall(14 * 86_400_000);
    const ledger = new Ledger(gateway);
    ledger.add(answers(1));
    await send(ledger);
    await home.take();
    expect((await kept()).map((it) => it.at)).toEqual([someMorning]);
  });

  it('that fit no plan keep the reason, and hold nobody up', async () => {
    const ledger = new Ledger(gateway);
    ledger.add(answers(1, { questionnaire: 'phq-9' }));
    ledger.add(answers(2, { answers: { nothing: 1 } }));
    ledger.add(answers(3));
    await send(ledger);
    await home.take();
    expect(await became()).toEqual(['not_found', 'answer_unknown_item', 'taken']);
    expect(await kept()).toHaveLength(1);
  });

  it.each([
    ['a key too many', { ...answers(1), name: 'A' }, 'row_malformed'],
    ['another person', answers(1, { patient: 'p-99999999' }), 'patient_mismatch'],
    [
      'a date before there was anything',
      answers(1, { time: { ...answers(1).time, measuredAt: 0 } }),
      'measured_too_early',
    ],
  ])('with %s are refused with a code', async (_, row, code) => {
    const ledger = new Ledger(gateway);
    ledger.add(row);
    expect(await send(ledger)).toMatchObject({ upTo: 1, refused: [{ seq: 1, code }] });
    expect(await became()).toEqual([]);
  });

  it('are seen by care once somebody has the patient before them', async () => {
    const { db } = clinic.parts;
    const ledger = new Ledger(gateway);
    ledger.add(answers(1));
    await send(ledger);
    // Time passes: the plan becomes a schedule, without which the home is told nothing.
    await db.transaction().execute((trx) => clinic.parts.rules.wake(trx, 0));
    await clinic.post(`/api/patients/${patient}/presence`);
    const { home: text } = await db
      .selectFrom('commands')
      .select('home')
      .where('gateway', '=', gateway)
      .executeTakeFirstOrThrow();
    const { seen } = JSON.parse(text) as { readonly seen: unknown[] };
    expect(seen.map((it) => seenSchema.parse(it))).toMatchObject([{ patient, upTo: 1 }]);
  });
});
