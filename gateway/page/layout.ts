import type { Language } from '@hemma/protocols/plans/text.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { filled, texts } from './texts.js';
import type { PageTexts } from './texts-sv.js';

/** Whom and how a page is for; `who` counts the people of the home from 1. */
export interface Frame {
  readonly language: Language;
  readonly who: number;
  readonly people: number;
  /** Where the same page is in the other language; the part after `/sv/1`. */
  readonly path: string;
  /**
   * Whether it follows changes by itself, and after how many milliseconds; null for pages with a form,
   * which stay as they are.
   */
  readonly followsAfterMs: number | null;
}

export function textsOf({ language }: Pick<Frame, 'language'>): PageTexts {
  return texts[language];
}

export function pathTo({ language, who }: Pick<Frame, 'language' | 'who'>, rest = ''): string {
  return `/${language}/${who}${rest}`;
}

/** A whole page; the numbers for help are on every one of them. */
export function pageOf(frame: Frame, heading: string, content: Html): string {
  const t = textsOf(frame);
  const other: Language = frame.language === 'sv' ? 'en' : 'sv';
  const people = Array.from({ length: frame.people }, (_, i) => i + 1);
  const choice =
    frame.people < 2
      ? null
      : html`<nav class="people" aria-label="${t.title}">
          ${people.map(
            (who) =>
              html`<a href="${pathTo({ ...frame, who })}" ${current(who === frame.who)}
                >${filled(t.person, { n: who })}</a
              >`,
          )}
        </nav>`;
  return html`<!doctype html>
    <html lang="${frame.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${heading} – ${t.title}</title>
        <link rel="stylesheet" href="/page.css" />
        <script src="${frame.followsAfterMs === null ? '/keys.js' : '/live.js'}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">${t.skip}</a>
        <header>
          <a class="home" href="${pathTo(frame)}">${t.title}</a>
          <p class="help">${t.help}</p>
          <a href="${pathTo({ ...frame, language: other }, frame.path)}" lang="${other}"
            >${t.otherLanguage}</a
          >
        </header>
        ${choice} ${followsView(frame)}
        <main id="main" tabindex="-1" ${followsAfter(frame)}>${content}</main>
        <footer><p>${t.emergency}</p></footer>
      </body>
    </html>`.text;
}

/** What tells that the gateway cannot be reached, and the way to newer content without a script. */
function followsView(frame: Frame): Html | null {
  if (frame.followsAfterMs === null) return null;
  const t = textsOf(frame);
  const renew = html`<a class="button plain" href="${pathTo(frame)}">${t.renew}</a>`;
  return html`<div class="lost" role="status"><p id="lost" hidden>${t.unreachable}</p></div>
    <noscript><p class="renew">${renew}</p></noscript>`;
}

function followsAfter(frame: Frame): Html | null {
  const { followsAfterMs } = frame;
  if (followsAfterMs === null) return null;
  return html`data-follows="${pathTo(frame)}" data-after="${followsAfterMs}"`;
}

function current(is: boolean): Html | null {
  return is ? html`aria-current="page"` : null;
}
