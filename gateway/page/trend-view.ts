import { DAY_MS } from '@hemma/protocols/plans/calendar.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { textsOf } from './layout.js';
import type { Shown } from './shown.js';
import { filled, quantityTexts } from './texts.js';
import { capital, shortTime } from './times.js';
import { numberText } from './values.js';
import { askedIn } from './latest-view.js';

/** The days that are shown. */
const shownDays = 14;
/** More than these are one cloud of dots; the newest are drawn. */
const maxPoints = 400;
/** Rows of the table: what somebody reads through. */
const maxTableRows = 60;
/** The drawing, in its own units; it takes the width of the page. */
const box = { width: 320, height: 140 } as const;
/** The part of it that the values have; numbers stand to its left, days below. */
const plot = { left: 38, right: 310, top: 8, bottom: 116 } as const;

interface Point {
  readonly at: number;
  readonly value: number;
}

type Goal = Pick<Schedule['goals'][number], 'low' | 'high'>;

interface Trend {
  readonly code: QuantityCode;
  readonly points: readonly Point[];
  readonly goal: Goal | null;
}

/** The last two weeks of each quantity that the plans ask for, against its goal (monitoring plans §7). */
export function trendsView(shown: Shown): Html | null {
  const t = textsOf(shown.frame);
  const trends = trendsOf(shown);
  if (trends.length === 0) return null;
  return html`<section id="trend" aria-labelledby="trend-head">
    <h2 id="trend-head">${t.trend}</h2>
    <p>${t.trendDays}</p>
    ${trends.map((it) => trendView(it, shown))}
  </section>`;
}

function trendsOf({ look }: Shown): readonly Trend[] {
  const goals = new Map(
    look.plans.flatMap((it) => it.schedule.goals.map((one) => [one.quantity, one] as const)),
  );
  const from = look.now - shownDays * DAY_MS;
  return [...askedIn(look)].flatMap((code) => {
    const points = look.readings
      .filter((it) => !it.failed && it.at >= from && it.at <= look.now)
      .flatMap(({ at, values }) =>
        values.filter((it) => it.code === code).map(({ value }) => ({ at, value })),
      )
      .slice(-maxPoints);
    return points.length === 0 ? [] : [{ code, points, goal: goals.get(code) ?? null }];
  });
}

function trendView(trend: Trend, shown: Shown): Html {
  const { frame } = shown;
  const t = textsOf(frame);
  const { language } = frame;
  const name = quantityTexts[trend.code][language];
  const last = trend.points.at(-1);
  const latest =
    last === undefined
      ? ''
      : `${numberText(trend.code, last.value, language)} ${quantityTexts[trend.code].unit[language]}`;
  const goal = goalText(trend, language);
  const label = `${name}: ${latest}.${goal === null ? '' : ` ${goal}`}`;
  return html`<figure>
    <figcaption><strong>${name}</strong> ${latest}<br />${goal}</figcaption>
    ${drawing(trend, shown, label)}
    <details id="table-${trend.code}">
      <summary>${t.showTable}<span class="hidden">: ${name}</span></summary>
      ${table(trend, shown)}
    </details>
  </figure>`;
}

function goalText({ code, goal }: Trend, language: Language): string | null {
  if (goal === null) return null;
  const t = textsOf({ language });
  const text = (value: number | null) => (value === null ? '' : numberText(code, value, language));
  const form = goal.low === null ? t.goalBelow : goal.high === null ? t.goalAbove : t.goalBand;
  return filled(form, { low: text(goal.low), high: text(goal.high) });
}

/** Dots with a line, and the goal as a band; the same is said in the label and the table. */
function drawing({ code, points, goal }: Trend, { frame, look, timeZone }: Shown, label: string) {
  const { language } = frame;
  const bounds = [goal?.low, goal?.high].filter((it) => it != null);
  const all = [...points.map((it) => it.value), ...bounds];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max((high - low) * 0.1, 1);
  const from = look.now - shownDays * DAY_MS;
  const x = (at: number): string =>
    (plot.left + ((at - from) / (shownDays * DAY_MS)) * (plot.right - plot.left)).toFixed(1);
  const y = (value: number): number =>
    plot.top + ((high + room - value) / (high - low + 2 * room)) * (plot.bottom - plot.top);
  const top = goal?.high == null ? plot.top : y(goal.high);
  const bottom = goal?.low == null ? plot.bottom : y(goal.low);
  const line = points.map((it) => `${x(it.at)},${y(it.value).toFixed(1)}`).join(' ');
  const ends = low === high ? [high] : [high, low];
  return html`<svg viewBox="0 0 ${box.width} ${box.height}" role="img" aria-label="${label}">
    ${
      goal === null
        ? null
        : html`<rect
            class="goal"
            x="${plot.left}"
            y="${top.toFixed(1)}"
            width="${plot.right - plot.left}"
            height="${(bottom - top).toFixed(1)}"
          />`
    }
    <polyline class="line" points="${line}" />
    ${points.map(
      (it) => html`<circle class="dot" cx="${x(it.at)}" cy="${y(it.value).toFixed(1)}" r="3" />`,
    )}
    ${ends.map(
      (it) =>
        html`<text x="${plot.left - 4}" y="${(y(it) + 4).toFixed(1)}" text-anchor="end">
          ${numberText(code, it, language)}
        </text>`,
    )}
    <text x="${plot.left}" y="${box.height - 4}">
      ${shortTime(from, { language, timeZone }).slice(0, -6)}
    </text>
    <text x="${plot.right}" y="${box.height - 4}" text-anchor="end">
      ${capital(textsOf(frame).today)}
    </text>
  </svg>`;
}

function table({ code, points, goal }: Trend, { frame, timeZone }: Shown): Html {
  const t = textsOf(frame);
  const name = quantityTexts[code][frame.language];
  const isIn = (value: number): boolean =>
    value >= (goal?.low ?? -Infinity) && value <= (goal?.high ?? Infinity);
  const rows = points
    .slice(-maxTableRows)
    .toReversed()
    .map(
      ({ at, value }) =>
        html`<tr>
          <th scope="row">${shortTime(at, { language: frame.language, timeZone })}</th>
          <td>${numberText(code, value, frame.language)}</td>
          ${goal === null ? null : html`<td>${isIn(value) ? t.yes : t.no}</td>`}
        </tr>`,
    );
  return html`<table>
    <caption class="hidden">
      ${name}
    </caption>
    <thead>
      <tr>
        <th scope="col">${t.day}</th>
        <th scope="col">${t.value} (${quantityTexts[code].unit[frame.language]})</th>
        ${goal === null ? null : html`<th scope="col">${t.inGoal}</th>`}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
