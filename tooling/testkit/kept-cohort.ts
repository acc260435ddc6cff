import { loadCatalogue } from '@hemma/cloud/catalogue.js';
import type { Database } from '@hemma/cloud/database/database.js';
import { importInpatientDays } from '@hemma/cloud/effects/store/import-stays.js';
import { keepHeartbeat } from '@hemma/cloud/effects/store/heartbeats.js';
import type { EffectSources } from '@hemma/cloud/effects/store/sources.js';
import type { EndReason } from '@hemma/cloud/episodes/tables.js';
import { runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { contentDir } from '@hemma/cloud/folders.js';
import { SqlJournal } from '@hemma/cloud/journal/sql-journal.js';
import { MINUTE_MS, dateOfDay, dayOfDate, zonedCalendar } from '@hemma/cloud/plans/calendar.js';
import { loadContent, shippedPlan } from '@hemma/cloud/plans/content.js';
import { noteContact } from '@hemma/cloud/prescribing/contact.js';
import { endEpisode } from '@hemma/cloud/prescribing/course.js';
import type { PrescribingParts } from '@hemma/cloud/prescribing/parts.js';
import { addEvent } from '@hemma/cloud/record/care-record.js';
import type { CareEvent } from '@hemma/cloud/record/events.js';
import type { FindingRow } from '@hemma/cloud/rules/finding-rows.js';
import type { Actor } from '@hemma/cloud/staff/actor.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import { PlanPromises } from '@hemma/cloud/worklist/due.js';
import { Worklist } from '@hemma/cloud/worklist/worklist.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { chance, wholeBetween } from '@hemma/simulators/random.js';
import { careUnit } from './care-unit.js';
import { enrol } from './enrol.js';
import { ManualClock } from './manual-clock.js';
import { aMeasurement, journalEntries } from './measurements.js';

const content = loadContent(contentDir());
const catalogue = loadCatalogue(contentDir());
const planOf = shippedPlan(content);
const calendar = zonedCalendar();

export const cohortPlan = 'heart-failure';
export const cohortUnit = 'heart-clinic';
/** When the report is made: long after everything. */
const reportedAt = calendar.instant(dayOfDate('2026-07-15'), 720);
const firstDay = dayOfDate('2026-03-02');
/** Clocks go forward within it. */
const planDays = 40;
/** Monday, Tuesday: no holidays, and neither is the day after. */
const taskDays = ['2026-03-16', '2026-03-17', '2026-03-23', '2026-03-24'].map(dayOfDate);

type Weighing = 'done' | 'late' | 'missed' | 'filled' | 'filled-late' | 'error';
const weighings: readonly Weighing[] = [
  ...(['done', 'done', 'done', 'late'] as const),
  ...(['missed', 'filled', 'filled-late', 'error'] as const),
];

const nothing = () => ({
  ...{ due: 0, kept: 0, sameDay: 0, daysInPlan: 0 },
  ...{ completed: 0, discontinued: 0, running: 0 },
  ...{ viewMinutes: 0, phoneMinutes: 0, replaced: 0, visits: 0 },
  ...{ hospitalBefore: 0, hospitalAfter: 0 },
  ...{ downHours: 0, downByCause: new Map<string, number>() },
  waits: new Array<number>(),
  seenAfterMinutes: new Array<number>(),
  changes: new Array<number>(),
  before: new Array<number>(),
});

/**
 * A cohort that is written where the cloud keeps it: journal, care events, worklist, import. What was
 * put in is counted while it is put in, in whole numbers, so that the report is known beforehand.
 */
export class KeptCohort {
  readonly known = nothing();
  readonly sources: EffectSources;
  readonly #database: Database;
  readonly #random: () => number;
  readonly #measurements: Measurement[] = [];
  readonly #stays: string[] = [];
  readonly #worklist: Worklist;
  #actor!: Actor;

  constructor(database: Database, seed: number) {
    this.#database = database;
    this.#random = seededRandom(seed);
    const clock = new ManualClock(reportedAt);
    this.sources = { db: database.db, content, planOf, catalogue, clock };
    this.#worklist = new Worklist(database.db, new PlanPromises(planOf));
  }

  /** So many patients, each with one episode. */
  async fill(patients: number): Promise<void> {
    const { db } = this.#database;
    const { licensed } = await careUnit(db, 0, { unit: cohortUnit });
    this.#actor = await new Staff(db).actor(licensed);
    for (let n = 1; n <= patients; n += 1) await this.#addPatient(n);
    await this.#journal();
    const file = ['patient;inskriven;utskriven;huvuddiagnos', ...this.#stays].join('\n');
    const cover = { fromDay: firstDay - 400, toDay: calendar.dayOf(reportedAt) };
    await importInpatientDays(this.sources, Buffer.from(file), cover);
  }

  async #addPatient(n: number): Promise<void> {
    const { db } = this.#database;
    const ref = `p-${String(n).padStart(8, '0')}`;
    const startDay = firstDay + this.#whole(0, 6);
    // Half of them begin when the windows of the day are over.
    const startMinute = n % 2 === 0 ? 240 : 840;
    const startedAt = calendar.instant(startDay, startMinute);
    const person = { ref, displayName: `Name of ${ref}`, plan: cohortPlan, unit: cohortUnit };
    await enrol(db, { ...person, parameters: { targetWeight: 80 } }, startedAt);
    const [episode] = await runningEpisodes(db, [ref]);
    const run: Run = { n, ref, episode: episode!.id, startDay, isLate: n % 2 === 1 };
    await this.#addDays(run);
    await this.#addContacts(run);
    await this.#addWork(run);
    await this.#addTask(run);
    await this.#addDowntime(run);
    this.#addHospital(run);
    await this.#end(run);
  }

  async #addDays({ n, ref, episode, startDay, isLate }: Run): Promise<void> {
    const isPaused = (offset: number) => n % 3 === 0 && 20 <= offset && offset <= 24;
    if (n % 3 === 0) {
      const days = { fromDay: startDay + 20, toDay: startDay + 24 };
      await this.#note(ref, episode, startDay, { kind: 'pause', ...days, reason: 'holiday' });
    }
    let first: number | null = null;
    for (let offset = isLate ? 1 : 0; offset < planDays; offset += 1) {
      if (isPaused(offset)) continue;
      const day = startDay + offset;
      const weighing = weighings[this.#whole(0, weighings.length - 1)] ?? 'missed';
      await this.#weigh({ ref, episode, day }, weighing);
      const pressures = this.#measurePressure(ref, day, offset);
      const hasValue = weighing === 'done' || weighing === 'late' || pressures > 0;
      if (hasValue) first ??= offset;
    }
    this.known.waits.push(first ?? 0);
  }

  async #weigh({ ref, episode, day }: OnDay, weighing: Weighing): Promise<void> {
    const { known } = this;
    known.due += 1;
    if (weighing === 'done' || weighing === 'filled') known.kept += 1;
    if (weighing === 'late') known.sameDay += 1;
    if (weighing === 'missed') return;
    if (weighing === 'filled' || weighing === 'filled-late') {
      const enteredAt = calendar.instant(day + (weighing === 'filled' ? 7 : 8), 600);
      const event = {
        kind: 'completion',
        task: 'weight-daily',
        minutes: null,
        note: null,
      } as const;
      await this.#note(ref, episode, day, event, enteredAt);
      return;
    }
    const at = calendar.instant(day, weighing === 'late' ? 900 : this.#whole(300, 660));
    const values = { body_weight: 80 };
    const weight = aMeasurement({ kind: 'body_weight', patient: ref, at, values });
    this.#measurements.push(weight);
    if (weighing === 'error')
      await this.#note(ref, episode, day, { kind: 'entered-in-error', entry: weight.id });
  }

  /** Daily for two weeks, then Monday and Thursday; two readings are asked for. Gives how many. */
  #measurePressure(patient: string, day: number, offset: number): number {
    const weekday = new Date(dateOfDay(day)).getUTCDay();
    if (offset >= 14 && weekday !== 1 && weekday !== 4) return 0;
    const readings = this.#whole(0, 2);
    this.known.due += 1;
    if (readings === 2) this.known.kept += 1;
    const at = calendar.instant(day, 420);
    for (let i = 0; i < readings; i += 1)
      this.#measurements.push(aMeasurement({ patient, at: at + i * 2 * MINUTE_MS }));
    return readings;
  }

  async #addContacts({ ref, episode, startDay }: Run): Promise<void> {
    const { known } = this;
    for (let day = startDay + 3; day < startDay + planDays; day += this.#whole(8, 12)) {
      const channel = this.#chance(0.6) ? 'phone' : 'visit';
      const minutes = this.#whole(5, 15);
      const replacesVisit = channel === 'phone' && this.#chance(0.5);
      if (channel === 'phone') known.phoneMinutes += minutes;
      if (channel === 'visit') known.visits += 1;
      if (replacesVisit) known.replaced += 1;
      const parts = this.#partsAt(calendar.instant(day, 600));
      await noteContact(parts, this.#actor, episode, { channel, minutes, replacesVisit });
    }
    // Entered for the patient by mistake: it counts nowhere.
    const mistake = {
      kind: 'contact',
      channel: 'phone',
      minutes: 90,
      replacesVisit: true,
    } as const;
    const entry = await this.#note(ref, episode, startDay + 5, mistake);
    await this.#note(ref, episode, startDay + 5, { kind: 'entered-in-error', entry });
  }

  /** Each patient is looked at in minutes of their own. */
  async #addWork({ n, ref, startDay }: Run): Promise<void> {
    const { db } = this.#database;
    for (let day = startDay; day < startDay + planDays; day += this.#whole(5, 9)) {
      let minute = 480 + n * 17;
      const beat = () =>
        keepHeartbeat(db, {
          ...{ staff: this.#actor.staff, patient: ref, at: calendar.instant(day, minute) },
        });
      await beat();
      for (let step = 0; step < 3; step += 1) {
        const gap = this.#whole(1, 4);
        minute += gap;
        if (gap <= 3) this.known.viewMinutes += gap;
        await beat();
        await beat();
      }
    }
  }

  /** Opened at 08:00 of a staffed day, seen on that day or, by one in three, the next morning. */
  async #addTask(run: Run): Promise<void> {
    const day = taskDays[this.#whole(0, taskDays.length - 1)] ?? 0;
    const openedAt = calendar.instant(day, 480);
    const found = { began_at: openedAt, raised_at: openedAt, found_at: openedAt };
    const id = await this.#find(run, { rule: 'hf-w-gain3d', severity: 'yellow', ...found });
    const minutes = this.#whole(1, 500);
    // After 16:30 nobody is there until 08:00.
    const isNextDay = this.#chance(0.3);
    const wait = isNextDay ? 510 + minutes : minutes;
    const seenAt = calendar.instant(isNextDay ? day + 1 : day, 480 + minutes);
    await this.#worklist.acknowledge(id, this.#actor, seenAt);
    this.known.seenAfterMinutes.push(wait);
  }

  /** On a day without a change of clocks; a clinical cause beside it is no downtime. */
  async #addDowntime(run: Run): Promise<void> {
    const cause = run.n % 2 === 0 ? 'device-battery' : 'gateway-offline';
    const hours = this.#whole(5, 90);
    const began = calendar.instant(run.startDay + 8, 180);
    const times = { began_at: began, raised_at: began, found_at: began };
    const missing = { topic: 'missing', audience: 'technology', kind: 'note' } as const;
    const over = { cleared_at: began + hours * 60 * MINUTE_MS };
    await this.#find(run, { ...missing, rule: 'miss-weight-daily-1', cause, ...times, ...over });
    const inside = { cleared_at: began + 60 * MINUTE_MS };
    await this.#find(run, { ...missing, rule: 'miss-bp', cause, ...times, ...inside });
    const own = { cause: 'not-measured', cleared_at: null };
    await this.#find(run, { ...missing, rule: 'miss-weight-daily-2', ...own, ...times });
    const { known } = this;
    known.downHours += hours;
    known.downByCause.set(cause, (known.downByCause.get(cause) ?? 0) + hours);
  }

  #addHospital({ ref, startDay }: Run): void {
    for (const offset of [-300, -40, 50]) {
      const length = this.#whole(1, 9);
      const isMain = this.#chance(0.7);
      if (isMain && offset < 0) this.known.hospitalBefore += length;
      if (isMain && offset > 0) this.known.hospitalAfter += length;
      const days = [startDay + offset, startDay + offset + length].map(dateOfDay);
      this.#stays.push([ref, ...days, isMain ? 'I50.9' : 'J18.9'].join(';'));
    }
  }

  /** All but the first two end on the last day, most of them with answers before and after. */
  async #end({ n, ref, episode, startDay }: Run): Promise<void> {
    const { known } = this;
    const isRunning = n <= 2;
    const lastOfPeriod = dayOfDate('2026-06-30');
    known.daysInPlan += isRunning ? lastOfPeriod - startDay + 1 : planDays;
    const due = isRunning ? this.#dueAfter(startDay + planDays, lastOfPeriod) : 0;
    known.due += due;
    const pre = this.#whole(5, 20);
    const values = { phq9_total: pre };
    const taken = { kind: 'baseline', values, inputs: {}, fromDays: {}, reason: null } as const;
    await this.#note(ref, episode, startDay + 1, taken);
    const post = this.#whole(0, 20);
    const endDay = startDay + planDays - 1;
    await this.#answer(ref, episode, endDay - 10, 27);
    await this.#answer(ref, episode, endDay, post);
    if (isRunning) {
      known.running += 1;
      return;
    }
    known.changes.push(post - pre);
    known.before.push(pre);
    const reason: EndReason = this.#chance(0.5) ? 'plan-end' : 'patient-wish';
    known[reason === 'plan-end' ? 'completed' : 'discontinued'] += 1;
    const parts = this.#partsAt(calendar.instant(endDay, 900));
    await endEpisode(parts, this.#actor, episode, { reason, note: null });
    await this.#answer(ref, episode, endDay + 1, 0);
  }

  /** Nobody of those who go on measures any more: a weight each day, blood pressure on Mondays too. */
  #dueAfter(from: number, to: number): number {
    let due = 0;
    for (let day = from; day <= to; day += 1) {
      const weekday = new Date(dateOfDay(day)).getUTCDay();
      // Phase "stable" begins on day 90 of the plan, when Thursdays fall away.
      const isThursday = weekday === 4 && day < from - planDays + 90;
      due += weekday === 1 || isThursday ? 2 : 1;
    }
    return due;
  }

  /** Nine items of 0 to 3 with this sum. */
  async #answer(ref: string, episode: string, day: number, score: number): Promise<void> {
    const item = (i: number) => Math.max(0, Math.min(3, score - 3 * i));
    const items = Array.from({ length: 9 }, (_, i) => [`phq9-${i + 1}`, item(i)] as const);
    const answered = {
      kind: 'response',
      questionnaire: 'phq-9',
      texts: {},
      complete: true,
    } as const;
    await this.#note(ref, episode, day, { ...answered, answers: Object.fromEntries(items) });
  }

  async #note(
    patient: string,
    episode: string,
    day: number,
    event: CareEvent,
    receivedAt = calendar.instant(day, 600),
  ): Promise<string> {
    const at = calendar.instant(day, 600);
    const common = { patient, episode, at, receivedAt, staff: null };
    const { db } = this.#database;
    return db.transaction().execute((trx) => addEvent(trx, { ...common, event }));
  }

  /** A finding, and the task of one that is raised. */
  async #find(run: Run, facts: Partial<FindingRow> & Pick<FindingRow, 'rule'>): Promise<string> {
    const at = facts.began_at ?? 0;
    const finding: FindingRow = {
      ...{ id: `${facts.rule}-${run.n}`, patient: run.ref, episode: run.episode },
      ...{ plan: cohortPlan, plan_version: '0.1.0', severity: 'info', kind: 'raised' },
      ...{ began_at: at, raised_at: at, cleared_at: null, found_at: at, latest_at: at, count: 1 },
      ...{ topic: 'assess', audience: 'clinic', cause: null, hint: null },
      ...{ staff_may_close: 0, recalculated: 0, reason: '{}', basis: '{}' },
      ...facts,
    };
    await this.#database.db.transaction().execute(async (trx) => {
      await trx.insertInto('findings').values(finding).execute();
      if (finding.kind === 'raised') await this.#worklist.sync(trx, finding);
    });
    return finding.id;
  }

  /** All at once, received on the evening of the last day. */
  async #journal(): Promise<void> {
    const receivedAt = calendar.instant(firstDay + 60, 0);
    const entries = journalEntries(this.#measurements, receivedAt);
    const batch = { receivedAt, entries, gaps: [], refusals: [], marks: [] };
    await new SqlJournal(this.#database).append([], () => batch);
  }

  #partsAt(at: number): PrescribingParts {
    const common = { ...this.sources, plans: content.plans, worklist: this.#worklist };
    return { ...common, clock: new ManualClock(at) };
  }

  #whole(low: number, high: number): number {
    return wholeBetween(this.#random, low, high);
  }

  #chance(probability: number): boolean {
    return chance(this.#random, probability);
  }
}

interface OnDay {
  readonly ref: string;
  readonly episode: string;
  readonly day: number;
}

interface Run {
  readonly n: number;
  readonly ref: string;
  readonly episode: string;
  readonly startDay: number;
  /** It began after the windows of its first day. */
  readonly isLate: boolean;
}
