import type { HomeMessage } from '@hemma/protocols/wire/command.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { askedIn, latestView, linesView } from './latest-view.js';
import { pathTo, textsOf } from './layout.js';
import type { DoubtfulReading } from './look.js';
import { anyTimeView, nowView } from './now-view.js';
import type { Shown } from './shown.js';
import { capital, momentText } from './times.js';
import { trendsView } from './trend-view.js';
import { valueLines } from './values.js';

/** Doubtful readings that are asked about at a time; the next ones come when these are answered. */
const maxDoubts = 3;

/** The one page that is looked at every day; each section is one part that changes by itself. */
export function mainView(shown: Shown): Html {
  const t = textsOf(shown.frame);
  const { saved } = shown;
  return html`
    <h1 class="hidden">${t.title}</h1>
    ${
      saved === null
        ? null
        : html`<section id="saved" class="saved" role="status">
            <p class="big">${saved === 'value' ? t.saved : t.savedAnswers}</p>
          </section>`
    }
    ${doubtsView(shown)} ${nowView(shown)} ${latestView(shown)} ${messagesView(shown)}
    ${anyTimeView(shown)} ${trendsView(shown)} ${aboutView(shown)}
  `;
}

function doubtsView({ frame, look, timeZone, token }: Shown): Html | null {
  const t = textsOf(frame);
  const { language } = frame;
  if (look.doubts.length === 0) return null;
  const one = ({ id, measurement }: DoubtfulReading): Html => {
    const at = measurement.time.measuredAt;
    const time = capital(momentText(at, { language, timeZone, now: look.now }));
    return html`<form method="post" action="${pathTo(frame, '/doubt')}">
      ${linesView(valueLines(measurement, askedIn(look), language))}
      <p>${time}. ${t.doubt}</p>
      <input type="hidden" name="token" value="${token}" />
      <input type="hidden" name="id" value="${id}" />
      <p class="pair">
        <button name="answer" value="mine">${t.mine}</button>
        <button name="answer" value="not-mine" class="plain">${t.notMine}</button>
      </p>
    </form>`;
  };
  return html`<section id="doubts" class="now" aria-labelledby="doubts-head">
    <h2 id="doubts-head">${t.doubts}</h2>
    ${look.doubts.slice(0, maxDoubts).map(one)}
  </section>`;
}

function messagesView({ frame, look, timeZone }: Shown): Html | null {
  const t = textsOf(frame);
  const { language } = frame;
  if (look.messages.length === 0) return null;
  const one = ({ sender, at, text }: HomeMessage): Html =>
    html`<li>
      <p class="from">
        ${t.from[sender]}, ${momentText(at, { language, timeZone, now: look.now })}
      </p>
      <p class="said">${text}</p>
    </li>`;
  return html`<section id="messages" aria-labelledby="messages-head">
    <h2 id="messages-head">${t.messages}</h2>
    <ul class="messages">
      ${look.messages.map(one)}
    </ul>
  </section>`;
}

function aboutView({ frame, look }: Shown): Html {
  const t = textsOf(frame);
  const { language } = frame;
  const looks = [...new Set(look.plans.map((it) => it.schedule.looks[language]))];
  const emergencies = [...new Set(look.plans.map((it) => it.schedule.emergency[language]))];
  const advice = [...new Set(look.plans.flatMap((it) => it.schedule.instructions[language]))];
  return html`<section id="looks" aria-labelledby="looks-head">
    <h2 id="looks-head">${t.looks}</h2>
    ${(looks.length === 0 ? [t.noLooks] : looks).map((it) => html`<p>${it}</p>`)}
    ${emergencies.map((it) => html`<p>${it}</p>`)}
    ${
      advice.length === 0
        ? null
        : html`<h3>${t.instructions}</h3>
            <ul>
              ${advice.map((it) => html`<li>${it}</li>`)}
            </ul>`
    }
  </section>`;
}
