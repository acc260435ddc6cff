import type { QuantityCode } from '@hemma/protocols/reading.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { textsOf } from './layout.js';
import type { Look, Way } from './look.js';
import type { Shown } from './shown.js';
import { kindTexts } from './texts.js';
import { capital, momentText } from './times.js';
import { valueLines } from './values.js';
import type { ValueLine } from './values.js';

const ways = ['taken', 'arrived', 'seen'] as const satisfies readonly Way[];

/** What was measured last, and how far it has come: taken, arrived, seen by care. */
export function latestView({ frame, look, timeZone }: Shown): Html {
  const t = textsOf(frame);
  const { language } = frame;
  if (look.latest === null)
    return html`<section id="latest" aria-labelledby="latest-head">
      <h2 id="latest-head">${t.latest}</h2>
      <p>${t.none}</p>
    </section>`;
  const { reading, way } = look.latest;
  const when = capital(momentText(reading.at, { language, timeZone, now: look.now }));
  const values = reading.failed
    ? html`<p>${kindTexts[reading.kind][language]}</p>
        <p class="big">${t.failed}</p>`
    : linesView(valueLines(reading, askedIn(look), language));
  return html`<section id="latest" aria-labelledby="latest-head" role="status">
    <h2 id="latest-head">${t.latest}</h2>
    ${values}
    <p>${when}</p>
    <ol class="way">
      ${ways.map((it, i) => stepView(t[it], { isDone: i <= reachedBy(way), notYet: t.notYet }))}
    </ol>
    ${way === 'refused' ? html`<p>${t.refused}</p>` : null}
  </section>`;
}

/** A refused reading was taken, and goes no further. */
function reachedBy(way: Way): number {
  return way === 'refused' ? 0 : ways.indexOf(way);
}

function stepView(
  text: string,
  { isDone, notYet }: { readonly isDone: boolean; readonly notYet: string },
): Html {
  return html`<li class="${isDone ? 'done' : 'open'}">
    <span class="mark" aria-hidden="true">${isDone ? '✓' : '·'}</span> ${text}${
      isDone ? null : html` <span class="hidden">(${notYet})</span>`
    }
  </li>`;
}

/** What the plans of a person ask for. */
export function askedIn({ plans }: Pick<Look, 'plans'>): ReadonlySet<QuantityCode> {
  return new Set(
    plans.flatMap(({ schedule }) => schedule.tasks.flatMap(({ quantities }) => quantities)),
  );
}

/** Values, each with its name and unit. */
export function linesView(lines: readonly ValueLine[]): Html {
  return html`<dl class="values">
    ${lines.map(
      ({ name, value, unit }) =>
        html`<div>
          <dt>${name}</dt>
          <dd><span class="value">${value}</span> ${unit}</dd>
        </div>`,
    )}
  </dl>`;
}
