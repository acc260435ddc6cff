/* eslint-disable @typescript-eslint/no-deprecated --
   The classic model of a board: every Grafana since 9 loads it, its successor only the newest. */
import { VisibilityMode, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TextBuilder } from '@grafana/grafana-foundation-sdk/text';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import {
  failuresQuery,
  hemmaInflux,
  InfluxQuery,
  patientsQuery,
  valuesQuery,
} from '../influxql.js';

/** The curves of one patient, for those who look in Grafana. Goals and tasks are on Hemma's page. */

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly lines: readonly (readonly [QuantityCode, string])[];
}

const charts: readonly Chart[] = [
  {
    title: 'Blodtryck',
    unit: 'mmHg',
    decimals: 0,
    lines: [
      ['systolic_bp', 'Systoliskt'],
      ['diastolic_bp', 'Diastoliskt'],
    ],
  },
  { title: 'Vikt', unit: 'kg', decimals: 1, lines: [['body_weight', 'Vikt']] },
  { title: 'Syremättnad', unit: '%', decimals: 0, lines: [['spo2', 'SpO2']] },
  { title: 'Glukos', unit: 'mmol/l', decimals: 1, lines: [['glucose', 'Glukos']] },
];

const notice =
  'Hemma är inte en larmtjänst. Värdena ses över på bemannad arbetstid. ' +
  'Vid akut sjukdom: ring 112. Rådgivning: 1177.';

/** Grafana divides the width in 24; two charts beside each other, each a third of a screen high. */
const half = 12;
const full = 24;
const chartHeight = 9;

export function patientBoard(): Dashboard {
  const board = new DashboardBuilder('Hemma: patient')
    .uid('hemma-patient')
    .tags(['hemma'])
    .readonly()
    .time({ from: 'now-60d', to: 'now' })
    .timezone('browser')
    .refresh('1m')
    .withVariable(patientVariable());
  const panels = [noticePanel(), ...charts.map(chartPanel), failuresPanel()];
  for (const [i, panel] of panels.entries()) board.withPanel(panel.id(i + 1));
  return board.build();
}

function patientVariable(): QueryVariableBuilder {
  return new QueryVariableBuilder('patient')
    .label('Patientreferens')
    .datasource(hemmaInflux)
    .query(patientsQuery)
    .refresh(VariableRefresh.OnDashboardLoad)
    .multi(false)
    .includeAll(false);
}

function noticePanel(): TextBuilder {
  return new TextBuilder().title('').content(notice).height(2).span(full);
}

function chartPanel(chart: Chart): TimeSeriesBuilder {
  const panel = new TimeSeriesBuilder()
    .title(chart.title)
    .datasource(hemmaInflux)
    .unit(`suffix: ${chart.unit}`)
    .decimals(chart.decimals)
    .showPoints(VisibilityMode.Always)
    .legend(new VizLegendOptionsBuilder().showLegend(chart.lines.length > 1))
    .height(chartHeight)
    .span(half);
  const refIds = ['A', 'B', 'C'];
  for (const [i, [code, alias]] of chart.lines.entries())
    panel.withTarget(new InfluxQuery(refIds[i] ?? code, valuesQuery(code), { alias }));
  return panel;
}

function failuresPanel(): TableBuilder {
  return new TableBuilder()
    .title('Mätförsök utan värde')
    .datasource(hemmaInflux)
    .height(chartHeight)
    .span(full)
    .withTarget(new InfluxQuery('A', failuresQuery, { alias: '', table: true }));
}
