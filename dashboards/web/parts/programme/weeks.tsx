import { Accordion, Paper, Stack, Text, Title } from '@mantine/core';
import type { Programme, Week } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import type { Texts } from '../../texts/i18n.js';
import { ItemRow } from './item-row.js';

/** Every week, each folded until somebody asks. */
export function Weeks({ programme }: { readonly programme: Programme }) {
  const { t } = useTexts();
  return (
    <Paper component="section" p="md" withBorder aria-label={t('weeks')}>
      <Title order={4} size="h5" mb="xs">
        {t('weeks')}
      </Title>
      <Accordion multiple order={5} variant="separated" chevronPosition="left">
        {programme.weeks.map((week) => (
          <WeekRow key={week.number} week={week} programme={programme} />
        ))}
      </Accordion>
    </Paper>
  );
}

interface Props {
  readonly week: Week;
  readonly programme: Programme;
}

function WeekRow({ week, programme }: Props) {
  const texts = useTexts();
  const { t, of, date } = texts;
  const { number, from, to, isCurrent, items, phase } = week;
  return (
    <Accordion.Item value={String(number)} className={isCurrent ? 'today' : ''}>
      <Accordion.Control>
        <Text fw={600} size="sm">
          {t('weekTitle', { week: number })}
          {isCurrent && ` · ${t('weekNow')}`}
        </Text>
        <Text size="xs" c="dark.6">
          {date(from)} – {date(to)}
          {phase !== null && ` · ${of(phase)}`}
          {standingOf(week, texts).map((it) => ` · ${it}`)}
        </Text>
      </Accordion.Control>
      <Accordion.Panel>
        {items.length === 0 && <Text size="sm">{t('weekEmpty')}</Text>}
        <Stack gap="md">
          {items.map((item) => (
            <ItemRow key={keyOfItem(item)} {...{ item, week, programme }} />
          ))}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}

export function keyOfItem(item: Week['items'][number]): string {
  if (item.kind === 'form') return `${item.questionnaire} ${item.date}`;
  const which = item.kind === 'module' ? String(item.step) : '';
  return `${item.task} ${which} ${item.kind === 'activity' ? (item.activity ?? '') : ''}`;
}

/** What a week holds, without opening it. */
function standingOf({ items, planned, pausedDays, isOpen, from }: Week, { t, date }: Texts) {
  const times = items.reduce((sum, it) => sum + (it.kind === 'activity' ? it.done.length : 0), 0);
  const modules = items.flatMap((it) => (it.kind === 'module' ? [it] : []));
  return [
    ...(isOpen ? [] : [t('weekOpens', { date: date(from) })]),
    ...modules.map(({ step, done }) =>
      [t('moduleStep', { step }), done === null ? '' : '✓'].join(' ').trim(),
    ),
    ...(planned === null || !isOpen
      ? []
      : [t('programmePlanned', { done: times, count: planned })]),
    ...(pausedDays === 0 ? [] : [t('weekPaused', { count: pausedDays })]),
  ];
}
