import { Alert, Stack, Table, Text, Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { DryRun, Setting } from '@hemma/protocols/api/prescribing.js';
import { useTexts } from '../../texts/i18n.js';
import { valueText } from './setting-text.js';

interface Props {
  readonly shown: DryRun;
  readonly settings: readonly Setting[];
}
type Prediction = NonNullable<DryRun['prediction']>;

/** Every limit that would hold, what must be read with it, and what it would have raised. */
export function DryRunView({ shown, settings }: Props) {
  const { t, of } = useTexts();
  const top = useRef<HTMLHeadingElement>(null);
  // It took the place of the form: whoever reads begins at its head.
  useEffect(() => top.current?.focus(), []);
  return (
    <Stack gap="md">
      <section aria-label={t('wouldHold')}>
        <Title order={3} size="h5" ref={top} tabIndex={-1}>
          {t('wouldHold')}
        </Title>
        <LimitTable shown={shown} settings={settings} />
      </section>
      {shown.limitNotice !== null && <Text size="sm">{of(shown.limitNotice)}</Text>}
      {shown.prediction !== null && <PredictionView prediction={shown.prediction} />}
      {shown.emergencyNotice !== null && (
        <Alert color="orange" variant="light" role="note">
          <Text size="sm" c="dark.9">
            {of(shown.emergencyNotice)}
          </Text>
        </Alert>
      )}
    </Stack>
  );
}

function LimitTable({ shown: { parameters, before }, settings }: Props) {
  const texts = useTexts();
  const { t, of } = texts;
  return (
    <Table>
      <Table.Tbody>
        {settings.map((setting) => {
          const next = valueText(setting, parameters[setting.id], texts);
          const now = before === null ? next : valueText(setting, before[setting.id], texts);
          return (
            <Table.Tr key={setting.id}>
              <Table.Th scope="row" fw={400}>
                {of(setting.title)}
              </Table.Th>
              <Table.Td fw={600}>
                {next}
                {now !== next && (
                  <Text size="sm" c="dark.6">
                    {t('before', { value: now })}
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

function PredictionView({ prediction }: { readonly prediction: Prediction }) {
  const { t } = useTexts();
  const { patient, similar, unit, lookBackDays: days } = prediction;
  const title = t('dryRun', { days });
  return (
    <Stack component="section" gap="xs" aria-label={title}>
      <Title order={3} size="h5">
        {title}
      </Title>
      <Part title={t('dryRunPatient')}>
        {patient === null ? t('noHistory') : <Rates outcome={patient} each={false} />}
      </Part>
      {similar === null ? (
        <Text size="sm">{t('noSimilar')}</Text>
      ) : (
        <Part title={t('dryRunSimilar', { count: similar.patients })}>
          <Rates outcome={similar} each />
        </Part>
      )}
      {unit !== null && (
        <Part title={t('dryRunUnit')}>
          <UnitLoad unit={unit} />
        </Part>
      )}
      <Part title={t('notCounted')}>
        {prediction.notCounted.map((it) => t(`notCounted_${it}`)).join(' ')}
      </Part>
    </Stack>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm" component="div">
        {children}
      </Text>
    </div>
  );
}

type Outcome = Pick<
  NonNullable<Prediction['patient']>,
  'tasks' | 'missing' | 'tasksPerWeek' | 'minutesPerWeek'
>;

function Rates({ outcome, each }: { readonly outcome: Outcome; readonly each: boolean }) {
  const { t, number } = useTexts();
  const tasks = number(outcome.tasksPerWeek, 1);
  const minutes = number(outcome.minutesPerWeek, 0);
  const { info, yellow, red } = outcome.missing;
  const calls = info + yellow + red;
  return (
    <>
      {t('tasksCounted', outcome.tasks)} {t('callsCounted', { count: calls })}{' '}
      {t(each ? 'perWeekEach' : 'perWeek', { tasks, minutes })}
    </>
  );
}

function UnitLoad({ unit }: { readonly unit: NonNullable<Prediction['unit']> }) {
  const { t, number } = useTexts();
  const minutes = (value: number) => number(value, 0);
  const loads = { budget: minutes(unit.budgetMinutes), current: minutes(unit.currentMinutes) };
  if (unit.expectedMinutes === null) return <>{t('unitNow', loads)}</>;
  return (
    <>
      {t('unitLoad', { ...loads, expected: minutes(unit.expectedMinutes) })}
      {unit.isOverBudget && <strong> {t('overBudget')}</strong>}
    </>
  );
}
