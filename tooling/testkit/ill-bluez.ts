import { join } from 'node:path';
import { device as cuffModel } from '@hemma/protocols/devices/generic-blood-pressure.js';
import { createLog } from '@hemma/runtime/log.js';
import { FakeBluez } from '@hemma/simulators/bluez/fake-bluez.js';
import type { Refusal } from '@hemma/simulators/bluez/faults.js';
import { createVirtualDevice } from '@hemma/simulators/devices/virtual-device.js';
import { Air } from '@hemma/simulators/radio/air.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';
import { Healer } from '../../gateway/healing/healer.js';
import type { HelperVerb } from '../../gateway/healing/helper.js';
import { HealingJournal } from '../../gateway/healing/journal.js';
import { Intake } from '../../gateway/intake.js';
import { keptRows } from '../../gateway/outbox/inspect.js';
import { Outbox } from '../../gateway/outbox/outbox.js';
import { Owners } from '../../gateway/owner/owners.js';
import { Radio } from '../../gateway/session/radio.js';
import { RecordProgress } from '../../gateway/session/record-progress.js';
import { BluezTransport } from '../../gateway/transports/bluez/bluez.js';
import type { Ailment } from './ailments.js';
import { busAtRest } from './bus-at-rest.js';
import { ManualClock } from './manual-clock.js';

/**
 * A home with two monitors whose gateway speaks with a BlueZ that falls ill: transport, radio, healer,
 * intake and outbox are the real ones, over a real message bus; only time goes by as the test wants.
 */

const secondMs = 1_000;
const log = createLog('test', 'silent');
const timeZone = 'Europe/Stockholm';
/** A monitor whose readings nobody took tries again when it is used again, or by itself. */
const wakesEveryMs = 20 * secondMs;
/** As health devices that save their battery do; what goes by is half an hour. */
const advertisingIntervalMs = secondMs;
/** What passes by itself does so after this long. */
const passesAfterMs = 8 * secondMs;
/** More than a gateway asks in a day. */
const always = 10_000;

const ping = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };

const stuck = ['StartDiscovery', 'StopDiscovery', 'SetDiscoveryFilter', 'Set', 'Connect'];
const refusals: Readonly<Record<'scan' | 'power' | 'connect', Refusal>> = {
  scan: { name: 'Failed', text: 'Input/output error' },
  power: { name: 'Failed', text: 'Blocked through rfkill' },
  connect: { name: 'Failed', text: 'le-connection-abort-by-local' },
};
const verbs = { restart_bluetooth: 0, power_cycle_usb: 1, reboot: 2 } as const;
const stepOf = {
  'restart-bluetooth': 'restart_bluetooth',
  'power-cycle-usb': 'power_cycle_usb',
  reboot: 'reboot',
} as const;

/** Programs that start with the machine. */
interface Programs {
  readonly outbox: Outbox;
  readonly radio: Radio;
  readonly healer: Healer;
  readonly transport: BluezTransport;
}

export class IllBluez {
  readonly asked: HelperVerb[] = [];
  readonly clock = new ManualClock();
  readonly #folder: string;
  readonly #bus: string;
  readonly #ailment: Ailment;
  readonly #bluez: FakeBluez;
  readonly #monitors;
  #gateway: Programs | null = null;
  #measured: number[] = [];
  #boots = 1;
  #reboots = false;
  #isIll = false;
  /** Calls that had come when it fell ill: Set switches the adapter, StartDiscovery scans anew. */
  #before = { sets: 0, scans: 0 };

  constructor(folder: string, bus: string, ailment: Ailment) {
    this.#folder = folder;
    this.#bus = bus;
    this.#ailment = ailment;
    const { clock } = this;
    const air = new Air({ clock, log, random: seededRandom(1), advertisingIntervalMs });
    this.#bluez = new FakeBluez({ air, bus });
    const count = ailment.shows === 'one-connection' ? 1 : 2;
    this.#monitors = Array.from({ length: count }, (_, i) => {
      const address = `C0:FF:EE:00:07:0${i}`;
      const habits = { leaves: true };
      const options = { clock, serialNumber: `${i}`, address, habits };
      const device = createVirtualDevice(cuffModel, options);
      device.attach(air);
      return device;
    });
  }

  get healer(): Healer {
    if (this.#gateway === null) throw new Error('The gateway is not running.');
    return this.#gateway.healer;
  }

  get measured(): readonly number[] {
    return [...this.#measured].sort((a, b) => a - b);
  }

  /** Systolic pressures in the outbox. */
  get stored(): readonly number[] {
    const systolic = [...keptRows(join(this.#folder, 'outbox.sqlite'))].map(({ text }) => {
      const { values } = JSON.parse(text ?? '{}') as { values: { code: string; value: number }[] };
      return values.find(({ code }) => code === 'systolic_bp')?.value ?? NaN;
    });
    return systolic.sort((a, b) => a - b);
  }

  async start(): Promise<void> {
    await this.#bluez.start();
    await this.#begin();
  }

  async stop(): Promise<void> {
    await this.#end();
    this.#bluez.stop();
  }

  /** Whether no monitor is connected. */
  get isIdle(): boolean {
    return this.#monitors.every(({ server }) => server?.connected === false);
  }

  /** Everybody in the home measures once. */
  measure(): void {
    for (const monitor of this.#monitors) {
      const systolic = 100 + this.#measured.length;
      this.#measured.push(systolic);
      const values = [
        { code: 'systolic_bp', value: systolic },
        { code: 'diastolic_bp', value: 80 },
      ] as const;
      monitor.record({ kind: 'blood_pressure', values: [...values] });
    }
  }

  /** Lets time go by until it holds; gives how long that was, null when it did not come. */
  async until(holds: () => boolean, withinMs: number): Promise<number | null> {
    for (let ms = 0; ms <= withinMs; ms += secondMs) {
      if (holds()) return ms;
      if (ms % wakesEveryMs === 0) for (const monitor of this.#monitors) monitor.wake();
      await this.#second();
    }
    return null;
  }

  fallIll(): void {
    const { faults } = this.#bluez;
    const refuse = (member: string, refusal: Refusal): void =>
      void faults.refused.set(member, Array<Refusal>(always).fill(refusal));
    this.#isIll = true;
    this.#before = { sets: this.#count('Set'), scans: this.#count('StartDiscovery') };
    if (this.#ailment.cure === 'itself') this.clock.after(passesAfterMs, () => void this.#cured());
    switch (this.#ailment.shows) {
      case 'scan_refused': {
        refuse('StartDiscovery', refusals.scan);
        return;
      }
      case 'silence':
        faults.withoutRssi = true;
        return;
      case 'adapter_off':
        if (this.#ailment.cure !== 'reset_adapter') refuse('Set', refusals.power);
        {
          this.#bluez.setPower(false);
          return;
        }
      case 'adapter_unavailable': {
        this.#bluez.removeAdapter();
        return;
      }
      case 'bluetooth_stopped': {
        this.#bluez.stop();
        return;
      }
      case 'bluetooth_stuck':
        for (const member of stuck) faults.ignored.add(member);
        return;
      default: {
        refuse('Connect', refusals.connect);
        return;
      }
    }
  }

  /** What was wrong is so no more. */
  async getWell(): Promise<void> {
    const { faults } = this.#bluez;
    faults.refused.clear();
    faults.ignored.clear();
    faults.withoutRssi = false;
    const { shows } = this.#ailment;
    if (shows === 'bluetooth_stopped') await this.#bluez.start();
    if (shows === 'adapter_unavailable') this.#bluez.addAdapter();
    if (shows === 'adapter_off') this.#bluez.setPower(true);
  }

  #boot(): Programs {
    const { clock } = this;
    const outbox = new Outbox({ file: join(this.#folder, 'outbox.sqlite'), clock, log });
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    const intake = new Intake({ outbox, owners, clock, log, timeZone });
    const progress = new RecordProgress(outbox, intake);
    const policy = {
      capability: 'NoInputNoOutput',
      mayBond: () => true,
      passkey: () => Promise.resolve(null),
    } as const;
    const transport = new BluezTransport({ clock, log, policy, address: this.#bus });
    const known = new Map(
      this.#monitors.map(({ definition: { address } }) => [
        address,
        { device: cuffModel, identity: `ble:${address}`, patient: 'p-00000001' },
      ]),
    );
    const radio = new Radio({
      ...{ transport, clock, log, timeZone, unbonded: 'refuse' },
      ...{ take: progress.take, lastSequence: progress.lastSequence },
      find: ({ address }) => known.get(address) ?? null,
      onSession: (identity, fault) => progress.noteSession(identity, fault),
      onHeard: () => healer.noteHeard(),
      onConnection: (address, fault) => healer.noteConnection(address, fault),
    });
    const healer: Healer = new Healer({
      ...{ clock, log, radio: transport.care },
      journal: new HealingJournal(join(this.#folder, 'healing.sqlite'), clock, log),
      helper: { perform: (verb) => this.#help(verb) },
      alone: (job) => radio.alone(job),
    });
    return { outbox, radio, healer, transport };
  }

  async #begin(): Promise<void> {
    this.#gateway = this.#boot();
    const { outbox, radio, healer } = this.#gateway;
    outbox.start();
    await radio.start();
    healer.start();
  }

  async #end(): Promise<void> {
    this.#gateway?.healer.stop();
    const stopping = this.#gateway?.radio.stop();
    await this.clock.advance(10 * secondMs);
    await stopping;
    this.#gateway?.outbox.stop();
    this.#gateway = null;
  }

  async #second(): Promise<void> {
    await this.clock.advance(secondMs);
    await busAtRest(this.#bluez, () => this.#gateway?.transport.daemon.call(ping));
    const { cure } = this.#ailment;
    if (cure === 'reset_adapter' && this.#count('Set') > this.#before.sets) await this.#cured();
    if (cure === 'rescan' && this.#count('StartDiscovery') > this.#before.scans)
      await this.#cured();
    if (!this.#reboots) return;
    this.#reboots = false;
    await this.#end();
    this.#boots += 1;
    this.clock.bootId = `boot-${this.#boots}`;
    await this.#begin();
  }

  /** Once: what comes after the cure changes nothing. */
  async #cured(): Promise<void> {
    if (!this.#isIll) return;
    this.#isIll = false;
    await this.getWell();
  }

  #count(member: string): number {
    return this.#bluez.calls.filter((call) => call === member).length;
  }

  async #help(verb: HelperVerb): Promise<void> {
    this.asked.push(verb);
    // Where BlueZ runs the adapter is its own.
    if (verb === 'reset-adapter') return;
    const { cure } = this.#ailment;
    const needed = cure in verbs ? verbs[cure as keyof typeof verbs] : null;
    if (needed !== null && verbs[stepOf[verb]] >= needed) await this.#cured();
    if (verb === 'reboot') this.#reboots = true;
  }
}
