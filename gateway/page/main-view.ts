import type { HomeMessage } from '@hemma/protocols/wire/command.js';
import type { Item } from '../schedule/agenda.js';
import type { Asked } from '../prompts/asked.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { pathTo, textsOf } from './layout.js';
import type { DoubtfulReading, Way } from './look.js';
import { filled, kindTexts } from './texts.js';
import { trendsView } from './trend-view.js';
import type { Shown } from './shown.js';
import { clockTime, shortTime, valuesText } from './values.js';

/** The one page that is looked at every day. */
export function mainView(shown: Shown): Html {
  const t = textsOf(shown.frame);
  const { saved } = shown;
  return html`
    <h1 class="hidden">${t.title}</h1>
    ${
      saved === null
        ? null
        : html`<p class="saved" role="status">${saved === 'value' ? t.saved : t.savedAnswers}</p>`
    }
    ${doubtsView(shown)} ${nowView(shown)} ${latestView(shown)} ${messagesView(shown)}
    ${trendsView(shown)} ${aboutView(shown)}
  `;
}

function doubtsView({ frame, look, timeZone, token }: Shown): Html | null {
  const t = textsOf(frame);
  if (look.doubts.length === 0) return null;
  const one = ({ id, measurement }: DoubtfulReading): Html => {
    const value = valuesText(measurement.values, frame.language);
    const time = shortTime(measurement.time.measuredAt, timeZone);
    return html`<form method="post" action="${pathTo(frame, '/doubt')}">
      <p>${filled(t.doubt, { value, time })}</p>
      <input type="hidden" name="token" value="${token}" />
      <input type="hidden" name="id" value="${id}" />
      <p class="pair">
        <button name="answer" value="mine">${t.mine}</button>
        <button name="answer" value="not-mine" class="plain">${t.notMine}</button>
      </p>
    </form>`;
  };
  return html`<section class="now" aria-labelledby="doubts">
    <h2 id="doubts">${t.doubts}</h2>
    ${look.doubts.slice(0, 3).map(one)}
  </section>`;
}

function nowView({ frame, look, timeZone }: Shown): Html {
  const t = textsOf(frame);
  const items = look.plans.flatMap((it) => it.agenda.now);
  const forms = look.plans.flatMap((it) => it.agenda.forms);
  const isPaused = look.plans.length > 0 && look.plans.every((it) => it.agenda.isPaused);
  const nothing = look.plans.length === 0 ? t.noPlan : isPaused ? t.pausedNow : t.nothingNow;
  const next = look.plans
    .flatMap((it) => it.agenda.next ?? [])
    .toSorted((a, b) => a.occasion.opensAt - b.occasion.opensAt)[0];
  return html`<section class="now" aria-labelledby="now">
    <h2 id="now">${t.now}</h2>
    ${items.length + forms.length + look.asked.length === 0 ? html`<p class="big">${nothing}</p>` : null}
    ${look.asked.map((it) => askedView(it, { frame, timeZone }))}
    ${items.map((it) => itemView(it, { frame, look, timeZone }))}
    ${forms.map(
      ({ form }) =>
        html`<div class="task">
          <p class="big">${form.title[frame.language]}</p>
          <p><a class="button" href="${pathTo(frame, `/form/${form.id}`)}">${t.answer}</a></p>
        </div>`,
    )}
    ${
      next === undefined
        ? html`<p class="next">${look.plans.length === 0 ? null : t.noNext}</p>`
        : html`<p class="next">
            ${t.next}: ${next.task.title[frame.language]},
            ${shortTime(next.occasion.opensAt, timeZone)}
          </p>`
    }
  </section>`;
}

/** The repeat that a value beyond a limit asks for; when to do it, and no word of why. */
function askedView(
  { prompt, standing }: Asked,
  { frame, timeZone }: Pick<Shown, 'frame' | 'timeZone'>,
): Html {
  const t = textsOf(frame);
  const { text, notBefore, until } = prompt;
  const rest = filled(t.restUntil, { time: clockTime(notBefore + 59_999, timeZone) });
  const step = standing === 'due' ? t.measure : standing === 'resting' ? rest : t.noTime;
  return html`<div class="task">
    <p class="big">${text[frame.language]}</p>
    <p class="step">${step}</p>
    <p>${filled(t.until, { time: clockTime(until, timeZone) })}</p>
  </div>`;
}

function itemView(
  item: Item,
  { frame, look, timeZone }: Pick<Shown, 'frame' | 'look' | 'timeZone'>,
) {
  const t = textsOf(frame);
  const { task, occasion } = item;
  const closes = clockTime(occasion.closesAt, timeZone);
  return html`<div class="task">
    <p class="big">${task.title[frame.language]}</p>
    <p class="step">${stepText(item, { frame, look, timeZone })}</p>
    <p>${filled(t.until, { time: closes })} ${task.instructions[frame.language]}</p>
    ${
      task.byHand
        ? html`<p>
            <a class="button plain" href="${pathTo(frame, `/enter/${task.id}`)}">${t.byHand}</a>
          </p>`
        : null
    }
  </div>`;
}

/** The guided sequence: rest, first, wait, second. */
function stepText(
  { task, readings, of, waitUntil }: Item,
  { frame, look, timeZone }: Pick<Shown, 'frame' | 'look' | 'timeZone'>,
): string {
  const t = textsOf(frame);
  if (readings === 0)
    return (task.restMinutes ?? 0) > 0 ? filled(t.rest, { n: task.restMinutes ?? 0 }) : t.measure;
  if (waitUntil !== null && look.now < waitUntil)
    return filled(t.wait, { time: clockTime(waitUntil + 59_999, timeZone) });
  return filled(t.again, { i: readings + 1, n: of });
}

const ways: readonly Way[] = ['taken', 'arrived', 'seen'];

function latestView({ frame, look, timeZone }: Shown): Html {
  const t = textsOf(frame);
  if (look.latest === null)
    return html`<section aria-labelledby="latest">
      <h2 id="latest">${t.latest}</h2>
      <p>${t.none}</p>
    </section>`;
  const { reading, way } = look.latest;
  const reached = way === 'refused' ? 0 : ways.indexOf(way);
  const steps = ways.map((it, i) => {
    const isDone = i <= reached;
    return html`<li class="${isDone ? 'done' : 'open'}">
      <span aria-hidden="true">${isDone ? '✓' : '·'}</span> ${t[it === 'refused' ? 'taken' : it]}${
        isDone ? null : html` <span class="hidden">(${t.notYet})</span>`
      }
    </li>`;
  });
  return html`<section class="latest" aria-labelledby="latest" role="status">
    <h2 id="latest">${t.latest}</h2>
    <p class="value">${reading.failed ? t.failed : valuesText(reading.values, frame.language)}</p>
    <p>${kindTexts[reading.kind][frame.language]}, ${shortTime(reading.at, timeZone)}</p>
    <ol class="way">
      ${steps}
    </ol>
    ${way === 'refused' ? html`<p>${t.refused}</p>` : null}
  </section>`;
}

function messagesView({ frame, look, timeZone }: Shown): Html {
  const t = textsOf(frame);
  const one = ({ sender, at, text }: HomeMessage): Html =>
    html`<li>
      <p class="from">${t.from[sender]}, ${shortTime(at, timeZone)}</p>
      <p class="said">${text}</p>
    </li>`;
  return html`<section aria-labelledby="messages">
    <h2 id="messages">${t.messages}</h2>
    ${
      look.messages.length === 0
        ? html`<p>${t.noMessages}</p>`
        : html`<ul class="messages">
            ${look.messages.map(one)}
          </ul>`
    }
  </section>`;
}

function aboutView({ frame, look }: Shown): Html {
  const t = textsOf(frame);
  const { language } = frame;
  const looks = [...new Set(look.plans.map((it) => it.schedule.looks[language]))];
  const emergencies = [...new Set(look.plans.map((it) => it.schedule.emergency[language]))];
  const advice = [...new Set(look.plans.flatMap((it) => it.schedule.instructions[language]))];
  return html`<section aria-labelledby="looks">
    <h2 id="looks">${t.looks}</h2>
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
