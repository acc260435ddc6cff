import { Progress, Text, Title } from '@mantine/core';
import type { Programme } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';

/** Where the patient is in the programme, and what comes next, in a few plain sentences. */
export function Standing({ programme }: { readonly programme: Programme }) {
  const { t, of, date } = useTexts();
  const { planName, week, weeks, modules, state, nextContact, looks } = programme;
  const last = Math.max(week, weeks.at(-1)?.number ?? week);
  return (
    <div>
      <Title order={3} size="h4">
        {of(planName)}
      </Title>
      <Text fw={600}>
        {t('programmeWeek', { week, of: last })}
        {modules !== null && ` · ${t('programmeModules', modules)}`}
      </Text>
      {modules !== null && (
        <Progress
          my={6}
          size="lg"
          color="#14606b"
          value={(100 * modules.done) / Math.max(1, modules.of)}
          aria-label={t('programmeModules', modules)}
        />
      )}
      {state === 'paused' && <Text size="sm">{t('programmePaused')}</Text>}
      {state === 'ended' && <Text size="sm">{t('programmeEnded')}</Text>}
      {nextContact !== null && (
        <Text size="sm">{t('programmeNext', { date: date(nextContact) })}</Text>
      )}
      {looks !== null && <Text size="sm">{of(looks.text)}</Text>}
    </div>
  );
}
