import type {
  ContactEntry,
  Downtime,
  EffectLog,
  EpisodeEntry,
  Heartbeat,
  InpatientStay,
  OccasionEntry,
  ScoreEntry,
  TaskEntry,
} from '@hemma/cloud/effects/log.js';
import { dayOfDate } from '@hemma/protocols/plans/calendar.js';
import { endReasons } from '@hemma/protocols/api/prescribing.js';
import type { OccasionState } from '@hemma/protocols/plans/occasions.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { chance, wholeBetween } from '@hemma/simulators/random.js';
import { calendar, effectLog, episode } from './effect-log.js';

/**
 * A year of a made-up clinic. What was put in is counted while it is put in, in whole numbers, so that
 * every measure of the year is known without computing it from the log.
 */
export interface Cohort {
  readonly log: EffectLog;
  readonly known: Known;
}

type Known = ReturnType<typeof nothing>;

const nothing = () => ({
  ...{ due: 0, kept: 0, sameDay: 0, daysInPlan: 0 },
  ...{ started: 0, completed: 0, running: 0, discontinued: 0 },
  ...{ viewMinutes: 0, phoneMinutes: 0, replaced: 0, visits: 0 },
  ...{ hospitalBefore: 0, hospitalAfter: 0, observedBefore: 0, observedAfter: 0 },
  ...{ downMinutes: 0, decided: 0, inTime: 0 },
  byReason: new Map<string, number>(),
  downByCause: new Map<string, number>(),
  waits: new Array<number>(),
  seenAfterMinutes: new Array<number>(),
  changes: new Array<number>(),
});

const firstDay = dayOfDate('2026-01-01');
const lastDay = dayOfDate('2026-12-31');
const untilDay = dayOfDate('2027-06-30');
const causes = ['device-battery', 'bond-lost', 'gateway-offline'];
const states: readonly OccasionState[] = [
  ...(['done', 'done', 'done', 'done-late'] as const),
  ...(['backfilled', 'missed', 'paused'] as const),
];

/** Fills a log; one patient after the other, each with one episode that starts in the year. */
export function cohort(seed: number, patients: number): Cohort {
  const building = new Building(seed);
  for (let n = 1; n <= patients; n += 1) building.addPatient(n);
  return { log: building.log(), known: building.known };
}

interface Stay {
  readonly run: EpisodeEntry;
  readonly startDay: number;
  /** Last day in plan inside the year. */
  readonly endDay: number;
}

class Building {
  readonly known = nothing();
  readonly #random: () => number;
  readonly #episodes: EpisodeEntry[] = [];
  readonly #occasions: OccasionEntry[] = [];
  readonly #baselines: ScoreEntry[] = [];
  readonly #scores: ScoreEntry[] = [];
  readonly #tasks: TaskEntry[] = [];
  readonly #heartbeats: Heartbeat[] = [];
  readonly #contacts: ContactEntry[] = [];
  readonly #downtimes: Downtime[] = [];
  readonly #stays: InpatientStay[] = [];

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  log(): EffectLog {
    return effectLog({
      until: calendar.instant(untilDay, 720),
      ...{ episodes: this.#episodes, occasions: this.#occasions, scores: this.#scores },
      ...{ baselines: this.#baselines, tasks: this.#tasks, heartbeats: this.#heartbeats },
      ...{ contacts: this.#contacts, downtimes: this.#downtimes },
      inpatient: { coversFrom: firstDay - 200, coversTo: untilDay, stays: this.#stays },
    });
  }

  addPatient(n: number): void {
    const startDay = this.#whole(firstDay, lastDay - 60);
    const reason = endReasons[this.#whole(0, endReasons.length - 1)] ?? 'other';
    const isRunning = this.#chance(0.2);
    const endDay = this.#whole(startDay + 30, lastDay);
    const wait = this.#whole(0, 12);
    const run = episode(n, {
      startedAt: calendar.instant(startDay, 540),
      prescribedAt: calendar.instant(startDay, 500),
      firstValueAt: calendar.instant(startDay + wait, this.#whole(600, 1_300)),
      ...(!isRunning && { endedAt: calendar.instant(endDay, 900), endReason: reason }),
    });
    this.#episodes.push(run);
    this.known.waits.push(wait);
    this.#countOutcome(isRunning, reason);
    const stay = { run, startDay, endDay: isRunning ? lastDay : endDay };
    this.known.daysInPlan += stay.endDay - startDay + 1;
    this.#addOccasions(stay);
    this.#addWork(stay, n);
    this.#addContacts(stay);
    this.#addDowntimes(stay);
    this.#addHospital(stay);
    this.#addTasks(stay);
    if (!isRunning) this.#addScores(stay);
  }

  #countOutcome(isRunning: boolean, reason: string): void {
    const { known } = this;
    known.started += 1;
    if (isRunning) known.running += 1;
    else if (reason === 'plan-end' || reason === 'goal-reached') known.completed += 1;
    else {
      known.discontinued += 1;
      known.byReason.set(reason, (known.byReason.get(reason) ?? 0) + 1);
    }
  }

  #addOccasions({ run, startDay, endDay }: Stay): void {
    for (let day = startDay; day <= endDay; day += 1) {
      const state = states[this.#whole(0, states.length - 1)] ?? 'missed';
      const required = this.#whole(1, 2);
      const isMissed = state === 'missed' || state === 'paused';
      const readings = isMissed ? 0 : this.#whole(1, 2);
      const daysLate = state === 'backfilled' ? this.#whole(1, 5) : null;
      const isEnough = readings >= required;
      if (state !== 'paused') this.known.due += 1;
      if (isEnough && (state === 'done' || (daysLate !== null && daysLate <= 3)))
        this.known.kept += 1;
      if (isEnough && state === 'done-late') this.known.sameDay += 1;
      const entry = { state, required, readings, daysLate, backfillDays: 3 };
      this.#occasions.push({ episode: run.id, task: 'weight', day, ...entry });
    }
  }

  /** Each patient is looked at in minutes of their own, so that nobody has two views open. */
  #addWork({ run, startDay, endDay }: Stay, n: number): void {
    for (let day = startDay; day <= endDay; day += this.#whole(5, 9)) {
      let minute = 480 + n * 17;
      const beat = () =>
        this.#heartbeats.push({
          ...{ staff: `s-${day % 3}`, patient: run.patient },
          at: calendar.instant(day, minute),
        });
      beat();
      for (let step = 0; step < 3; step += 1) {
        const gap = this.#whole(1, 4);
        minute += gap;
        if (gap <= 3) this.known.viewMinutes += gap;
        beat();
      }
    }
  }

  #addContacts({ run, startDay, endDay }: Stay): void {
    for (let day = startDay; day <= endDay; day += this.#whole(10, 20)) {
      const channel = this.#chance(0.6) ? 'phone' : 'visit';
      const minutes = this.#whole(5, 15);
      const replacesVisit = channel === 'phone' && this.#chance(0.4);
      if (channel === 'phone') this.known.phoneMinutes += minutes;
      if (channel === 'visit') this.known.visits += 1;
      if (replacesVisit) this.known.replaced += 1;
      const at = calendar.instant(day, 600);
      this.#contacts.push({ episode: run.id, at, channel, minutes, replacesVisit });
    }
  }

  /** On whole days, two causes at most, the second inside the first. */
  #addDowntimes({ run, startDay, endDay }: Stay): void {
    for (let day = startDay; day <= endDay; day += this.#whole(15, 40)) {
      const from = this.#whole(0, 600);
      const length = this.#whole(30, 600);
      const outer = this.#whole(0, causes.length - 1);
      this.#addDowntime(run, causes[outer] ?? '', [day, from, length]);
      this.known.downMinutes += length;
      if (this.#chance(0.5)) continue;
      const inner = causes[(outer + 1) % causes.length] ?? '';
      this.#addDowntime(run, inner, [day, from + 10, length - 20]);
    }
  }

  #addDowntime(run: EpisodeEntry, cause: string, when: readonly [number, number, number]): void {
    const [day, from, length] = when;
    // By instants: a wall time that is skipped in spring makes no hour.
    const start = calendar.instant(day, from);
    this.known.downByCause.set(cause, (this.known.downByCause.get(cause) ?? 0) + length);
    this.#downtimes.push({
      ...{ patient: run.patient, gateway: `gw-${run.id}`, device: null, cause },
      ...{ from: start, until: start + length * 60_000 },
    });
  }

  /** Stays apart from each other, so that their lengths add up; every other diagnosis is another. */
  #addHospital({ run, startDay }: Stay): void {
    const { known } = this;
    known.observedBefore += Math.min(365, startDay - (firstDay - 200));
    known.observedAfter += Math.min(365, untilDay - startDay + 1);
    for (const offset of [-150, -60, 20, 100]) {
      const length = this.#whole(0, 9);
      const isMain = this.#chance(0.7);
      const days = isMain ? Math.max(1, length) : 0;
      if (offset < 0) known.hospitalBefore += days;
      else known.hospitalAfter += days;
      const fromDay = startDay + offset;
      this.#stays.push({
        ...{ patient: run.patient, fromDay, toDay: fromDay + length },
        mainDiagnosis: isMain ? 'I509' : 'J189',
      });
    }
  }

  #addTasks({ run, startDay, endDay }: Stay): void {
    for (let day = startDay; day <= endDay; day += this.#whole(10, 30)) {
      const openedAt = calendar.instant(day, 480);
      const minutes = this.#whole(1, 600);
      const isSeen = this.#chance(0.9);
      if (isSeen) this.known.seenAfterMinutes.push(minutes);
      this.known.decided += 1;
      if (isSeen && minutes <= 480) this.known.inTime += 1;
      this.#tasks.push({
        ...{ episode: run.id, severity: 'yellow', openedAt, closedAt: null },
        seenAt: isSeen ? openedAt + minutes * 60_000 : null,
        dueAt: openedAt + 480 * 60_000,
      });
    }
  }

  #addScores({ run, startDay, endDay }: Stay): void {
    const pre = this.#whole(5, 20);
    const post = this.#whole(0, 20);
    this.known.changes.push(post - pre);
    const score = { episode: run.id, metric: 'phq9_total' };
    this.#baselines.push({ ...score, value: pre, at: calendar.instant(startDay, 600) });
    // The last one before the end counts, what comes after the end does not.
    this.#scores.push({ ...score, value: 27, at: calendar.instant(startDay + 10, 600) });
    this.#scores.push({ ...score, value: post, at: calendar.instant(endDay, 1_000) });
    this.#scores.push({ ...score, value: 0, at: calendar.instant(endDay + 1, 600) });
  }

  #whole(low: number, high: number): number {
    return wholeBetween(this.#random, low, high);
  }

  #chance(probability: number): boolean {
    return chance(this.#random, probability);
  }
}
