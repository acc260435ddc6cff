import type { ErrorCode } from '@hemma/protocols/errors.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { textsOf } from './layout.js';
import type { Frame } from './layout.js';
import type { PageTexts } from './texts-sv.js';

/** What a form shows again of what was said, and what was wrong with it. */
export interface Filling {
  readonly frame: Frame;
  readonly token: string;
  readonly said: Readonly<Record<string, string>>;
  readonly problem: ErrorCode | null;
}

/** The text for a code; one that has none is a fault of ours. */
export function errorText(t: PageTexts, code: ErrorCode): string {
  const known: Readonly<Partial<Record<ErrorCode, string>>> = t.errors;
  return known[code] ?? t.errors.internal;
}

/** That nothing was saved, and why. */
export function problemView({ frame }: Pick<Filling, 'frame'>, text: string | null): Html | null {
  if (text === null) return null;
  const t = textsOf(frame);
  return html`<div class="problem" role="alert">
    <p><strong>${t.errorHead}.</strong> ${text}</p>
  </div>`;
}

interface Choices {
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly said: string | undefined;
  /** Said beside it when it must be answered and is not. */
  readonly missing: string | null;
}

/** One of several, each a button as wide as the page. */
export function choicesView(id: string, label: Html, { options, said, missing }: Choices): Html {
  return html`<fieldset id="${id}-choices" ${missing === null ? null : html`class="missing"`}>
    <legend>${label}</legend>
    ${missing === null ? null : html`<p class="why">${missing}</p>`}
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
