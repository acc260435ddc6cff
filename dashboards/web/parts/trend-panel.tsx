import { Button, Paper, ScrollArea, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Trend, TrendSeries } from '@hemma/protocols/api/clinic.js';
import { useTexts } from '../texts/i18n.js';
import type { Texts } from '../texts/i18n.js';
import { goalText } from './goal-text.js';
import { TrendChart } from './trend-chart.js';

interface Props {
  readonly trend: Trend;
  readonly fromMs: number;
  readonly toMs: number;
}

const weekMs = 7 * 86_400_000;
/** A table longer than this is of no use to a reader; the newest rows are shown. */
const maxTableRows = 200;

/** One kind of measurement: a plain sentence, the graph, failed attempts, and the same as a table. */
export function TrendPanel({ trend, fromMs, toMs }: Props) {
  const texts = useTexts();
  const { t, of } = texts;
  const [table, setTable] = useState(false);
  return (
    <Paper component="section" p="md" withBorder aria-label={of(trend.name)}>
      <Title order={3} size="h4">
        {of(trend.name)}
      </Title>
      {trend.series.map((series) => (
        <Text size="sm" key={series.code}>
          {sentence(series, toMs, texts)}
        </Text>
      ))}
      {trend.failures.length > 0 && (
        <Text size="sm">✕ {t('failures', { count: trend.failures.length })}</Text>
      )}
      {trend.truncated && <Text size="sm">{t('truncated')}</Text>}
      <TrendChart trend={trend} fromMs={fromMs} toMs={toMs} />
      <Button
        size="compact-sm"
        variant="default"
        aria-expanded={table}
        onClick={() => setTable(!table)}
      >
        {table ? t('hideTable') : t('showTable')}
      </Button>
      {table && <ValueTable trend={trend} />}
    </Paper>
  );
}

function sentence(series: TrendSeries, toMs: number, texts: Texts): string {
  const { t, of, number, dateTime } = texts;
  const counting = series.points.filter((it) => it.owner === undefined);
  const last = counting.at(-1);
  if (last === undefined) return '';
  const week = counting.filter((point) => point.at > toMs - weekMs);
  const mean = week.reduce((sum, point) => sum + point.value, 0) / week.length;
  const show = (value: number) => ({ value: number(value, series.decimals), unit: series.unit });
  return [
    `${of(series.name)}:`,
    t('latest', { ...show(last.value), when: dateTime(last.at) }),
    week.length > 1 ? t('meanWeek', show(mean)) : '',
    goalText(series, texts),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function ValueTable({ trend }: { readonly trend: Trend }) {
  const { t, of, number, dateTime } = useTexts();
  const values = trend.series.flatMap((series) =>
    series.points.map((point) => ({
      at: point.at,
      text: [
        `${of(series.name)} ${number(point.value, series.decimals)} ${series.unit}`,
        ...(point.owner === undefined ? [] : [t(`point_${point.owner}`)]),
      ].join(': '),
    })),
  );
  const failures = trend.failures.map((failure) => ({
    at: failure.at,
    text: `${t('failed')}: ${t(`failure_${failure.reason}`)}`,
  }));
  const rows = [...values, ...failures].sort((a, b) => b.at - a.at).slice(0, maxTableRows);
  return (
    <ScrollArea
      h={260}
      mt="xs"
      viewportProps={{
        tabIndex: 0,
        role: 'region',
        'aria-label': t('tableOf', { name: of(trend.name) }),
      }}
    >
      <Table striped stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('time')}</Table.Th>
            <Table.Th>{t('value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={`${row.at} ${i}`}>
              <Table.Td>{dateTime(row.at)}</Table.Td>
              <Table.Td>{row.text}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
