import { Button, Collapse, Group, Menu, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { closeReasons } from '@hemma/protocols/api/clinic.js';
import type { Task } from '@hemma/protocols/api/clinic.js';
import { acknowledgeTask, closeTask } from '../api.js';
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
      {task.why.text !== null && <Text size="sm">{of(task.why.text)}</Text>}
      <Text size="xs" c="dark.6">
        {dateTime(task.openedAt)}
      </Text>
      {task.clearedAt !== null && (
        <Text size="xs">{t('clearedSince', { when: dateTime(task.clearedAt) })}</Text>
      )}
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
          <CloseMenu task={task} />
        )}
      </Group>
      <Collapse expanded={open}>
        <Why task={task} />
      </Collapse>
    </Paper>
  );
}

/** Somebody has seen it; whoever has dealt with it says how. */
function CloseMenu({ task }: { readonly task: Task }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const close = useMutation({
    mutationFn: (reason: (typeof closeReasons)[number]) => closeTask(task.id, reason),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <>
      <Text size="sm">{t('acknowledged')}</Text>
      <Menu>
        <Menu.Target>
          <Button size="compact-sm" variant="default" loading={close.isPending}>
            {t('close')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {closeReasons.map((reason) => (
            <Menu.Item key={reason} onClick={() => close.mutate(reason)}>
              {t(`close_${reason}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Why({ task }: { readonly task: Task }) {
  const { t, of, number, dateTime } = useTexts();
  const { why } = task;
  const shown = (value: number | null) => (value === null ? '' : number(value, why.decimals));
  const reason = reasonKey(why);
  const clears =
    why.clearsAt === null
      ? why.onlyStaffCloses && t('onlyStaffCloses')
      : t('clearsAt', { clearsAt: shown(why.clearsAt), unit: why.unit });
  return (
    <Stack gap={4} mt="xs">
      <Text size="sm">
        {reason !== null &&
          t(reason, {
            name: of(why.name),
            unit: why.unit,
            value: shown(why.value),
            direction: t(why.direction),
            limit: shown(why.limit),
            values: why.values,
            days: why.days ?? 0,
          })}{' '}
        {clears}
      </Text>
      <Text size="xs" c="dark.6">
        {t('whyRule', {
          rule: why.rule,
          version: why.planVersion,
          when: dateTime(why.measuredAt),
          count: task.count,
        })}
      </Text>
    </Stack>
  );
}

/** The sentence that says what was compared; null when there is no number to tell. */
function reasonKey({ condition, direction, values }: Task['why']) {
  if (condition === 'value') return values > 1 ? 'whyValues' : 'whyValue';
  if (condition === 'change') return direction === 'above' ? 'whyRise' : 'whyFall';
  return condition === 'count' ? 'whyCount' : null;
}
