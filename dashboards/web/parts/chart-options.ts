import type { EChartsCoreOption } from 'echarts/core';
import type { Trend, TrendSeries } from '@hemma/protocols/api/clinic.js';
import type { Texts } from '../texts/i18n.js';
import { goalText } from './goal-text.js';

/** Distinguishable for colour-blind readers, and told apart by symbol as well (Okabe–Ito, darkened). */
const lineStyles = [
  { colour: '#14606b', symbol: 'circle', sign: '●' },
  { colour: '#b0500a', symbol: 'rect', sign: '■' },
  { colour: '#5a3e8e', symbol: 'triangle', sign: '▲' },
  { colour: '#3c5a14', symbol: 'diamond', sign: '◆' },
] as const;
const severityColours = { yellow: '#8a5a00', red: '#b3261e' } as const;
const goalColour = 'rgba(27, 110, 60, 0.13)';
/** With more points than this a symbol at each would hide the line. */
const maxSymbols = 250;

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What ECharts draws for a trend: lines, goal bands, limits, and a cross for each failed attempt. */
export function chartOptions(trend: Trend, period: Period, texts: Texts): EChartsCoreOption {
  const bounds = valueBounds(trend);
  return {
    animation: false,
    aria: { enabled: true },
    grid: { left: 48, right: 24, top: 36, bottom: 28 },
    legend: { top: 0, itemHeight: 10 },
    tooltip: {
      trigger: 'item',
      confine: true,
      formatter: (item: TooltipItem) => tooltip(item, texts),
    },
    xAxis: {
      type: 'time',
      min: period.fromMs,
      max: period.toMs,
      axisLabel: { hideOverlap: true, formatter: (ms: number) => texts.day(ms) },
    },
    yAxis: {
      type: 'value',
      min: bounds.low,
      max: bounds.high,
      // The ends are where the lines end, seldom round figures.
      axisLabel: { showMinLabel: false, showMaxLabel: false },
    },
    series: [
      ...trend.series.map((series, i) => ({
        ...line(series, i, texts),
        ...goalBand(series, bounds, texts),
      })),
      ...trend.series.map((series, i) => uncounted(series, i, texts)),
      failedAttempts(trend, bounds.low, texts),
    ],
  };
}

interface TooltipItem {
  readonly seriesName: string;
  readonly value: readonly [number, number];
  readonly data: { readonly shown?: string };
}

/** Built as an element: whatever a name or text holds stays text. */
function tooltip(item: TooltipItem, texts: Texts): HTMLElement {
  const box = document.createElement('div');
  const [at] = item.value;
  box.textContent = `${item.seriesName}: ${item.data.shown ?? ''} · ${texts.dateTime(at)}`;
  return box;
}

function line(series: TrendSeries, index: number, texts: Texts) {
  const style = lineStyles[index % lineStyles.length];
  return {
    name: texts.of(series.name),
    type: 'line',
    symbol: style?.symbol,
    symbolSize: 5,
    showSymbol: series.points.length <= maxSymbols,
    itemStyle: { color: style?.colour },
    lineStyle: { width: 1.5 },
    data: series.points
      .filter((point) => point.owner === undefined)
      .map((point) => ({
        value: [point.at, point.value],
        shown: `${texts.number(point.value, series.decimals)} ${series.unit}`,
      })),
    markLine: {
      silent: true,
      symbol: 'none',
      data: series.limits.map((limit) =>
        limitLine(limit, series, { texts, sign: style?.sign ?? '' }),
      ),
    },
  };
}

/** Beside the line and hollow: what is not known to be the patient's, or is known not to be. */
function uncounted(series: TrendSeries, index: number, texts: Texts) {
  const style = lineStyles[index % lineStyles.length];
  return {
    name: texts.of(series.name),
    type: 'scatter',
    symbol: style?.symbol,
    symbolSize: 7,
    itemStyle: { color: '#ffffff', borderColor: style?.colour, borderWidth: 1.5 },
    data: series.points.flatMap(({ at, value, owner }) =>
      owner === undefined
        ? []
        : [
            {
              value: [at, value],
              shown: `${texts.number(value, series.decimals)} ${series.unit}, ${texts.t(`point_${owner}`)}`,
            },
          ],
    ),
  };
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

function goalBand(series: TrendSeries, bounds: Bounds, texts: Texts) {
  if (series.goal === null) return {};
  const { low, high } = series.goal;
  const label = {
    show: true,
    position: 'insideTopLeft',
    color: '#1b4d2e',
    formatter: goalText(series, texts),
  };
  return {
    markArea: {
      silent: true,
      itemStyle: { color: goalColour },
      data: [[{ yAxis: low ?? bounds.low, label }, { yAxis: high ?? bounds.high }]],
    },
  };
}

/** The sign tells which line the limit belongs to where there are several. */
function limitLine(
  limit: TrendSeries['limits'][number],
  series: TrendSeries,
  { texts, sign }: { readonly texts: Texts; readonly sign: string },
) {
  const colour = severityColours[limit.severity];
  return {
    yAxis: limit.value,
    lineStyle: { color: colour, type: limit.severity === 'red' ? 'solid' : 'dashed', width: 1.2 },
    label: {
      // Neither over the goal's own label nor over the newest values.
      position: 'insideMiddleTop',
      color: colour,
      formatter: `${sign} ${texts.t(`limit_${limit.severity}`, {
        value: texts.number(limit.value, series.decimals),
      })}`,
    },
  };
}

function failedAttempts(trend: Trend, low: number, texts: Texts) {
  return {
    name: texts.t('failed'),
    type: 'scatter',
    symbol: 'path://M2 0 L5 3 L8 0 L10 2 L7 5 L10 8 L8 10 L5 7 L2 10 L0 8 L3 5 L0 2 Z',
    symbolSize: 10,
    itemStyle: { color: '#5b6468' },
    data: trend.failures.map((failure) => ({
      value: [failure.at, low],
      shown: texts.t(`failure_${failure.reason}`),
    })),
  };
}

/** Lowest and highest value worth showing: the points, and goals and limits that lie near them. */
function valueBounds(trend: Trend): Bounds {
  const values = trend.series.flatMap((series) => series.points.map((point) => point.value));
  if (values.length === 0) return { low: 0, high: 1 };
  const bounds = { low: Infinity, high: -Infinity };
  for (const value of values) {
    bounds.low = Math.min(bounds.low, value);
    bounds.high = Math.max(bounds.high, value);
  }
  const reach = Math.max(bounds.high - bounds.low, Math.abs(bounds.high) * 0.1, 1);
  const near = trend.series
    .flatMap((series) => [
      series.goal?.low,
      series.goal?.high,
      ...series.limits.map((limit) => limit.value),
    ])
    .filter((value): value is number => value !== null && value !== undefined)
    .filter((value) => value > bounds.low - reach && value < bounds.high + reach);
  const margin = reach * 0.08;
  return {
    low: Math.floor(Math.min(bounds.low, ...near) - margin),
    high: Math.ceil(Math.max(bounds.high, ...near) + margin),
  };
}
