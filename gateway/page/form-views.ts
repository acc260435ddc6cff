import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { AnswerSet } from '@hemma/protocols/plans/questionnaire.js';
import { ranges } from '@hemma/protocols/ranges.js';
import type { ScheduleForm, ScheduleTask } from '@hemma/protocols/wire/schedule.js';
import { entryFields } from './entry.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { pathTo, textsOf } from './layout.js';
import type { Frame } from './layout.js';
import { quantityTexts } from './texts.js';
import type { PageTexts } from './texts.js';

/** What a form shows again of what was said, and what was wrong with it. */
export interface Filling {
  readonly frame: Frame;
  readonly token: string;
  readonly said: Readonly<Record<string, string>>;
  readonly problem: ErrorCode | null;
  /** The value is unusual: saved only when it is sent once more. */
  readonly askSure: boolean;
}

/** The text for a code; one that has none is a fault of ours. */
export function errorText(t: PageTexts, code: ErrorCode): string {
  const known: Readonly<Partial<Record<ErrorCode, string>>> = t.errors;
  return known[code] ?? t.errors.internal;
}

/** What was typed in, as one text: whoever changes it after the question is asked again. */
export function sureOf(task: ScheduleTask, said: Readonly<Record<string, string>>): string {
  return entryFields(task)
    .map(({ code }) => (said[code] ?? '').trim())
    .join('|');
}

export function entryView(task: ScheduleTask, filling: Filling): Html {
  const { frame, token, said, askSure } = filling;
  const t = textsOf(frame);
  return html`
    <h1>${t.entryTitle}: ${task.title[frame.language]}</h1>
    ${problemView(filling)} ${askSure ? html`<p class="problem" role="alert">${t.sure}</p>` : null}
    <form method="post" action="${pathTo(frame, `/enter/${task.id}`)}" novalidate>
      <input type="hidden" name="token" value="${token}" />
      ${askSure ? html`<input type="hidden" name="sure" value="${sureOf(task, said)}" />` : null}
      ${entryFields(task).map(({ code, required }) => {
        const { decimals } = ranges[code];
        return html`<p>
          <label for="${code}"
            >${quantityTexts[code][frame.language]} (${quantityTexts[code].unit})
            ${required ? null : t.optional}</label
          >
          <input
            id="${code}"
            name="${code}"
            inputmode="${decimals === 0 ? 'numeric' : 'decimal'}"
            maxlength="8"
            autocomplete="off"
            value="${said[code] ?? ''}"
            ${required ? html`aria-required="true"` : null}
          />
        </p>`;
      })}
      <p>
        <label for="when">${t.when}</label>
        <input id="when" name="when" type="datetime-local" value="${said['when'] ?? ''}" />
      </p>
      ${buttons(frame)}
    </form>
  `;
}

export function formView({ form, attribution }: ScheduleForm, filling: Filling): Html {
  const { frame, token } = filling;
  const { language } = frame;
  return html`
    <h1>${form.title[language]}</h1>
    <p>${form.instruction[language]}</p>
    <p>${form.recall[language]}</p>
    ${problemView(filling)}
    <form method="post" action="${pathTo(frame, `/form/${form.id}`)}" novalidate>
      <input type="hidden" name="token" value="${token}" />
      ${form.items.map((item) => {
        const set = form.answerSets[item.answerSet];
        return set === undefined ? null : itemView(item, set, filling);
      })}
      ${buttons(frame)}
    </form>
    ${attribution === null ? null : html`<p class="from">${attribution[language]}</p>`}
  `;
}

type Item = ScheduleForm['form']['items'][number];

function itemView({ id, text, required }: Item, set: AnswerSet, { frame, said }: Filling): Html {
  const t = textsOf(frame);
  const { language } = frame;
  const label = html`${text[language]} ${required ? null : t.optional}`;
  if (Array.isArray(set)) {
    const options = set.map((it, i) => ({ value: `option:${i}`, text: it.text[language] }));
    return choices(id, label, { options, said: said[id] });
  }
  if (set.type === 'nrs') {
    const count = Math.floor((set.max - set.min) / set.step) + 1;
    const options = Array.from({ length: count }, (_, i) => {
      const value = String(set.min + i * set.step);
      const end = i === 0 ? set.minLabel : i === count - 1 ? set.maxLabel : null;
      return { value, text: end === null ? value : `${value} – ${end[language]}` };
    });
    return choices(id, label, { options, said: said[id] });
  }
  if (set.type === 'text')
    return html`<p>
      <label for="${id}">${label}</label>
      <textarea id="${id}" name="${id}" rows="3" maxlength="${set.maxLength}">
${said[id] ?? ''}</textarea>
    </p>`;
  return html`<p>
    <label for="${id}">${label} (${set.min}–${set.max})</label>
    <input id="${id}" name="${id}" inputmode="numeric" maxlength="6" value="${said[id] ?? ''}" />
  </p>`;
}

interface Choice {
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly said: string | undefined;
}

function choices(id: string, label: Html, { options, said }: Choice): Html {
  return html`<fieldset>
    <legend>${label}</legend>
    ${options.map(
      ({ value, text }, i) =>
        html`<label class="choice" for="${id}-${i}">
          <input
            type="radio"
            id="${id}-${i}"
            name="${id}"
            value="${value}"
            ${value === said ? html`checked` : null}
          />
          <span>${text}</span>
        </label>`,
    )}
  </fieldset>`;
}

/** What is shown at once after certain answers: complete in itself, it never waits for staff. */
export function safetyView(frame: Frame, pages: ScheduleForm['safety']): Html {
  const t = textsOf(frame);
  const once = new Map(pages.map((it) => [it.title.en, it]));
  return html`${[...once.values()].map(
      ({ title, paragraphs }) =>
        html`<section class="problem" role="alert">
          <h1>${title[frame.language]}</h1>
          ${paragraphs.map((it) => html`<p class="big">${it[frame.language]}</p>`)}
        </section>`,
    )}
    <p>${t.savedAnswers}</p>
    <p><a class="button" href="${pathTo(frame)}">${t.back}</a></p>`;
}

/** Something that could not be done, in words; nothing of what was sent is shown. */
export function faultView(frame: Frame, code: ErrorCode): Html {
  const t = textsOf(frame);
  return html`<h1>${t.errorHead}</h1>
    <p class="big">${errorText(t, code)}</p>
    <p><a class="button" href="${pathTo(frame)}">${t.back}</a></p>`;
}

function problemView({ frame, problem }: Filling): Html | null {
  if (problem === null) return null;
  const t = textsOf(frame);
  return html`<p class="problem" role="alert">
    <strong>${t.errorHead}.</strong> ${errorText(t, problem)}
  </p>`;
}

function buttons(frame: Frame): Html {
  const t = textsOf(frame);
  return html`<p class="pair">
    <button>${t.save}</button>
    <a class="button plain" href="${pathTo(frame)}">${t.back}</a>
  </p>`;
}
