import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { maxNote } from '@hemma/protocols/api/worklist.js';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { noteTask } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { useWho } from '../who.js';

/** What colleagues wrote, and a line to write more. */
export function TaskNotes({ task }: { readonly task: Task }) {
  const { dateTime } = useTexts();
  const who = useWho();
  return (
    <Stack gap={4} mt={4}>
      {task.notes.map((note) => (
        <Text key={`${note.at} ${note.by}`} size="xs">
          {note.by}, {dateTime(note.at)}: {note.text}
        </Text>
      ))}
      {who !== '' && task.state !== 'open' && <NewNote id={task.id} />}
    </Stack>
  );
}

function NewNote({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => noteTask(id, text),
    onSuccess: () => setText(''),
    onSettled: () => client.invalidateQueries(),
  });
  return (
    <Group gap={4} wrap="nowrap">
      <TextInput
        size="xs"
        flex={1}
        aria-label={t('note')}
        placeholder={t('note')}
        maxLength={maxNote}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={text.trim() === ''}
        loading={save.isPending}
        onClick={() => save.mutate()}
      >
        {t('saveNote')}
      </Button>
    </Group>
  );
}
