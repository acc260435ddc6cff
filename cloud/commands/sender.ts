import type { Command } from '@hemma/protocols/wire/command.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database/schema.js';
import { Repeating } from '../repeating.js';
import type { HomeParts } from '../schedules/home.js';
import { scheduleMarkSchema } from '@hemma/protocols/wire/schedule.js';
import { listIn, marksOf } from './wanted.js';
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
/** What every entry, whole or packed, has of a mark. */
const namedSchema = z.object(scheduleMarkSchema.shape);
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
  #unsent(): Promise<readonly Unsent[]> {
    return this.#parts.db
      .selectFrom('commands')
      .leftJoin('gateway_status', 'gateway_status.gateway', 'commands.gateway')
      .selectAll('commands')
      .select('gateway_status.schedules as held')
      .whereRef('sent_version', '<', 'version')
      .orderBy('commands.gateway')
      .limit(maxSent)
      .execute();
  }

  async #send({ gateway, version: made, prompts, home, ...row }: Unsent): Promise<void> {
    const { db, clock, send } = this.#parts;
    const marks = marksOf(listIn(row.revisions), listIn(row.held));
    // What a gateway was thought to have it would pass over under the version that said so.
    const isMore = listIn(row.marked).some((it) => !marks.includes(it));
    const version = isMore ? made + 1 : made;
    // Both written by `Prompts` from the same types.
    const wanted = JSON.parse(prompts) as Command['prompts'];
    const parts = withMarks(JSON.parse(home) as HomeParts, marks);
    const command: Command = { v: 1, gateway, version, prompts: wanted, ...parts };
    await send(topicOf(gateway, 'commands'), JSON.stringify(command));
    const sent = { sent_version: version, sent_at: clock.wall().ms };
    await db
      .updateTable('commands')
      .set({ version, ...sent, marked: JSON.stringify(marks) })
      .where('gateway', '=', gateway)
      .where('version', '=', made)
      .execute();
  }
}

type Unsent = Selectable<Tables['commands']> & { readonly held: string | null };

/** What the gateway has already is named by a mark: neither the network nor its flash pays for it. */
function withMarks(parts: HomeParts, marks: readonly string[]): HomeParts {
  if (parts.schedules === undefined || marks.length === 0) return parts;
  const schedules = parts.schedules.map((entry) => {
    const { success, data } = namedSchema.safeParse(entry);
    return success && marks.includes(data.revision) ? data : entry;
  });
  return { ...parts, schedules };
}
