import { Alert, Group, Loader, Paper, SegmentedControl, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { fetchTrends } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { TrendPanel } from './trend-panel.js';
import { UnownedReadings } from './unowned-readings.js';

const dayMs = 86_400_000;
const periods = [7, 30, 60, 180];

/** Every trend of one patient over a chosen period that ends now. */
export function PatientTrends({ patient }: { readonly patient: PatientSummary }) {
  const { t } = useTexts();
  const [days, setDays] = useState(60);
  const trends = useQuery({
    queryKey: ['trends', patient.ref, days],
    queryFn: () => fetchTrends(patient.ref, Date.now() - days * dayMs, Date.now()),
    placeholderData: keepPreviousData,
  });
  const shown = trends.data?.trends.filter(hasSomething) ?? [];
  return (
    <Stack gap="md">
      <UnownedReadings patient={patient.ref} />
      <Group justify="flex-end">
        <SegmentedControl
          aria-label={t('period')}
          size="xs"
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          data={periods.map((count) => ({ value: String(count), label: t('days', { count }) }))}
        />
      </Group>
      {trends.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {trends.isPending && <Loader aria-label={t('loading')} />}
      {trends.isSuccess && shown.length === 0 && (
        <Paper p="md" withBorder>
          <Text>{t('noMeasurements')}</Text>
        </Paper>
      )}
      {trends.data !== undefined &&
        shown.map((trend) => (
          <TrendPanel
            key={trend.id}
            trend={trend}
            fromMs={trends.data.from}
            toMs={trends.data.to}
          />
        ))}
    </Stack>
  );
}

function hasSomething(trend: {
  readonly failures: readonly unknown[];
  readonly series: readonly { readonly points: readonly unknown[] }[];
}): boolean {
  return trend.failures.length > 0 || trend.series.some((series) => series.points.length > 0);
}
