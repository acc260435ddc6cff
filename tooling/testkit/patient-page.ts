import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentDir } from '@hemma/cloud/folders.js';
import { courseOf } from '@hemma/cloud/plans/course.js';
import { loadContent } from '@hemma/cloud/plans/content.js';
import { compileSchedule } from '@hemma/cloud/schedules/compile.js';
import { Intake } from '@hemma/gateway/intake.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import type { Doubts, DoubtfulReading } from '@hemma/gateway/page/look.js';
import { PageServer } from '@hemma/gateway/page/server.js';
import { nothingAsked } from '@hemma/gateway/prompts/store.js';
import type { PromptState } from '@hemma/gateway/prompts/store.js';
import { Home } from '@hemma/gateway/schedule/home.js';
import { Taken } from '@hemma/gateway/taken.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { ParameterValue } from '@hemma/protocols/plans/plan.js';
import type { Quantity, ReadingKind } from '@hemma/protocols/reading.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import { createLog } from '@hemma/runtime/log.js';
import { ManualClock } from './manual-clock.js';

const content = loadContent(contentDir());
const timeZone = 'Europe/Stockholm';
const calendar = zonedCalendar(timeZone);
const week = [{ from: '08:00', to: '16:00' }];

interface Planned {
  readonly plan: string;
  readonly patient?: string;
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  /** Of the first day, milliseconds since 1970 UTC. */
  readonly start: number;
}

/** The schedule of a shipped plan as the cloud would send it. */
export function aSchedule({ plan, patient, parameters = {}, start }: Planned): Schedule {
  const startDay = calendar.dayOf(start);
  const shipped = content.plans.get(plan);
  if (shipped === undefined) throw new Error(`There is no plan ${plan}.`);
  const course = courseOf({ plan: shipped, content, calendar, parameters, startDay });
  return compileSchedule({
    ...{ patient: patient ?? 'p-00000001', course, record: { seriesStarts: [] }, pauses: [] },
    hours: { week: [week, week, week, week, week, [], []], closures: [], openings: [] },
    ...{ today: startDay, timeZone },
  });
}

/** Readings that somebody is asked about. */
class AskedDoubts implements Doubts {
  readonly list: DoubtfulReading[] = [];
  readonly answers: (readonly [id: string, answer: string])[] = [];

  waiting(): readonly DoubtfulReading[] {
    return this.list;
  }

  answer(id: string, answer: 'mine' | 'not-mine'): void {
    this.answers.push([id, answer]);
    this.list.splice(0);
  }
}

/** The patient page on real files and real HTTP; the cloud is what the test says. */
export class PatientPage {
  readonly patient = 'p-00000001';
  readonly folder = mkdtempSync(join(tmpdir(), 'hemma-page-'));
  readonly clock: ManualClock;
  readonly outbox: Outbox;
  readonly home: Home;
  readonly intake: Intake;
  readonly doubts = new AskedDoubts();
  /** What the home was asked to measure again. */
  readonly prompts: { state: PromptState } = { state: nothingAsked };
  readonly server: PageServer;
  #version = 0;
  #command: Omit<Command, 'version'> = { v: 1, gateway: 'gw-test', prompts: [] };

  constructor(now: number) {
    const { folder } = this;
    const log = createLog('test', 'silent');
    const clock = new ManualClock(now);
    this.clock = clock;
    this.outbox = new Outbox({ file: join(folder, 'outbox.sqlite'), clock, log });
    const changed = (): void => this.server.touch();
    const scheduleFile = join(folder, 'schedules.sqlite');
    this.home = new Home({ file: join(folder, 'home.sqlite'), scheduleFile, log, changed });
    const { outbox, home, doubts } = this;
    const inForce = home.inForce.bind(home);
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    this.intake = new Intake({ outbox, owners, clock, log, timeZone, inForce });
    const people = (): string[] => [
      ...new Set([this.patient, ...home.state.schedules.map((it) => it.patient)]),
    ];
    this.server = new PageServer(
      {
        ...{ outbox, home, doubts, clock, log, timeZone, intake: this.intake },
        ...{ taken: new Taken(outbox), patients: people, prompts: this.prompts },
      },
      { listen: { host: '127.0.0.1', port: 0 }, names: ['hemma.local'], language: 'sv' },
    );
    outbox.onAppended(changed);
  }

  async start(): Promise<void> {
    this.outbox.start();
    this.home.start();
    await this.server.start();
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.home.stop();
    this.outbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get url(): string {
    return `http://127.0.0.1:${this.server.port ?? 0}`;
  }

  /** The cloud wants something else beside what it wanted before. */
  want(parts: Partial<Command>): void {
    this.#version += 1;
    this.#command = { ...this.#command, ...parts };
    this.home.apply({ ...this.#command, version: this.#version });
  }

  /** A device was read. */
  measure(kind: ReadingKind, values: readonly Quantity[]): void {
    this.#version += 1;
    const capturedMonotonicMs = this.clock.monotonicMs();
    this.intake.takeNow(
      {
        ...{ kind, values, failure: null, flags: [], deviceTime: null, sequence: null },
        ...{ userSlot: null, context: {}, octets: Uint8Array.of(this.#version & 0xff) },
        companionOctets: new Uint8Array(),
      },
      {
        ...{ model: 'test', identity: 'ble:C0:FF:EE:00:00:01', patient: this.patient },
        ...{ clock: null, capturedMonotonicMs },
      },
    );
  }

  /** The cloud has all, and somebody has looked at it or not. */
  arrive(isSeen: boolean): void {
    const { last: upTo, ledger } = this.outbox;
    this.outbox.confirm(upTo, []);
    this.server.touch();
    if (isSeen) this.want({ seen: [{ patient: this.patient, ledger, upTo }] });
  }

  /** What was kept, as it will travel. */
  rows(): unknown[] {
    return this.outbox.rows(0, 1_000).map(({ text }) => JSON.parse(text) as unknown);
  }
}
