import { createHash } from 'node:crypto';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { answersSchema, maxAnswersOctets } from '@hemma/protocols/wire/answers.js';
import type { Answers } from '@hemma/protocols/wire/answers.js';
import type { ScheduleForm } from '@hemma/protocols/wire/schedule.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Intake } from '../intake.js';
import { localTimeOf } from '../local-time.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Home } from '../schedule/home.js';
import type { Given } from './answers.js';
import { handIdentity, handModel } from './entry.js';
import type { Entry } from './entry.js';

export interface ActsOptions {
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly home: Home;
  readonly clock: Clock;
  readonly timeZone: string;
}

/** What people do on the page: each becomes one row of the outbox, durable before the page says so. */
export class Acts {
  readonly #options: ActsOptions;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  /**
   * Keeps a value that was typed in; the same entry again is one. Throws {@link CodedError}
   * `disk_full`, `outbox_full` or `row_malformed`.
   */
  enter(patient: string, { reading }: Entry): void {
    const { intake, clock, timeZone } = this.#options;
    const monotonicMs = clock.monotonicMs();
    const shown = localTimeOf(clock.wall().ms, timeZone);
    intake.takeNow(reading, {
      ...{ model: handModel, identity: handIdentity(patient), patient },
      ...{ clock: { shown, monotonicMs }, capturedMonotonicMs: monotonicMs },
    });
  }

  /**
   * Keeps answers; the same answers on the same form again are one. Throws {@link CodedError}
   * `wrong_state` while nobody knows what time it is, `answer_not_offered` for more words than travel,
   * `disk_full`.
   */
  answer(patient: string, { form }: ScheduleForm, said: Said): void {
    const { outbox, clock, home } = this.#options;
    const { ms, trust } = clock.wall();
    if (trust !== 'synced') throw new CodedError('wrong_state');
    const at = Math.round(ms);
    const plans = home.inForce(patient);
    const row: Answers = {
      ...{ record: 'answers', id: idOf(patient, form.id, said), patient },
      ...{ questionnaire: form.id, version: form.version, language: said.language },
      answers: said.answers,
      time: {
        ...{ device: null, deviceOffsetMs: null, monotonicMs: Math.round(clock.monotonicMs()) },
        ...{ bootId: clock.bootId, wallMs: at, wallTrust: trust, measuredAt: at },
        uncertaintyMs: 0,
      },
      ...(plans.length === 0 ? {} : { plans: [...plans] }),
    };
    const text = JSON.stringify(row);
    if (!answersSchema.safeParse(row).success || Buffer.byteLength(text) > maxAnswersOctets)
      throw new CodedError('answer_not_offered');
    outbox.append({ id: row.id, text });
  }
}

interface Said {
  readonly answers: Given;
  readonly language: Language;
  readonly token: string;
}

/** By content: a second tap is the same row, and whoever goes back and changes an answer is heard. */
function idOf(patient: string, form: string, { token, answers }: Said): string {
  const text = ['hemma-answers-1', patient, form, token, JSON.stringify(answers)].join('\n');
  return createHash('sha256').update(text).digest('hex');
}
