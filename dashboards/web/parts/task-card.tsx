import { Button, Collapse, Group, Paper, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { acknowledgeTask, takeTask } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { useWho } from '../who.js';
import { ColourBadge } from './colour.js';
import { DeviceChecked, TaskDevice } from './task-device.js';
import { TaskEnd } from './task-end.js';
import { TaskHistory } from './task-history.js';
import { TaskNotes } from './task-notes.js';
import { TaskWhy } from './task-why.js';

interface Props {
  readonly task: Task;
  readonly onChoose: (ref: string) => void;
}

export function TaskCard({ task, onChoose }: Props) {
  const { t, of, dateTime } = useTexts();
  const { patient } = task;
  return (
    <Paper withBorder p="sm" component="article">
      <Group justify="space-between" gap="xs">
        {patient === null ? (
          <Text size="sm">{task.unit}</Text>
        ) : (
          <Button variant="subtle" size="compact-sm" px={0} onClick={() => onChoose(patient)}>
            {task.displayName}
          </Button>
        )}
        <ColourBadge
          colour={task.severity === 'info' ? 'grey' : task.severity}
          label={t(`severity_${task.severity}`)}
        />
      </Group>
      <Text size="sm" fw={600}>
        {of(task.title)}
      </Text>
      {task.kind === 'message' && task.count > 0 && (
        <Text size="sm">{t('unread', { count: task.count })}</Text>
      )}
      {task.isTest && <Text size="xs">{t('testPerson')}</Text>}
      {task.audience === 'technology' && <Text size="xs">{t('forTechnology')}</Text>}
      {task.device !== null && <TaskDevice device={task.device} />}
      {task.why?.text != null && <Text size="sm">{of(task.why.text)}</Text>}
      <Text size="xs" c="dark.6">
        {dateTime(task.openedAt)}
        {task.dueAt !== null && ` · ${t('due', { when: dateTime(task.dueAt) })}`}
      </Text>
      {task.escalated > 0 && (
        <Text size="xs" fw={600}>
          {t('escalated')}
        </Text>
      )}
      {task.assignee !== null && (
        <Text size="xs">{t('takenBy', { name: task.assignee.displayName })}</Text>
      )}
      {task.clearedAt !== null && (
        <Text size="xs">{t('clearedSince', { when: dateTime(task.clearedAt) })}</Text>
      )}
      <TaskNotes task={task} />
      <Actions task={task} />
    </Paper>
  );
}

function Actions({ task }: { readonly task: Task }) {
  const { t } = useTexts();
  const who = useWho();
  const [open, setOpen] = useState<'why' | 'history' | null>(null);
  const toggle = (part: 'why' | 'history') => setOpen(open === part ? null : part);
  return (
    <>
      <Group gap="xs" mt={6}>
        {task.why !== null && (
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={open === 'why'}
            onClick={() => toggle('why')}
          >
            {t('why')}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={open === 'history'}
          onClick={() => toggle('history')}
        >
          {t('history')}
        </Button>
        {who !== '' && <Acts task={task} who={who} />}
      </Group>
      {task.why !== null && (
        <Collapse expanded={open === 'why'}>
          <TaskWhy why={task.why} count={task.count} />
        </Collapse>
      )}
      {open === 'history' && <TaskHistory id={task.id} />}
    </>
  );
}

function Acts({ task, who }: { readonly task: Task; readonly who: string }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const onSettled = () => client.invalidateQueries();
  const acknowledge = useMutation({ mutationFn: () => acknowledgeTask(task.id), onSettled });
  const take = useMutation({ mutationFn: () => takeTask(task.id), onSettled });
  return (
    <>
      {task.state === 'open' && (
        <Button
          size="compact-sm"
          loading={acknowledge.isPending}
          onClick={() => acknowledge.mutate()}
        >
          {t('acknowledge')}
        </Button>
      )}
      {task.device !== null && <DeviceChecked device={task.device} />}
      {task.state !== 'open' && <TaskEnd task={task} />}
      {task.assignee?.ref !== who && (
        <Button
          size="compact-sm"
          variant="default"
          loading={take.isPending}
          onClick={() => take.mutate()}
        >
          {t('take')}
        </Button>
      )}
    </>
  );
}
