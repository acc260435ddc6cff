import type { Database } from '@hemma/cloud/database/database.js';
import { importInpatientDays } from '@hemma/cloud/effects/store/import-stays.js';
import { keepHeartbeat } from '@hemma/cloud/effects/store/heartbeats.js';
import type { EndReason } from '@hemma/cloud/episodes/tables.js';
import { runningEpisodes } from '@hemma/cloud/episodes/episodes.js';
import { MINUTE_MS, dateOfDay, dayOfDate, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import { noteContact } from '@hemma/cloud/prescribing/contact.js';
import { endEpisode } from '@hemma/cloud/prescribing/course.js';
import type { PrescribingParts } from '@hemma/cloud/prescribing/parts.js';
import type { Actor } from '@hemma/cloud/staff/actor.js';
import { Staff } from '@hemma/cloud/staff/staff.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { chance, wholeBetween } from '@hemma/simulators/random.js';
import { careUnit } from './care-unit.js';
import { enrol } from './enrol.js';
import { dueWithoutValues, nothingKnown } from './kept-known.js';
import { KeptStore, cohortPlan } from './kept-store.js';
import type { OnDay } from './kept-store.js';
import { aMeasurement } from './measurements.js';

const calendar = zonedCalendar();

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

/**
 * A cohort that is written where the cloud keeps it: journal, care events, worklist, import. What was
 * put in is counted while it is put in, in whole numbers, so that the report is known beforehand.
 */
export class KeptCohort {
  readonly known = nothingKnown();
  readonly sources: PrescribingParts;
  readonly #database: Database;
  readonly #random: () => number;
  readonly #measurements: Measurement[] = [];
  readonly #stays: string[] = [];
  readonly #store: KeptStore;
  #actor!: Actor;

  constructor(database: Database, seed: number) {
    this.#database = database;
    this.#random = seededRandom(seed);
    this.#store = new KeptStore(database);
    this.sources = this.#store.partsAt(reportedAt);
  }

  /** So many patients, each with one episode. */
  async fill(patients: number): Promise<void> {
    const { db } = this.#database;
    const { licensed } = await careUnit(db, 0, { unit: cohortUnit });
    this.#actor = await new Staff(db).actor(licensed);
    for (let n = 1; n <= patients; n += 1) await this.#addPatient(n);
    // Received on the evening of the last day.
    await this.#store.journal(this.#measurements, calendar.instant(firstDay + 60, 0));
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
    const [{ id: episode } = { id: '' }] = await runningEpisodes(db, [ref]);
    const run: Run = { n, ref, episode, startDay, isLate: n % 2 === 1 };
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
      await this.#store.note(
        { ref, episode, day: startDay },
        { kind: 'pause', ...days, reason: 'holiday' },
      );
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
      await this.#store.note({ ref, episode, day }, event, enteredAt);
      return;
    }
    const at = calendar.instant(day, weighing === 'late' ? 900 : this.#whole(300, 660));
    const values = { body_weight: 80 };
    const weight = aMeasurement({ kind: 'body_weight', patient: ref, at, values });
    this.#measurements.push(weight);
    if (weighing === 'error')
      await this.#store.note({ ref, episode, day }, { kind: 'entered-in-error', entry: weight.id });
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
      const parts = this.#store.partsAt(calendar.instant(day, 600));
      await noteContact(parts, this.#actor, episode, { channel, minutes, replacesVisit });
    }
    // Entered for the patient by mistake: it counts nowhere.
    const mistake = {
      kind: 'contact',
      channel: 'phone',
      minutes: 90,
      replacesVisit: true,
    } as const;
    const entry = await this.#store.note({ ref, episode, day: startDay + 5 }, mistake);
    await this.#store.note(
      { ref, episode, day: startDay + 5 },
      { kind: 'entered-in-error', entry },
    );
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
    const id = await this.#store.find(run, { rule: 'hf-w-gain3d', severity: 'yellow', ...found });
    const minutes = this.#whole(1, 500);
    // After 16:30 nobody is there until 08:00.
    const isNextDay = this.#chance(0.3);
    const wait = isNextDay ? 510 + minutes : minutes;
    const seenAt = calendar.instant(isNextDay ? day + 1 : day, 480 + minutes);
    await this.#store.worklist.acknowledge(id, this.#actor, seenAt);
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
    await this.#store.find(run, {
      ...missing,
      rule: 'miss-weight-daily-1',
      cause,
      ...times,
      ...over,
    });
    const inside = { cleared_at: began + 60 * MINUTE_MS };
    await this.#store.find(run, { ...missing, rule: 'miss-bp', cause, ...times, ...inside });
    const own = { cause: 'not-measured', cleared_at: null };
    await this.#store.find(run, { ...missing, rule: 'miss-weight-daily-2', ...own, ...times });
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
    const due = isRunning ? dueWithoutValues(startDay + planDays, lastOfPeriod, startDay + 90) : 0;
    known.due += due;
    const pre = this.#whole(5, 20);
    const values = { phq9_total: pre };
    const taken = { kind: 'baseline', values, inputs: {}, fromDays: {}, reason: null } as const;
    await this.#store.note({ ref, episode, day: startDay + 1 }, taken);
    const post = this.#whole(0, 20);
    const endDay = startDay + planDays - 1;
    await this.#store.answer({ ref, episode, day: endDay - 10 }, 27);
    await this.#store.answer({ ref, episode, day: endDay }, post);
    if (isRunning) {
      known.running += 1;
      return;
    }
    known.changes.push(post - pre);
    known.before.push(pre);
    const reason: EndReason = this.#chance(0.5) ? 'plan-end' : 'patient-wish';
    known[reason === 'plan-end' ? 'completed' : 'discontinued'] += 1;
    const parts = this.#store.partsAt(calendar.instant(endDay, 900));
    await endEpisode(parts, this.#actor, episode, { reason, note: null });
    await this.#store.answer({ ref, episode, day: endDay + 1 }, 0);
  }

  #whole(low: number, high: number): number {
    return wholeBetween(this.#random, low, high);
  }

  #chance(probability: number): boolean {
    return chance(this.#random, probability);
  }
}

interface Run {
  readonly n: number;
  readonly ref: string;
  readonly episode: string;
  readonly startDay: number;
  /** It began after the windows of its first day. */
  readonly isLate: boolean;
}
