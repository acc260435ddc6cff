import { existsSync } from 'node:fs';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { codedError } from '@hemma/protocols/errors.js';
import type { Intake } from './intake.js';
import type { Outbox } from './outbox/outbox.js';
import type { Owners } from './owner/owners.js';

export interface UpkeepOptions {
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly owners: Pick<Owners, 'expire'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Exists once the operating system has set its clock by network time. */
  readonly timeSyncedFile?: string;
}

/** Made by systemd-timesyncd when it has heard a time server (systemd-timesyncd.service(8)). */
const systemdSyncedFile = '/run/systemd/timesync/synchronized';
/** A look at a file and a clock costs nothing, and readings wait for the time. */
const everyMs = 10_000;
/** What a time source corrects by less is not worth a write. */
const clockMovedMs = 2_000;
/** Batched, since every run costs a sync: cards in gateways wear out by writing. */
const housekeepEveryMs = 3_600_000;

/** What has to be done now and then: learning the time, dating held readings, keeping to limits. */
export class Upkeep implements Part {
  readonly name = 'upkeep';
  readonly #options: UpkeepOptions;
  #timer: Cancellable | null = null;
  #housekeptMs = 0;
  /** Wall time minus monotonic time, as it is remembered. */
  #bootOffsetMs: number | null = null;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#recallTime();
    this.#housekeptMs = this.#options.clock.monotonicMs();
    this.#run();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** The time has become known, or may have. */
  releaseHeld(): void {
    const { outbox, intake, log } = this.#options;
    try {
      if (outbox.held.count > 0) intake.release();
    } catch (error) {
      // They stay held, and are tried again at the next run.
      log.error({ code: codedError(error).code }, 'held readings could not be dated');
    }
  }

  #run(): void {
    const { clock, outbox, log } = this.#options;
    this.#learnTime();
    this.#rememberTime();
    this.releaseHeld();
    this.#expireDoubtful();
    if (clock.monotonicMs() - this.#housekeptMs >= housekeepEveryMs) {
      this.#housekeptMs = clock.monotonicMs();
      try {
        outbox.housekeep();
      } catch (error) {
        log.error({ err: error }, 'housekeeping failed');
      }
    }
    this.#timer = clock.after(everyMs, () => this.#run());
  }

  #expireDoubtful(): void {
    const { owners, log } = this.#options;
    try {
      owners.expire();
    } catch (error) {
      // They stay, and are tried again at the next run.
      log.error({ code: codedError(error).code }, 'doubtful readings could not be handed on');
    }
  }

  /**
   * After a restart of this program in the same start of the machine, the time is as well known as
   * before; after a new start it is at least not earlier than it ever was.
   */
  #recallTime(): void {
    const { clock, outbox, log } = this.#options;
    if (clock.wall().trust === 'synced') return;
    const offsetMs = outbox.bootOffset(clock.bootId);
    if (offsetMs !== null) clock.setReference(offsetMs + clock.monotonicMs());
    else if (outbox.latestWallMs > 0) clock.restore(outbox.latestWallMs);
    log.info({ trust: clock.wall().trust }, 'the time, as far as it is remembered');
  }

  #rememberTime(): void {
    const { clock, outbox, log } = this.#options;
    const { ms, trust } = clock.wall();
    if (trust !== 'synced') return;
    const offsetMs = Math.round(ms - clock.monotonicMs());
    const known = this.#bootOffsetMs ?? outbox.bootOffset(clock.bootId);
    this.#bootOffsetMs = known;
    if (known !== null && Math.abs(known - offsetMs) <= clockMovedMs) return;
    try {
      outbox.saveBootOffset(clock.bootId, offsetMs);
      this.#bootOffsetMs = offsetMs;
    } catch (error) {
      log.error({ code: codedError(error).code }, 'the time could not be remembered');
    }
  }

  #learnTime(): void {
    const { clock, log, timeSyncedFile = systemdSyncedFile } = this.#options;
    if (clock.wall().trust === 'synced' || !existsSync(timeSyncedFile)) return;
    clock.trustSystem();
    log.info('the clock of this machine is set by network time');
  }
}
