import { answersSchema } from '@hemma/protocols/wire/answers.js';
import { codedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database/schema.js';
import { runningEpisodes } from '../episodes/episodes.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { Repeating } from '../repeating.js';
import type { FormsOfPatients } from './forms.js';

export interface HomeAnswersParts {
  readonly db: Kysely<Tables>;
  readonly forms: FormsOfPatients;
  readonly planOf: PlanOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** Another process may have stored some; this one is told at once of its own. */
const everyMs = 2_000;
/** In one go; the rest follows at the next. */
const maxTaken = 100;

/**
 * Answers that came from homes become care events, each once: the event and the mark that it was taken
 * are one transaction. What cannot become one keeps the reason, and is never lost.
 */
export class HomeAnswers implements Part {
  readonly name = 'home answers';
  readonly #parts: HomeAnswersParts;
  readonly #loop: Repeating;

  constructor(parts: HomeAnswersParts) {
    this.#parts = parts;
    const { clock, log } = parts;
    const step = (): Promise<void> => this.take();
    this.#loop = new Repeating({ name: this.name, everyMs, step, clock, log });
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Takes up what is new; index: `answers_to_take`. */
  async take(): Promise<void> {
    const rows = await this.#parts.db
      .selectFrom('answers')
      .selectAll()
      .where('became', '=', 'new')
      .orderBy('received_at')
      .orderBy('id')
      .limit(maxTaken)
      .execute();
    for (const row of rows) await this.#takeOne(row);
  }

  async #takeOne({ id, text, patient }: Selectable<Tables['answers']>): Promise<void> {
    const { db, forms, log } = this.#parts;
    // A row was checked against this schema before it was stored.
    const { questionnaire, answers, time } = answersSchema.parse(JSON.parse(text));
    try {
      const episode = await this.#episodeOf(patient, questionnaire);
      await forms.answer(episode, { questionnaire, answers }, null, {
        at: time.measuredAt,
        also: async (trx) => {
          await trx.updateTable('answers').set({ became: 'taken' }).where('id', '=', id).execute();
        },
      });
    } catch (error) {
      const { code, class: kind } = codedError(error);
      if (kind !== 'permanent') throw error;
      log.warn({ code }, 'answers from a home that fit no running plan');
      await db.updateTable('answers').set({ became: code }).where('id', '=', id).execute();
    }
  }

  /** The episode whose plan asks for it; empty when none that runs does. */
  async #episodeOf(patient: string, questionnaire: string): Promise<string> {
    const episodes = await runningEpisodes(this.#parts.db, [patient]);
    const asking = episodes.find(({ plan, planVersion }) =>
      this.#parts.planOf(plan, planVersion)?.questionnaires.some((it) => it.id === questionnaire),
    );
    return asking?.id ?? '';
  }
}
