import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { CodedError, ErrorCode } from '@hemma/protocols/errors.js';
import type { Outbox } from './outbox/outbox.js';
import type { Report } from './uplink/options.js';

export interface HealthOptions {
  readonly software: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Whether the radio is there; true where none is used. */
  readonly radioAvailable: () => boolean;
  /** What has come of commands. */
  readonly command: () => {
    /** The newest that is followed, 0 for none. */
    readonly version: number;
    /** What was wrong with the last one. */
    readonly problem: ErrorCode | null;
    /** Revisions of the schedules that are here. */
    readonly schedules: readonly string[];
  };
  /** What is wrong with the radio, and what was done for it; left out where nothing is. */
  readonly healing?: {
    readonly problems: () => readonly ErrorCode[];
    readonly report: () => Report['healing'];
  };
  /** Sends a status message. */
  readonly publish: () => void;
}

/** A change is told within this time; a fault that comes and goes faster is no news. */
const lookEveryMs = 10_000;
/** Without news: so often the cloud hears how the gateway is, and the gateway what time it is. */
const tellEveryMs = 3_600_000;

/** What is wrong right now, and when to say so. */
export class Health implements Part {
  readonly name = 'health';
  readonly #options: HealthOptions;
  /** The fault of each device's last session, as far as it is worth telling. */
  readonly #faults = new Map<string, ErrorCode>();
  #timer: Cancellable | null = null;
  #told = '';
  #toldMs: number | null = null;

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  start(): void {
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A session has ended; null: well. A lost link is daily business: devices switch themselves off. */
  noteSession(identity: string, fault: CodedError | null): void {
    if (fault === null || fault.code === 'link_lost') this.#faults.delete(identity);
    else this.#faults.set(identity, fault.code);
  }

  /** The variable part of a status message. Never throws. */
  report(): Report {
    const { software, outbox, command, healing } = this.#options;
    const { version, schedules } = command();
    const commandVersion = version === 0 ? {} : { commandVersion: version };
    const healed = healing?.report();
    const said = {
      ...{ software, problems: this.problems, ...commandVersion, schedules: [...schedules] },
      ...(healed === undefined ? {} : { healing: healed }),
    };
    try {
      const { held, doubtful, waiting } = outbox;
      return { ...said, waiting, held: held.count, doubtful: doubtful.count };
    } catch {
      // The file was put aside and no new one could be made yet; `problems` say so.
      return said;
    }
  }

  get problems(): ErrorCode[] {
    const { outbox, radioAvailable, command, healing } = this.#options;
    const down = command().problem;
    const radio: ErrorCode[] = radioAvailable() ? [] : ['adapter_unavailable'];
    const ill = [...radio, ...(healing?.problems() ?? [])];
    const others = down === null ? ill : [...ill, down];
    return [...new Set([...outbox.problems, ...others, ...this.#faults.values()])].sort();
  }

  #look(): void {
    const { clock, publish } = this.#options;
    const { problems, held = 0, doubtful = 0 } = this.report();
    const news = JSON.stringify([problems, held > 0, doubtful]);
    const nowMs = clock.monotonicMs();
    // The first look says nothing: connecting tells the status anyway.
    this.#toldMs ??= nowMs;
    if ((this.#told !== '' && news !== this.#told) || nowMs - this.#toldMs >= tellEveryMs) {
      this.#toldMs = nowMs;
      publish();
    }
    this.#told = news;
    this.#timer = clock.after(lookEveryMs, () => this.#look());
  }
}
