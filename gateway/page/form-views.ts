import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { AnswerSet } from '@hemma/protocols/plans/questionnaire.js';
import type { ScheduleForm } from '@hemma/protocols/wire/schedule.js';
import { isUnanswered } from './answers.js';
import { choicesView, errorText, problemView } from './filling.js';
import type { Filling } from './filling.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { pathTo, textsOf } from './layout.js';
import type { Frame } from './layout.js';

export function formView({ form, attribution }: ScheduleForm, filling: Filling): Html {
  const { frame, token, problem } = filling;
  const { language } = frame;
  const t = textsOf(frame);
  return html`
    <h1>${form.title[language]}</h1>
    <p>${form.instruction[language]}</p>
    <p>${form.recall[language]}</p>
    ${problemView(filling, problem === null ? null : errorText(t, problem))}
    <form method="post" action="${pathTo(frame, `/form/${form.id}`)}" autocomplete="off" novalidate>
      <input type="hidden" name="token" value="${token}" />
      ${form.items.map((item) => {
        const set = form.answerSets[item.answerSet];
        if (set === undefined) return null;
        const isMissing = problem !== null && isUnanswered(form, item.id, filling.said);
        return itemView(item, set, { filling, missing: isMissing ? t.missing : null });
      })}
      <p class="pair">
        <button>${t.save}</button>
        <a class="button plain" href="${pathTo(frame)}">${t.back}</a>
      </p>
    </form>
    ${attribution === null ? null : html`<p class="from">${attribution[language]}</p>`}
  `;
}

type Item = ScheduleForm['form']['items'][number];

interface Asking {
  readonly filling: Filling;
  readonly missing: string | null;
}

function itemView(item: Item, set: AnswerSet, { filling: { frame, said }, missing }: Asking): Html {
  const { id } = item;
  const t = textsOf(frame);
  const { language } = frame;
  const label = html`${item.text[language]}${item.required ? null : t.optional}`;
  if (Array.isArray(set)) {
    const options = set.map((it, i) => ({ value: `option:${i}`, text: it.text[language] }));
    return choicesView(id, label, { options, said: said[id], missing });
  }
  if (set.type === 'nrs') {
    const count = Math.floor((set.max - set.min) / set.step) + 1;
    const options = Array.from({ length: count }, (_, i) => {
      const value = String(set.min + i * set.step);
      const end = i === 0 ? set.minLabel : i === count - 1 ? set.maxLabel : null;
      return { value, text: end === null ? value : `${value} – ${end[language]}` };
    });
    return choicesView(id, label, { options, said: said[id], missing });
  }
  const why = missing === null ? null : html`<span class="why">${missing}</span>`;
  if (set.type === 'text')
    return html`<p class="field">
      <label for="${id}">${label}</label>${why}
      <textarea id="${id}" name="${id}" rows="3" maxlength="${set.maxLength}">
${said[id] ?? ''}</textarea>
    </p>`;
  return html`<p class="field">
    <label for="${id}">${label} (${set.min}–${set.max})</label>${why}
    <input id="${id}" name="${id}" inputmode="numeric" maxlength="6" value="${said[id] ?? ''}" />
  </p>`;
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
  return html`<h1>${t.faultHead}</h1>
    <p class="big">${errorText(t, code)}</p>
    <p><a class="button" href="${pathTo(frame)}">${t.back}</a></p>`;
}
