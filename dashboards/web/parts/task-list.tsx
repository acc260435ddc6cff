import { Button, Collapse, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '@hemma/protocols/api/clinic.js';
import { acknowledgeTask } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { ColourBadge } from './colour.js';

interface Props {
  readonly tasks: readonly Task[];
  readonly onChoose: (ref: string) => void;
}

/** What somebody must answer: red by oldest first (the server orders), each with its "why". */
export function TaskList({ tasks, onChoose }: Props) {
  const { t } = useTexts();
  return (
    <Paper component="section" className="tasks" p="sm" withBorder aria-label={t('tasks')}>
      <Title order={2} size="h4" mb="xs">
        {t('tasks')}
      </Title>
      {tasks.length === 0 && <Text size="sm">{t('noTasks')}</Text>}
      <Stack gap="sm">
        {tasks.map((task) => (
          <TaskCard key={task.id} task={task} onChoose={onChoose} />
        ))}
      </Stack>
    </Paper>
  );
}

function TaskCard({
  task,
  onChoose,
}: {
  readonly task: Task;
  readonly onChoose: Props['onChoose'];
}) {
  const { t, of, dateTime } = useTexts();
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => acknowledgeTask(task.id),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Paper withBorder p="sm" component="article">
      <Group justify="space-between" gap="xs">
        <Button variant="subtle" size="compact-sm" px={0} onClick={() => onChoose(task.patient)}>
          {task.displayName}
        </Button>
        <ColourBadge
          colour={task.severity === 'info' ? 'grey' : task.severity}
          label={t(`severity_${task.severity}`)}
        />
      </Group>
      <Text size="sm" fw={600}>
        {of(task.title)}
      </Text>
      <Text size="xs" c="dark.6">
        {dateTime(task.openedAt)}
      </Text>
      <Group gap="xs" mt={6}>
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t('why')}
        </Button>
        {task.state === 'open' ? (
          <Button
            size="compact-sm"
            loading={acknowledge.isPending}
            onClick={() => acknowledge.mutate()}
          >
            {t('acknowledge')}
          </Button>
        ) : (
          <Text size="sm">{t('acknowledged')}</Text>
        )}
      </Group>
      <Collapse expanded={open}>
        <Why task={task} />
      </Collapse>
    </Paper>
  );
}

function Why({ task }: { readonly task: Task }) {
  const { t, of, number, dateTime } = useTexts();
  const { why } = task;
  const shown = (value: number) => number(value, why.decimals);
  return (
    <Text size="sm" mt="xs">
      {t('whyText', {
        name: of(why.name),
        unit: why.unit,
        value: shown(why.value),
        direction: t(why.direction),
        limit: shown(why.limit),
        clearsAt: shown(why.clearsAt),
        rule: why.rule,
        when: dateTime(why.measuredAt),
        count: task.count,
      })}
    </Text>
  );
}
