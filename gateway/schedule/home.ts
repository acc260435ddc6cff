import { z } from 'zod';
import {
  homeMessageSchema,
  loanSchema,
  maxCommandVersion,
  maxMessages,
  maxSeen,
  seenSchema,
} from '@hemma/protocols/wire/command.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { maxPlans } from '@hemma/protocols/wire/measurement.js';
import type { InForce } from '@hemma/protocols/wire/measurement.js';
import { maxSchedules, scheduleSchema } from '@hemma/protocols/wire/schedule.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { StateFile } from '../state-file.js';
import type { StateForm } from '../state-file.js';
import { followed } from './entries.js';

const stateSchema = z.object({
  version: z.int().nonnegative().max(maxCommandVersion),
  /** In the file of before there was one for schedules alone. */
  schedules: z.array(scheduleSchema).max(maxSchedules).default([]),
  messages: z.array(homeMessageSchema).max(maxMessages),
  seen: z.array(seenSchema).max(maxSeen),
  /** Null in a file of before, and as long as the cloud says nothing of it. */
  loan: loanSchema.nullable().default(null),
});
export type HomeState = z.infer<typeof stateSchema>;

const form: StateForm<HomeState> = {
  name: 'messages',
  schema: stateSchema,
  empty: { version: 0, schedules: [], messages: [], seen: [], loan: null },
};

const scheduleForm: StateForm<HomeState['schedules'] | null> = {
  name: 'schedules',
  schema: stateSchema.shape.schedules,
  empty: null,
};

export interface HomeOptions {
  /** Path of the SQLite file of messages and marks; its folder exists. */
  readonly file: string;
  /** Path of that of schedules: they are large and seldom change, and flash wears out. */
  readonly scheduleFile: string;
  readonly log: Log;
  /** Something that people in the home can see has changed. */
  readonly changed: () => void;
}

/**
 * What the home goes by without the cloud: the schedules in force, messages, and who has looked. A
 * schedule stays in force, for however long nobody can be reached, until a newer command takes its place.
 */
export class Home implements Part {
  readonly name = 'home';
  readonly #options: HomeOptions;
  readonly #store: StateFile<HomeState>;
  readonly #scheduleStore: StateFile<HomeState['schedules'] | null>;
  #state: HomeState = form.empty;
  #isUnreadable = false;

  constructor(options: HomeOptions) {
    this.#options = options;
    this.#store = new StateFile(options.file, form, options.log);
    this.#scheduleStore = new StateFile(options.scheduleFile, scheduleForm, options.log);
  }

  start(): void {
    const state = this.#store.open();
    const kept = this.#scheduleStore.open();
    this.#state = { ...state, schedules: kept ?? state.schedules };
    if (kept === null && state.schedules.length > 0) this.#scheduleStore.save(state.schedules);
  }

  stop(): void {
    this.#store.close();
    this.#scheduleStore.close();
  }

  /** Of the newest command that is followed; 0 when there was none. */
  get version(): number {
    return this.#state.version;
  }

  get state(): HomeState {
    return this.#state;
  }

  /** Revisions of the schedules that are here: none of them needs to be sent again. */
  get revisions(): readonly string[] {
    return this.#state.schedules.map((it) => it.revision);
  }

  /** A schedule of the newest command could not be read, and the one before it is in force; or null. */
  get problem(): ErrorCode | null {
    return this.#isUnreadable ? 'schedule_unreadable' : null;
  }

  /** The schedules of a patient, as a measurement of this moment records them. */
  inForce(patient: string): readonly InForce[] {
    return this.#state.schedules
      .filter((it) => it.patient === patient)
      .slice(0, maxPlans)
      .map(({ plan, planVersion: version, revision }) => ({ plan, version, revision }));
  }

  /** Follows a command unless it follows it already, or a newer one. Tells whether it was new. */
  apply({ version, schedules = [], messages = [], seen = [], loan }: Command): boolean {
    if (version <= this.#state.version) return false;
    const { schedules: followedNow, isUnreadable } = followed(schedules, this.#state.schedules);
    if (isUnreadable && !this.#isUnreadable)
      this.#options.log.warn({ code: 'schedule_unreadable' }, 'the schedule before stays in force');
    this.#isUnreadable = isUnreadable;
    const before = String(this.revisions);
    const told = { messages, seen, loan: loan ?? null };
    this.#state = { version, schedules: followedNow, ...told };
    // First of all: a process that ends in between follows the command once more.
    if (String(this.revisions) !== before) this.#scheduleStore.save(followedNow);
    this.#store.save({ version, schedules: [], ...told });
    this.#options.changed();
    return true;
  }
}
