import { Paper, Stack, Text, Title } from '@mantine/core';
import type { Programme, Week, WeekItem } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import { useWho } from '../../who.js';
import { ItemRow } from './item-row.js';
import { keyOfItem } from './weeks.js';

/** All that is open, from whichever week it is: one tap away (requirement R61). */
export function NowCard({ programme }: { readonly programme: Programme }) {
  const { t } = useTexts();
  const isStaff = useWho() !== '';
  const open = programme.weeks
    .flatMap((week) =>
      week.items.filter((it) => isNow(it, week, isStaff)).map((item) => ({ week, item })),
    )
    // What is done comes before what is filled in.
    .toSorted((a, b) => Number(a.item.kind === 'form') - Number(b.item.kind === 'form'));
  return (
    <Paper component="section" p="md" withBorder className="today" aria-label={t('now')}>
      <Title order={4} size="h5" mb="xs">
        {t('now')}
      </Title>
      {open.length === 0 && <Text size="sm">{t('nothingNow')}</Text>}
      <Stack gap="md">
        {open.map(({ week, item }) => (
          <ItemRow key={keyOfItem(item)} {...{ item, week, programme }} />
        ))}
      </Stack>
    </Paper>
  );
}

/** A module of this week stays when it is done: it can be undone there. */
function isNow(item: WeekItem, week: Week, isStaff: boolean): boolean {
  switch (item.kind) {
    case 'module':
      return item.isOpen && (item.done === null || week.isCurrent);
    case 'activity':
      return week.isCurrent;
    case 'form':
      return item.isOpen && item.answered === null && (isStaff || item.by === 'patient');
    case 'message':
      return false;
  }
}
