import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { resolveTasks } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { useWho } from '../who.js';
import { TaskCard } from './task-card.js';

interface Props {
  readonly tasks: readonly Task[];
  readonly onChoose: (ref: string) => void;
}

/** What somebody must answer: red by oldest first (the server orders), each with its "why". */
export function TaskList({ tasks, onChoose }: Props) {
  const { t } = useTexts();
  const who = useWho();
  const green = tasks.filter((it) => it.severity === 'info').map((it) => it.id);
  return (
    <Paper component="section" className="tasks" p="sm" withBorder aria-label={t('tasks')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('tasks')}
        </Title>
        {green.length > 1 && who !== '' && <CloseGreen ids={green} />}
      </Group>
      {tasks.length === 0 && <Text size="sm">{t('noTasks')}</Text>}
      {tasks.length > 0 && who === '' && (
        <Text size="sm" mb="xs">
          {t('whoFirst')}
        </Text>
      )}
      <Stack gap="sm">
        {tasks.map((task) => (
          <TaskCard key={task.id} task={task} onChoose={onChoose} />
        ))}
      </Stack>
    </Paper>
  );
}

/** What is information only needs no look at each. */
function CloseGreen({ ids }: { readonly ids: readonly string[] }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: () => resolveTasks(ids, 'nothing-needed'),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={close.isPending}
      onClick={() => close.mutate()}
    >
      {t('closeGreen', { count: ids.length })}
    </Button>
  );
}
