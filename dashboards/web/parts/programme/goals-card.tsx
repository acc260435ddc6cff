import { Button, Group, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { GoalShown, Programme } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import { CommentButton } from './comment-button.js';
import { GoalDialog } from './goal-dialog.js';
import { goalPercent, goalSentence } from './goal-sentence.js';

/** The goals of the plan and of the patient, each with a plain sentence. */
export function GoalsCard({ programme }: { readonly programme: Programme }) {
  const { t } = useTexts();
  const [changed, setChanged] = useState<GoalShown | 'new' | null>(null);
  const isOver = programme.state === 'ended';
  return (
    <Paper component="section" p="md" withBorder aria-label={t('goals')}>
      <Group justify="space-between" mb="xs">
        <Title order={4} size="h5">
          {t('goals')}
        </Title>
        {!isOver && (
          <Button variant="default" onClick={() => setChanged('new')}>
            {t('goalNew')}
          </Button>
        )}
      </Group>
      {programme.goals.length === 0 && <Text size="sm">{t('noGoals')}</Text>}
      <Stack gap="md">
        {programme.goals.map((goal) => (
          <GoalRow
            key={goal.id}
            {...{ goal, programme }}
            onChange={isOver || goal.setting !== null ? null : () => setChanged(goal)}
          />
        ))}
      </Stack>
      {changed !== null && (
        <GoalDialog
          programme={programme}
          goal={changed === 'new' ? null : changed}
          onClose={() => setChanged(null)}
        />
      )}
    </Paper>
  );
}

interface RowProps {
  readonly goal: GoalShown;
  readonly programme: Programme;
  /** Null where it is changed elsewhere, or no more. */
  readonly onChange: (() => void) | null;
}

function GoalRow({ goal, programme, onChange }: RowProps) {
  const texts = useTexts();
  const { t, of } = texts;
  const percent = goalPercent(goal);
  const title = of(goal.title);
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={600} flex="1 1 12rem">
          {title}
        </Text>
        {programme.state !== 'ended' && (
          <Group gap="xs">
            <CommentButton {...{ programme, about: `goal:${goal.id}`, what: title }} />
            {onChange !== null && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('goalChangeOf', { goal: title })}
                onClick={onChange}
              >
                {t('goalChange')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      <Text size="sm">
        {goalSentence(goal, texts)}
        {goal.interval === 'week' && goal.value !== null && ` ${t('goalWeekNote')}`}
        {goal.isReached === true && ` ${t('goalReached')}`}
      </Text>
      {percent !== null && (
        <Progress mt={6} size="lg" color="#14606b" value={percent} aria-label={title} />
      )}
    </div>
  );
}
