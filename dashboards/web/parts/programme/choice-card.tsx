import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Choice, Programme } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import { ChoiceDialog } from './choice-dialog.js';

interface Props {
  readonly programme: Programme;
  readonly choice: Choice;
}

/** Which activities were chosen, in one sentence, and the way to choose others. */
export function ChoiceCard({ programme, choice }: Props) {
  const { t, of } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const activities = choice.activities
    .filter((it) => it.isChosen)
    .map(({ title, perWeek }) =>
      perWeek === null ? of(title) : t('choiceTimes', { activity: of(title), count: perWeek }),
    )
    .join(', ');
  const { perWeek, minutesEach: minutes } = choice;
  return (
    <Paper component="section" p="md" withBorder aria-label={t('choice')}>
      <Group justify="space-between" mb="xs">
        <Title order={4} size="h5">
          {t('choice')}
        </Title>
        {programme.state !== 'ended' && (
          <Button variant="default" onClick={() => setOpen(true)}>
            {t('choiceChange')}
          </Button>
        )}
      </Group>
      <Text size="sm">
        {t(minutes === null ? 'choiceSentenceShort' : 'choiceSentence', {
          ...{ activities, perWeek, minutes },
        })}
      </Text>
      {isOpen && <ChoiceDialog {...{ programme, choice }} onClose={() => setOpen(false)} />}
    </Paper>
  );
}
