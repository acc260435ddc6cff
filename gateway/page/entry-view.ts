import type { ErrorCode } from '@hemma/protocols/errors.js';
import { mainQuantities, ranges } from '@hemma/protocols/ranges.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { ScheduleTask } from '@hemma/protocols/wire/schedule.js';
import { entryFields, entryKind } from './entry.js';
import { daysOffered } from './entry-time.js';
import type { Now } from './entry-time.js';
import { choicesView, problemView } from './filling.js';
import type { Filling } from './filling.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { pathTo, textsOf } from './layout.js';
import { asksForMeal, mealContext, meals } from './meals.js';
import { filled, quantityTexts } from './texts.js';
import { capital, dayText } from './times.js';
import { numberText } from './values.js';

/** Why a value is saved only when it is sent once more. */
export type Doubted = 'sure' | 'sameAgain';

export interface EntryFilling extends Filling {
  readonly doubted: Doubted | null;
  /** By which days are offered; null while nobody knows what time it is: then it is now. */
  readonly now: Now | null;
}

/** What was typed in, as one text: whoever changes it after the question is asked again. */
export function sureOf(task: ScheduleTask, said: Readonly<Record<string, string>>): string {
  return entryFields(task)
    .map(({ code }) => (said[code] ?? '').trim())
    .join('|');
}

export function entryView(task: ScheduleTask, filling: EntryFilling): Html {
  const { frame, token, said, doubted, now } = filling;
  const t = textsOf(frame);
  return html`
    <h1>${task.title[frame.language]}</h1>
    ${problemView(filling, problemText(task, filling))}
    ${doubted === null ? null : html`<p class="problem big" role="alert">${t[doubted]}</p>`}
    <form
      method="post"
      action="${pathTo(frame, `/enter/${task.id}`)}"
      autocomplete="off"
      data-keys="${t.keys}"
      data-erase="${t.erase}"
      novalidate
    >
      <input type="hidden" name="token" value="${token}" />
      ${doubted === null ? null : html`<input type="hidden" name="sure" value="${sureOf(task, said)}" />`}
      ${entryFields(task).map((it) => fieldView(it, filling))}
      ${asksForMeal(task) ? mealView(filling) : null}
      ${now === null ? null : whenView(task, filling, now)}
      <p class="pair">
        <button>${doubted === null ? t.save : t.saveAgain}</button>
        <a class="button plain" href="${pathTo(frame)}">${t.back}</a>
      </p>
    </form>
  `;
}

function fieldView(
  { code, required }: { readonly code: QuantityCode; readonly required: boolean },
  { frame, said }: EntryFilling,
): Html {
  const t = textsOf(frame);
  const { language } = frame;
  const { unit } = quantityTexts[code];
  const decimal = language === 'sv' ? ',' : '.';
  return html`<p class="field">
    <label for="${code}"
      >${quantityTexts[code][language]}, ${unit[language]}${required ? null : t.optional}</label
    >
    <input
      id="${code}"
      name="${code}"
      inputmode="${ranges[code].decimals === 0 ? 'numeric' : 'decimal'}"
      data-decimal="${ranges[code].decimals === 0 ? '' : decimal}"
      maxlength="8"
      value="${said[code] ?? ''}"
      ${required ? html`aria-required="true"` : null}
    />
  </p>`;
}

function mealView({ frame, said, problem }: EntryFilling): Html {
  const options = meals.map((it) => ({ value: it.id, text: it[frame.language] }));
  const missing = problem === 'entry_context' ? textsOf(frame).missing : null;
  const label = html`${textsOf(frame).meal}`;
  return choicesView(mealContext, label, { options, said: said[mealContext], missing });
}

/** Just now is chosen already: whoever has just measured need not look at this at all. */
function whenView(task: ScheduleTask, { frame, said, problem }: EntryFilling, now: Now): Html {
  const t = textsOf(frame);
  const { language } = frame;
  const saying = { language, timeZone: 'UTC', now: Date.parse(daysOffered(task, now)[0] ?? '') };
  const days = daysOffered(task, now).map((value, back) => {
    const day = capital(dayText(Date.parse(value), saying));
    return { value, text: back === 0 ? filled(t.earlier, { day }) : day };
  });
  const options = [{ value: '', text: t.justNow }, ...days];
  const missing = problem === 'entry_time' ? t.errors.entry_time : null;
  const chosen = said['when'] ?? '';
  const isOpen = chosen !== '' || missing !== null;
  return html`<details id="earlier" class="thing" ${isOpen ? html`open` : null}>
    <summary>${t.notNow}</summary>
    ${choicesView('when', html`${t.when}`, { options, said: chosen, missing })}
    <div class="clock" role="group" aria-label="${t.clock}">
      <span aria-hidden="true">${t.clock}</span>
      ${selectView('hour', t.hour, { count: 24, step: 1, said: said['hour'] })}
      <span aria-hidden="true">:</span>
      ${selectView('minute', t.minute, { count: 12, step: 5, said: said['minute'] })}
    </div>
  </details>`;
}

function selectView(
  name: string,
  label: string,
  { count, step, said = '' }: { count: number; step: number; said: string | undefined },
): Html {
  const values = Array.from({ length: count }, (_, i) => String(i * step).padStart(2, '0'));
  return html`<select id="${name}" name="${name}" aria-label="${label}">
    <option value="">–</option>
    ${values.map((it) => html`<option ${it === said ? html`selected` : null}>${it}</option>`)}
  </select>`;
}

/** An example that could be true for what is asked. */
function problemText(task: ScheduleTask, { frame, problem }: EntryFilling): string | null {
  const t = textsOf(frame);
  const known: Readonly<Partial<Record<ErrorCode, string>>> = t.errors;
  if (problem === null) return null;
  const code = mainQuantities[entryKind(task)][0] ?? 'body_weight';
  const [low, high] = ranges[code].soft;
  const example = numberText(code, (low + high) / 2, frame.language);
  return filled(known[problem] ?? t.errors.internal, { example });
}
