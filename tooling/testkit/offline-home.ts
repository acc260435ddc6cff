import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Downlink } from '@hemma/gateway/downlink.js';
import { Intake } from '@hemma/gateway/intake.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { agendaOf } from '@hemma/gateway/schedule/agenda.js';
import { Home } from '@hemma/gateway/schedule/home.js';
import { Taken } from '@hemma/gateway/taken.js';
import { Uplink } from '@hemma/gateway/uplink.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { createLog } from '@hemma/runtime/log.js';
import type { ManualClock } from './manual-clock.js';

const timeZone = 'Europe/Stockholm';
const log = createLog('test', 'silent');

interface OfflineHomeOptions {
  readonly clock: ManualClock;
  readonly broker: string;
  readonly secret: string;
  readonly gateway: string;
  readonly patient: string;
}

const pressure = (systolic: number): Reading => ({
  kind: 'blood_pressure',
  values: [
    { code: 'systolic_bp', value: systolic },
    { code: 'diastolic_bp', value: 80 },
  ],
  ...{ failure: null, flags: [], deviceTime: null, sequence: null, userSlot: null, context: {} },
  ...{ octets: Uint8Array.of(systolic), companionOctets: new Uint8Array() },
});

/** The parts of a gateway that know plans, on their real files; its network can be taken away. */
export class OfflineHome {
  readonly clock: ManualClock;
  readonly patient: string;
  readonly outbox: Outbox;
  readonly home: Home;
  readonly intake: Intake;
  readonly taken: Taken;
  /** Octets of each command that has come. */
  readonly heard: number[] = [];
  readonly #folder: string;
  readonly #makeUplink: () => Uplink;
  #uplink: Uplink | null = null;

  constructor({ clock, broker, secret, gateway, patient }: OfflineHomeOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'hemma-home-'));
    this.#folder = folder;
    this.clock = clock;
    this.patient = patient;
    this.outbox = new Outbox({ file: join(folder, 'outbox.sqlite'), clock, log });
    const files = {
      file: join(folder, 'home.sqlite'),
      scheduleFile: join(folder, 'schedules.sqlite'),
    };
    this.home = new Home({ ...files, log, changed: () => undefined });
    this.taken = new Taken(this.outbox);
    const { outbox, home } = this;
    const inForce = (ref: string) => home.inForce(ref);
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    this.intake = new Intake({ outbox, owners, clock, log, timeZone, inForce });
    this.#makeUplink = () => {
      const downlink = new Downlink({
        ...{ gateway, log, apply: (command) => home.apply(command) },
        tell: () => uplink.publishStatus(),
      });
      const uplink: Uplink = new Uplink({
        ...{ gateway, secret, broker, outbox, clock, log },
        report: () => ({
          ...{ software: '0.1.0', waiting: outbox.waiting, held: 0, problems: [] },
          ...(home.version === 0 ? {} : { commandVersion: home.version }),
          schedules: [...home.revisions],
        }),
        onCommand: (payload) => {
          this.heard.push(payload.length);
          downlink.hear(payload);
        },
      });
      return uplink;
    };
    outbox.start();
    home.start();
  }

  connect(): void {
    this.#uplink = this.#makeUplink();
    this.#uplink.start();
  }

  async disconnect(): Promise<void> {
    await this.#uplink?.stop();
    this.#uplink = null;
  }

  measure(systolic: number): void {
    const capturedMonotonicMs = this.clock.monotonicMs();
    const device = { model: 'generic-blood-pressure', identity: 'ble:C0:FF:EE:00:00:01' };
    this.intake.takeNow(pressure(systolic), {
      ...{ ...device, patient: this.patient, capturedMonotonicMs },
      clock: null,
    });
  }

  get revision(): string | undefined {
    return this.home.inForce(this.patient)[0]?.revision;
  }

  /** What the page would ask for now. */
  agenda() {
    const [schedule] = this.home.state.schedules;
    if (schedule === undefined) throw new Error('No schedule has come yet.');
    return agendaOf({
      ...{ schedule, calendar: zonedCalendar(timeZone), answered: [] },
      ...{ taken: this.taken.readings(this.patient), now: this.clock.wall().ms },
    });
  }

  async stop(): Promise<void> {
    await this.disconnect();
    this.home.stop();
    this.outbox.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
