import { join } from 'node:path';
import { CodedError } from '@hemma/protocols/errors.js';
import { createLog } from '@hemma/runtime/log.js';
import { healingSteps } from '@hemma/protocols/wire/healing.js';
import { Healer } from '../../gateway/healing/healer.js';
import type { HelperVerb } from '../../gateway/healing/helper.js';
import { HealingJournal } from '../../gateway/healing/journal.js';
import type { HealableRadio } from '../../gateway/healing/radio-port.js';
import type { RadioFault, Step } from '../../gateway/healing/steps.js';
import type { Ailment } from './ailments.js';
import { ManualClock } from './manual-clock.js';

/** A gateway's machine that falls ill in a known way, with two devices that keep what is measured. */

const secondMs = 1_000;
/** How finely the days go by. */
const tickMs = 2.5 * secondMs;
/** A device advertises until it is rid of its readings, and hears of a failure after a deadline. */
const advertisesEveryMs = 15 * secondMs;
const measuredEveryMs = 30 * 60 * secondMs;
/** What passes by itself does so after this long. */
const passesAfterMs = 8 * secondMs;
const bootMs = 40 * secondMs;
const fallsIllMs = 5 * 60 * secondMs;
const devices = ['C0:00:00:00:00:01', 'C0:00:00:00:00:02'] as const;

const stepOf: Readonly<Record<HelperVerb, Step>> = {
  'reset-adapter': 'reset_adapter',
  'restart-bluetooth': 'restart_bluetooth',
  'power-cycle-usb': 'power_cycle_usb',
  reboot: 'reboot',
};

export class IllMachine {
  readonly steps: Step[] = [];
  readonly measured: number[] = [];
  readonly delivered: number[] = [];
  /** From falling ill to the first reading that came through again; null: not yet. */
  recoveredMs: number | null = null;
  healer: Healer;
  readonly #ailment: Ailment;
  readonly #folder: string;
  #clock = new ManualClock();
  #boots = 1;
  /** Of this test, over all boots. */
  #nowMs = 0;
  #isIll = false;
  #hasBeenIll = false;
  #rebooting = false;
  #waiting: number[] = [];

  constructor(folder: string, ailment: Ailment) {
    this.#folder = folder;
    this.#ailment = ailment;
    this.healer = this.#boot();
  }

  async run(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    while (this.#nowMs < endMs) await this.#tick();
  }

  /** A person comes by and mends it; everything that is still in the devices is read. */
  async mend(): Promise<void> {
    this.#isIll = false;
    await this.run(2 * advertisesEveryMs);
  }

  switchOff(): void {
    this.healer.stop();
  }

  async #tick(): Promise<void> {
    if (this.#nowMs === fallsIllMs) this.#isIll = this.#hasBeenIll = true;
    const { cure } = this.#ailment;
    if (cure === 'itself' && this.#nowMs >= fallsIllMs + passesAfterMs) this.#isIll = false;
    if (this.#nowMs % measuredEveryMs === 0) this.#measure();
    if (this.#nowMs % advertisesEveryMs === 0) this.#advertise();
    await this.#clock.advance(tickMs);
    this.#nowMs += tickMs;
    if (this.#rebooting) this.#reboot();
  }

  #measure(): void {
    this.measured.push(this.#nowMs);
    this.#waiting.push(this.#nowMs);
  }

  #advertise(): void {
    const { shows } = this.#ailment;
    const onlyConnecting = shows === 'connections' || shows === 'one-connection';
    if (this.#isIll && !onlyConnecting) return;
    this.healer.noteHeard();
    if (this.#isIll) {
      const failing = shows === 'connections' ? devices : devices.slice(0, 1);
      for (const address of failing)
        this.healer.noteConnection(address, new CodedError('device_timeout'));
      return;
    }
    if (this.#hasBeenIll) this.recoveredMs ??= this.#nowMs - fallsIllMs;
    this.delivered.push(...this.#waiting.splice(0));
    for (const address of devices) this.healer.noteConnection(address, null);
  }

  #take(step: Step): Promise<void> {
    this.steps.push(step);
    if (step === 'reboot') this.#rebooting = true;
    const { cure } = this.#ailment;
    const helps =
      cure !== 'itself' &&
      cure !== 'person' &&
      healingSteps.indexOf(step) >= healingSteps.indexOf(cure);
    if (helps) this.#isIll = false;
    return Promise.resolve();
  }

  #reboot(): void {
    this.#rebooting = false;
    this.healer.stop();
    this.#nowMs += bootMs;
    this.#clock = new ManualClock();
    this.#boots += 1;
    this.#clock.bootId = `boot-${this.#boots}`;
    this.healer = this.#boot();
  }

  #boot(): Healer {
    const log = createLog('test', 'silent');
    const clock = this.#clock;
    const journal = new HealingJournal(join(this.#folder, 'healing.sqlite'), clock, log);
    const seen = (): RadioFault | null => this.#seen();
    const radio: HealableRadio = {
      steps: healingSteps,
      get fault() {
        return seen();
      },
      rescan: () => this.#take('rescan'),
      resetAdapter: () => this.#take('reset_adapter'),
    };
    const helper = { perform: (verb: HelperVerb) => this.#take(stepOf[verb]) };
    const healer = new Healer({ clock, log, journal, radio, helper, alone: (job) => job() });
    healer.start();
    return healer;
  }

  #seen(): RadioFault | null {
    const { shows } = this.#ailment;
    const byTransport =
      shows !== 'connections' && shows !== 'one-connection' && shows !== 'silence';
    return this.#isIll && byTransport ? shows : null;
  }
}
