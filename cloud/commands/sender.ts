import type { Command } from '@hemma/protocols/wire/command.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/schema.js';
import { Repeating } from '../repeating.js';
import type { HomeParts } from '../schedules/home.js';
import type { Prompts } from './wanted.js';

export interface CommandSenderParts {
  readonly prompts: Prompts;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Publishes a retained message; rejects when the broker cannot take it now. */
  readonly send: (topic: string, payload: string) => Promise<void>;
}

/** A loan, or a gateway that came back, is noticed within this time; a prompt of ours is sent at once. */
const lookEveryMs = 2_000;
/** Commands in one go: after an outage of the broker the rest follows at the next. */
const maxSent = 200;

/**
 * Sends what the broker has not taken yet. What is wanted is in the database, so a broker that is away
 * or a process that ends delays a command and loses none.
 */
export class CommandSender implements Part {
  readonly name = 'commands';
  readonly #parts: CommandSenderParts;
  readonly #loop: Repeating;

  constructor(parts: CommandSenderParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    const step = (): Promise<void> => this.#step();
    this.#loop = new Repeating({ name: this.name, everyMs: lookEveryMs, step, clock, log });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Something may be wanted that was not: looks at once. */
  kick(): void {
    this.#loop.kick();
  }

  async #step(): Promise<void> {
    const { prompts, db } = this.#parts;
    await prompts.review(db);
    for (const row of await this.#unsent()) await this.#send(row);
  }

  /** Index: `commands_to_send`. */
  #unsent(): Promise<readonly Selectable<Tables['commands']>[]> {
    return this.#parts.db
      .selectFrom('commands')
      .selectAll()
      .whereRef('sent_version', '<', 'version')
      .orderBy('gateway')
      .limit(maxSent)
      .execute();
  }

  async #send({ gateway, version, prompts, home }: Selectable<Tables['commands']>): Promise<void> {
    const { db, clock, send } = this.#parts;
    // Both written by `Prompts` from the same types.
    const wanted = JSON.parse(prompts) as Command['prompts'];
    const parts = JSON.parse(home) as HomeParts;
    const command: Command = { v: 1, gateway, version, prompts: wanted, ...parts };
    await send(topicOf(gateway, 'commands'), JSON.stringify(command));
    await db
      .updateTable('commands')
      .set({ sent_version: version, sent_at: clock.wall().ms })
      .where('gateway', '=', gateway)
      .where('version', '=', version)
      .execute();
  }
}
