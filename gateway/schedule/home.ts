import { z } from 'zod';
import {
  homeMessageSchema,
  maxCommandVersion,
  maxMessages,
  maxSeen,
  seenSchema,
} from '@hemma/protocols/wire/command.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import type { InForce } from '@hemma/protocols/wire/measurement.js';
import { maxSchedules, scheduleSchema } from '@hemma/protocols/wire/schedule.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { StateFile } from '../state-file.js';
import type { StateForm } from '../state-file.js';

const stateSchema = z.object({
  version: z.int().nonnegative().max(maxCommandVersion),
  schedules: z.array(scheduleSchema).max(maxSchedules),
  messages: z.array(homeMessageSchema).max(maxMessages),
  seen: z.array(seenSchema).max(maxSeen),
});
export type HomeState = z.infer<typeof stateSchema>;

const form: StateForm<HomeState> = {
  name: 'schedules',
  schema: stateSchema,
  empty: { version: 0, schedules: [], messages: [], seen: [] },
};

/** Enough of a schedule of a later form to tell which of ours it was to replace. */
const namedSchema = z.object({ patient: z.string(), plan: z.string() });

export interface HomeOptions {
  /** Path of the SQLite file; its folder exists. */
  readonly file: string;
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
  #state: HomeState = form.empty;

  constructor(options: HomeOptions) {
    this.#options = options;
    this.#store = new StateFile(options.file, form, options.log);
  }

  start(): void {
    this.#state = this.#store.open();
  }

  stop(): void {
    this.#store.close();
  }

  /** Of the newest command that is followed; 0 when there was none. */
  get version(): number {
    return this.#state.version;
  }

  get state(): HomeState {
    return this.#state;
  }

  /** The schedules of a patient, as a measurement of this moment records them. */
  inForce(patient: string): readonly InForce[] {
    return this.#state.schedules
      .filter((it) => it.patient === patient)
      .map(({ plan, planVersion: version, revision }) => ({ plan, version, revision }));
  }

  /** Follows a command unless it follows it already, or a newer one. Tells whether it was new. */
  apply({ version, schedules = [], messages = [], seen = [] }: Command): boolean {
    if (version <= this.#state.version) return false;
    const followed = schedules.flatMap((it) => this.#readable(it) ?? []);
    this.#state = { version, schedules: followed, messages, seen };
    this.#store.save(this.#state);
    this.#options.changed();
    return true;
  }

  /** One that cannot be read leaves the one before it in force: an old plan beats none. */
  #readable(value: unknown): Schedule | null {
    const checked = scheduleSchema.safeParse(value);
    if (checked.success) return checked.data;
    this.#options.log.warn({ code: 'schedule_unreadable' }, 'a schedule that is not known here');
    const named = namedSchema.safeParse(value);
    if (!named.success) return null;
    const { patient, plan } = named.data;
    return this.#state.schedules.find((it) => it.patient === patient && it.plan === plan) ?? null;
  }
}
