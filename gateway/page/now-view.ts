import type { Asked } from '../prompts/asked.js';
import type { Item } from '../schedule/agenda.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { pathTo, textsOf } from './layout.js';
import type { Shown } from './shown.js';
import { filled } from './texts.js';
import { clockTime, dayText, nextMinute } from './times.js';

/** One thing to do. The first is shown whole, the others wait under their name. */
interface Thing {
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** What to do now: one thing at a time, a guided repeat before all others. */
export function nowView(shown: Shown): Html {
  const { frame, look } = shown;
  const t = textsOf(frame);
  const isPaused = look.plans.length > 0 && look.plans.every((it) => it.agenda.isPaused);
  const nothing = look.plans.length === 0 ? t.noPlan : isPaused ? t.pausedNow : t.nothingNow;
  const [first, ...rest] = thingsOf(shown);
  return html`<section id="now" class="now" aria-labelledby="now-head">
    <h2 id="now-head">${t.now}</h2>
    ${
      first === undefined
        ? html`<p class="big">${nothing}</p>`
        : html`<p class="big">${first.title}</p>
            ${first.content}`
    }
    ${rest.length === 0 ? null : html`<h3>${t.then}</h3>`} ${rest.map(foldedView)}
    ${nextView(shown)}
  </section>`;
}

/** What a plan lets people do at any time, unless it is asked for just now. */
export function anyTimeView({ frame, look }: Shown): Html | null {
  const t = textsOf(frame);
  const { language } = frame;
  const offered = look.plans.flatMap(({ schedule: { plan }, agenda }) =>
    agenda.onDemand
      .filter((it) => !agenda.forms.some(({ form }) => form.id === it.form))
      .map((it) => ({ ...it, plan })),
  );
  if (offered.length === 0) return null;
  const things = offered.map(({ id, plan, title, instructions, byHand, form }): Thing => {
    const button =
      form !== null
        ? html`<p><a class="button" href="${pathTo(frame, `/form/${form}`)}">${t.answer}</a></p>`
        : byHand
          ? byHandView(pathTo(frame, `/enter/${id}`), t.byHand)
          : null;
    const content = html`<p>${instructions[language]}</p>
      ${button}`;
    return { id: `any-${plan}-${id}`, title: title[language], content };
  });
  return html`<section id="any-time" aria-labelledby="any-time-head">
    <h2 id="any-time-head">${t.anyTime}</h2>
    ${things.map(foldedView)}
  </section>`;
}

function thingsOf(shown: Shown): readonly Thing[] {
  const { frame, look } = shown;
  const { language } = frame;
  const t = textsOf(frame);
  const forms = look.plans.flatMap((it) => it.agenda.forms);
  return [
    ...look.asked.map((it) => askedThing(it, shown)),
    ...look.plans.flatMap(({ schedule, agenda }) =>
      agenda.now.map((it) => itemThing(it, schedule.plan, shown)),
    ),
    ...forms.map(({ form: { id, title } }) => ({
      ...{ id: `form-${id}`, title: title[language] },
      content: html`<p>
        <a class="button" href="${pathTo(frame, `/form/${id}`)}">${t.answer}</a>
      </p>`,
    })),
  ];
}

function foldedView({ id, title, content }: Thing): Html {
  return html`<details class="thing" id="${id}">
    <summary>${title}</summary>
    ${content}
  </details>`;
}

function nextView({ frame, look, timeZone }: Shown): Html | null {
  const t = textsOf(frame);
  const { language } = frame;
  if (look.plans.length === 0) return null;
  const next = look.plans
    .flatMap((it) => it.agenda.next ?? [])
    .toSorted((a, b) => a.occasion.opensAt - b.occasion.opensAt)[0];
  if (next === undefined) return html`<p class="next">${t.noNext}</p>`;
  const { opensAt } = next.occasion;
  const day = dayText(opensAt, { language, timeZone, now: look.now });
  const when = filled(t.fromTime, { day, time: clockTime(opensAt, timeZone) });
  return html`<p class="next">${filled(t.next, { what: next.task.title[language], when })}</p>`;
}

/** The repeat that a value beyond a limit asks for; when to do it, and no word of why. */
function askedThing({ prompt, standing }: Asked, { frame, timeZone }: Shown): Thing {
  const t = textsOf(frame);
  const { id, text, notBefore, until } = prompt;
  const rest = filled(t.restUntil, { time: nextMinute(notBefore, timeZone) });
  const step = standing === 'due' ? t.measure : standing === 'resting' ? rest : t.noTime;
  return {
    ...{ id: `asked-${id}`, title: text[frame.language] },
    content: html`<p class="step">${step}</p>
      <p>${filled(t.until, { time: clockTime(until, timeZone) })}</p>`,
  };
}

function itemThing(item: Item, plan: string, shown: Shown): Thing {
  const { frame, timeZone } = shown;
  const t = textsOf(frame);
  const { task, occasion } = item;
  const closes = clockTime(occasion.closesAt, timeZone);
  return {
    ...{ id: `task-${plan}-${task.id}-${occasion.window}`, title: task.title[frame.language] },
    content: html`<p class="step">${stepText(item, shown)}</p>
      <p>${filled(t.until, { time: closes })} ${task.instructions[frame.language]}</p>
      ${task.byHand ? byHandView(pathTo(frame, `/enter/${task.id}`), t.byHand) : null}`,
  };
}

function byHandView(path: string, text: string): Html {
  return html`<p><a class="button plain" href="${path}">${text}</a></p>`;
}

/** The guided sequence: rest, first, wait, second. */
function stepText(
  { task, readings, of, waitUntil }: Item,
  { frame, look, timeZone }: Shown,
): string {
  const t = textsOf(frame);
  if (readings === 0)
    return (task.restMinutes ?? 0) > 0 ? filled(t.rest, { n: task.restMinutes ?? 0 }) : t.measure;
  if (waitUntil !== null && look.now < waitUntil)
    return filled(t.wait, { time: nextMinute(waitUntil, timeZone) });
  return filled(t.again, { i: readings + 1, n: of });
}
