import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { resolveTasks } from '../api.js';
import { useMe } from '../me.js';
import type { Member } from '../me.js';
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
  const shown = forWhom(tasks, useMe());
  const elsewhere = tasks.length - shown.length;
  const green = shown.filter((it) => it.severity === 'info').map((it) => it.id);
  return (
    <Paper component="section" className="tasks" p="sm" withBorder aria-label={t('tasks')}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {t('tasks')}
        </Title>
        {green.length > 1 && who !== '' && <CloseGreen ids={green} />}
      </Group>
      {shown.length === 0 && <Text size="sm">{t('noTasks')}</Text>}
      {shown.length > 0 && who === '' && (
        <Text size="sm" mb="xs">
          {t('whoFirst')}
        </Text>
      )}
      <Stack gap="sm">
        {shown.map((task) => (
          <TaskCard key={task.id} task={task} onChoose={onChoose} />
        ))}
      </Stack>
      {elsewhere > 0 && (
        <Text size="xs" mt="xs">
          {t('tasksElsewhere', { count: elsewhere })}
        </Text>
      )}
    </Paper>
  );
}

/** Tasks of medical technology are theirs; as long as nobody said who sits here, all are shown. */
function forWhom(tasks: readonly Task[], me: Member | null): readonly Task[] {
  if (me === null) return tasks;
  const isTechnician = me.roles.includes('technician');
  const isClinical = me.roles.some((it) => it !== 'technician');
  return tasks.filter((it) => (it.audience === 'technology' ? isTechnician : isClinical));
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
