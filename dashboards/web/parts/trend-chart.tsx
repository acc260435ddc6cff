import { LineChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import type { EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { Trend } from '@hemma/protocols/api/clinic.js';
import { useTexts } from '../texts/i18n.js';
import { chartOptions } from './chart-options.js';

use([
  AriaComponent,
  CanvasRenderer,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  ScatterChart,
  TooltipComponent,
]);

interface Props {
  readonly trend: Trend;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The graph of one kind of measurement; follows the size of its place on the page. */
export function TrendChart({ trend, fromMs, toMs }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const texts = useTexts();

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = init(element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(chartOptions(trend, { fromMs, toMs }, texts), { notMerge: true });
  }, [trend, fromMs, toMs, texts]);

  return <div ref={place} className="chart" role="img" aria-label={texts.of(trend.name)} />;
}
