import { codedError } from '@hemma/protocols/errors.js';
import type { CodedError, ErrorCode } from '@hemma/protocols/errors.js';
import type { Status } from '@hemma/protocols/wire/messages.js';
import { healingSteps, maxHealingsTold } from '@hemma/protocols/wire/healing.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { within } from '../transports/deadline.js';
import { dayMs, hourMs, mayTake } from './guard.js';
import type { Helper } from './helper.js';
import type { Entry, HealingJournal } from './journal.js';
import { afterStep, decide } from './ladder.js';
import type { Illness } from './ladder.js';
import type { HealableRadio } from './radio-port.js';
import { patienceMs } from './steps.js';
import type { Step } from './steps.js';
import { RadioWatch } from './watch.js';

export interface HealerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: HealingJournal;
  readonly radio: HealableRadio;
  readonly helper: Helper;
  /** Runs a job while no session is under way and lets none begin meanwhile. */
  readonly alone: (job: () => Promise<void>) => Promise<void>;
}

/** Looking costs nothing; a fault is believed only after its grace. */
const lookEveryMs = 5_000;
/** A step that has not ended by then has failed; the helper has its own, shorter deadline. */
const stepDeadlineMs = 60_000;
/** An illness older than this when the process starts is another one. */
const resumedWithinMs = hourMs;

/** Watches the radio and climbs the healing ladder when it is ill. */
export class Healer implements Part {
  readonly name = 'healer';
  readonly #options: HealerOptions;
  #watch: RadioWatch;
  #illness: Illness | null = null;
  #timer: Cancellable | null = null;
  #notedMs = 0;
  #stopped = false;
  #hasLooked = false;

  constructor(options: HealerOptions) {
    this.#options = options;
    this.#watch = new RadioWatch(0);
  }

  start(): void {
    const { clock, journal } = this.#options;
    journal.open();
    this.#notedMs = clock.monotonicMs();
    this.#watch = new RadioWatch(this.#notedMs);
    this.#resume(journal.pending());
    this.#timer = clock.after(lookEveryMs, () => void this.#look());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#options.journal.close();
  }

  /** Something was heard on the air. */
  noteHeard(): void {
    this.#watch.noteHeard(this.#options.clock.monotonicMs());
  }

  /** A connection to the device with this address came about (null) or not. */
  noteConnection(address: string, fault: CodedError | null): void {
    this.#watch.noteConnection(address, fault, this.#options.clock.monotonicMs());
  }

  /** What is wrong right now and worth telling. A quiet home is not. */
  get problems(): readonly ErrorCode[] {
    if (this.#illness === null || this.#illness.fault === 'radio_silent') return [];
    const { fault, needsPerson } = this.#illness;
    return needsPerson ? [fault, 'radio_unhealed'] : [fault];
  }

  /** For the status message; undefined when nothing was ever done. */
  report(): Status['healing'] {
    const { journal } = this.#options;
    const [last] = journal.newest(1);
    if (last === undefined) return undefined;
    const counts = healingSteps
      .map((step) => [step, journal.count(step, dayMs)] as const)
      .filter(([, count]) => count > 0);
    const { step, fault, outcome, recoveryMs } = last;
    const healings = [...journal.newestHealings(maxHealingsTold)];
    const stepsADay = Object.fromEntries(counts);
    return { step, fault, outcome, recoveryMs, stepsADay, healings };
  }

  /** A step was under way when the process ended: a reboot, as a rule. */
  #resume(pending: Entry | null): void {
    if (pending === null) return;
    const { clock, journal } = this.#options;
    const nowMs = clock.monotonicMs();
    const ageMs = journal.ageMs - pending.ageMs;
    // Asked for and not done, or so long ago that what is seen now is another story.
    if (pending.step === 'reboot' && pending.bootId === clock.bootId)
      journal.settle('failed', { code: 'helper_refused' });
    else if (ageMs > resumedWithinMs) journal.settle('unproven');
    else {
      const { fault, step: lastStep } = pending;
      const sinceMs = nowMs - (journal.ageMs - pending.sinceAgeMs);
      const times = { sinceMs, seenMs: nowMs, waitUntilMs: nowMs + patienceMs[lastStep] };
      this.#illness = { fault, lastStep, ...times, needsPerson: false };
      this.#watch.noteStep(clock.monotonicMs());
    }
  }

  async #look(): Promise<void> {
    const { clock, journal, radio } = this.#options;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#notedMs >= hourMs) {
      this.#notedMs = nowMs;
      journal.checkpoint();
    }
    const sight = this.#watch.sight(this.#illness, radio.fault, nowMs);
    const decision = decide(this.#illness, sight, nowMs, (step) => this.#mayTake(step));
    this.#illness = decision.illness;
    // What an earlier run was healing, and is not seen any more: nobody saw how it ended.
    const isFirstLook = !this.#hasLooked;
    this.#hasLooked = true;
    if (isFirstLook && decision.do === 'nothing' && decision.illness === null)
      journal.become('unproven');
    if (decision.do === 'over') this.#over(decision.provenMs);
    if (decision.do === 'give-up') this.#giveUp(decision.illness);
    if (decision.do === 'step') await this.#take(decision.step, decision.illness);
    if (!this.#stopped) this.#timer = clock.after(lookEveryMs, () => void this.#look());
  }

  /** A reboot that is not kept in mind could be repeated for ever. */
  #mayTake(step: Step): boolean {
    const { journal, radio } = this.#options;
    if (!radio.steps.includes(step)) return false;
    if (step === 'reboot' && (!journal.isDurable || journal.hasForgotten(dayMs))) return false;
    return mayTake(step, (which, withinMs) => journal.count(which, withinMs));
  }

  #over(provenMs: number | null): void {
    const { journal, log } = this.#options;
    const proven = journal.pending() === null ? 'passed' : 'cured';
    journal.become(provenMs === null ? 'unproven' : proven);
    if (provenMs === null) journal.settle('unproven');
    else journal.settle('cured', { recoveryMs: provenMs });
    log.info({ recoveryMs: provenMs }, provenMs === null ? 'fault forgotten' : 'radio well again');
  }

  #giveUp({ fault }: Illness): void {
    const { clock, journal, log } = this.#options;
    journal.settle('no_effect');
    journal.become('unhealed');
    this.#watch.noteGivenUp(fault, clock.monotonicMs());
    log.error({ code: 'radio_unhealed', fault }, 'every step was taken or may not be taken now');
  }

  async #take(step: Step, illness: Illness): Promise<void> {
    const { clock, journal, log, alone } = this.#options;
    const { fault, sinceMs } = illness;
    journal.settle('no_effect');
    const isKept = journal.begin(step, fault, sinceMs);
    if (step === 'reboot' && !isKept) return;
    log.warn({ step, fault }, 'healing');
    try {
      await alone(() => within(clock, stepDeadlineMs, this.#perform(step)));
      if (this.#stopped) return;
      this.#illness = afterStep(illness, clock.monotonicMs());
    } catch (error) {
      if (this.#stopped) return;
      const { code } = codedError(error);
      log.warn({ step, code }, 'the step could not be taken');
      journal.settle('failed', { code });
    }
    this.#watch.noteStep(clock.monotonicMs());
  }

  async #perform(step: Step): Promise<void> {
    const { radio, helper } = this.#options;
    switch (step) {
      case 'rescan':
        return radio.rescan();
      case 'reset_adapter':
        return radio.resetAdapter(helper);
      case 'restart_bluetooth':
        return helper.perform('restart-bluetooth');
      case 'power_cycle_usb':
        await helper.perform('power-cycle-usb');
        return radio.afterPowerCut?.(helper);
      case 'reboot':
        return helper.perform('reboot');
    }
  }
}
