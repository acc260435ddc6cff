import type { Answered, Forms, KeptResponse, NewResponse } from '@hemma/protocols/api/forms.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { courseOfEpisode } from '../episodes/episode-course.js';
import type { PlanOf } from '../episodes/episode-course.js';
import { findEpisode } from '../episodes/episodes.js';
import type { Episode } from '../episodes/episodes.js';
import { zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Content } from '../plans/content.js';
import { isStaffForm, whoseForm } from '../plans/whose-form.js';
import { phaseOn, runsIn } from '@hemma/protocols/plans/phases.js';
import { occasionsOn } from '@hemma/protocols/plans/frequency.js';
import { addEvent, eventsOf, ofKind } from '../record/care-record.js';
import { checkedTime } from '../record/own-time.js';
import { errorsIn } from '../record/patient-record.js';
import { safetyPages } from '../rules/safety.js';
import { mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';
import { looksOf } from '../units/looks.js';
import { checkAnswers } from './check-answers.js';
import { safetyPage } from './safety-texts.js';
import { shownResponse } from './shown.js';

export interface FormsParts {
  readonly db: Kysely<Tables>;
  readonly content: Content;
  readonly planOf: PlanOf;
  readonly clock: Clock;
}

/** Answers that a home took, and that may have been on their way for weeks. */
interface Taken {
  /** When they were given, by clocks that are known; milliseconds since 1970 UTC. */
  readonly at?: number;
  /** What is committed with them. */
  readonly also?: (trx: Transaction<Tables>) => Promise<void>;
}

/** What a page shows of a patient's answers; older ones are in the store. */
const maxShown = 200;

const calendar = zonedCalendar();

/** The questionnaires of patients: what is asked, what was answered, what must be shown at once. */
export class FormsOfPatients {
  readonly #parts: FormsParts;

  constructor(parts: FormsParts) {
    this.#parts = parts;
  }

  /** Throws {@link CodedError} `not_found`. */
  questionnaire(id: string): Questionnaire {
    const form = this.#parts.content.questionnaires.get(id);
    if (form === undefined) throw new CodedError('not_found', 'There is no such questionnaire.');
    return form;
  }

  /** What the plan of an episode asks for, and whether it is due today. Throws `not_found`. */
  async list(id: string): Promise<Forms> {
    const { db, content, clock } = this.#parts;
    const { episode, plan } = await this.#running(id);
    const events = await eventsOf(db, episode.patient);
    const course = courseOfEpisode(episode, events, { plan, content, calendar });
    const now = clock.wall().ms;
    const today = calendar.dayOf(now);
    const phase = phaseOn(course, today);
    const answered = ofKind(events, 'response').filter((it) => it.episode === id);
    const scored = ofKind(events, 'score').filter((it) => it.episode === id);
    const forms = plan.questionnaires
      .filter((it) => it.enabledByDefault && runsIn(it.phases, phase))
      .map(({ id: questionnaire, licensed, when }) => {
        const metric = content.instruments.get(questionnaire);
        const times = licensed
          ? scored.filter((it) => it.event.metric === metric)
          : answered.filter((it) => it.event.questionnaire === questionnaire);
        const title = content.questionnaires.get(questionnaire)?.title;
        const lastAt = times.at(-1)?.at ?? null;
        const isDone = lastAt !== null && calendar.dayOf(lastAt) === today;
        return {
          ...{ questionnaire, licensed, lastAt, by: whoseForm(questionnaire) },
          title: title ?? { sv: questionnaire, en: questionnaire },
          dueToday: !isDone && occasionsOn(when, course, today) > 0,
        };
      });
    return { episode: id, looks: await looksOf(db, episode.unit, now), forms };
  }

  /**
   * Keeps what was answered, by the patient (`actor` null) or by staff for them. Gives its scores, and
   * the pages that are shown at once. Throws {@link CodedError} `not_found`, `wrong_state`,
   * `not_allowed` for a form of those who treat, `request_invalid` for a time that is not allowed, or the code of the first answer that does not fit.
   */
  async answer(
    id: string,
    said: NewResponse,
    actor: Actor | null,
    { at: takenAt, also }: Taken = {},
  ): Promise<Answered> {
    const { db, clock } = this.#parts;
    const { episode, plan } = await this.#running(id);
    const asked = plan.questionnaires.find((it) => it.id === said.questionnaire);
    if (asked === undefined)
      throw new CodedError('not_found', 'The plan has no such questionnaire.');
    if (asked.licensed)
      throw new CodedError('not_allowed', 'It is licensed: only its score can be brought in.');
    mustMayAnswer(asked.id, actor);
    const form = this.questionnaire(said.questionnaire);
    const checked = checkAnswers(form, said.answers);
    const [first] = checked.problems;
    if (checked.answers === null)
      throw new CodedError(
        first?.code ?? 'internal',
        `${first?.path ?? ''}: ${first?.message ?? ''}`,
      );
    const { answers, texts, complete } = checked;
    const now = clock.wall().ms;
    const at = takenAt ?? this.#timeOf(said.at, plan, episode);
    const event = {
      ...{ kind: 'response' as const, questionnaire: form.id, answers: { ...answers } },
      ...{ texts: { ...texts }, complete },
    };
    const kept = {
      ...{ patient: episode.patient, episode: id, at, receivedAt: now },
      ...{ staff: actor?.staff ?? null, event },
    };
    const response = await db.transaction().execute(async (trx) => {
      await also?.(trx);
      return addEvent(trx, kept);
    });
    return {
      response: shownResponse({ ...kept, id: response }, form),
      safety: safetyPages(form, answers).map(safetyPage),
      looks: await looksOf(db, episode.unit, now),
    };
  }

  /**
   * Brings in the score of a licensed instrument that was filled in elsewhere. Throws
   * {@link CodedError} `not_found`, `wrong_state`, or `request_invalid` for a score or a time that
   * cannot be.
   */
  async importScore(
    id: string,
    said: {
      readonly questionnaire: string;
      readonly value: number;
      readonly at?: number | undefined;
    },
    actor: Actor,
  ): Promise<void> {
    const { db, content, clock } = this.#parts;
    const { episode, plan } = await this.#running(id);
    const asked = plan.questionnaires.find((it) => it.id === said.questionnaire && it.licensed);
    const metric = content.instruments.get(said.questionnaire);
    if (asked === undefined || metric == null)
      throw new CodedError('not_found', 'The plan has no such licensed instrument.');
    const [low, high] = content.scoreRanges.get(said.questionnaire) ?? [-Infinity, Infinity];
    if (!(said.value >= low && said.value <= high))
      throw new CodedError('request_invalid', `A score is ${low} to ${high}.`);
    const at = this.#timeOf(said.at, plan, episode);
    const event = { kind: 'score' as const, metric, value: said.value };
    const { patient } = episode;
    const receivedAt = clock.wall().ms;
    await db
      .transaction()
      .execute((trx) =>
        addEvent(trx, { patient, episode: id, at, receivedAt, staff: actor.staff, event }),
      );
  }

  /**
   * What was answered for a patient, newest first by the time it belongs to; what staff have filled in
   * about the patient is shown to staff.
   */
  async answered(patient: string, actor: Actor | null): Promise<readonly KeptResponse[]> {
    const { db, content } = this.#parts;
    const events = await eventsOf(db, patient);
    const errors = errorsIn(events);
    return ofKind(events, 'response')
      .filter((it) => !errors.has(it.id))
      .filter((it) => actor !== null || !isStaffForm(it.event.questionnaire))
      .toReversed()
      .slice(0, maxShown)
      .map((it) => shownResponse(it, content.questionnaires.get(it.event.questionnaire)));
  }

  async #running(id: string): Promise<{ episode: Episode; plan: Plan }> {
    const episode = await findEpisode(this.#parts.db, id);
    const plan = this.#parts.planOf(episode.plan, episode.planVersion);
    if (episode.endedAt !== null || plan === undefined)
      throw new CodedError('wrong_state', 'The episode is over.');
    return { episode, plan };
  }

  /** As far back as the plan lets the patient fill in (§2, late entry), and never ahead. */
  #timeOf(at: number | undefined, plan: Plan, { startedAt }: Episode): number {
    const now = this.#parts.clock.wall().ms;
    if (at === undefined) return now;
    const days = Math.max(0, ...plan.tasks.map((it) => it.lateEntry.backfillDays));
    return checkedTime(at, { now, calendar, backfillDays: days, startedAt });
  }
}

/** What is asked of those who treat nobody answers in their place, not at home and not by the patient. */
function mustMayAnswer(questionnaire: string, actor: Actor | null): void {
  if (!isStaffForm(questionnaire)) return;
  if (actor === null)
    throw new CodedError('not_allowed', 'Staff fill this in: say which member of staff answers.');
  mustHaveRole(actor, 'clinician', 'therapist');
}
