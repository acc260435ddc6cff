import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import type { SubmitEvent } from 'react';
import { maxMessage } from '@hemma/protocols/api/messages.js';
import { sendMessage } from '../../message-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly patient: string;
  readonly label: string;
  /** The newest message that is shown. */
  readonly seen: number;
}

/** How much room must be left before it is said. */
const fewLeft = 300;

/** Writes a message. What is sent again without a change, as after a lost answer, is one message. */
export function WriteBox({ patient, label, seen }: Props) {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  const id = useRef<string | null>(null);
  const send = useAct<string>(
    async (said) => {
      id.current ??= crypto.randomUUID();
      await sendMessage(patient, { id: id.current, text: said, seen });
    },
    () => {
      id.current = null;
      setText('');
      setTold(t('messageSent'));
    },
  );
  const write = (said: string): void => {
    id.current = null;
    setText(said);
    setTold('');
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() !== '' && !send.isBusy) send.act(text);
  };
  const left = maxMessage - text.length;
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Textarea
          label={label}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={maxMessage}
          value={text}
          onChange={(event) => write(event.currentTarget.value)}
        />
        <ProblemSummary problems={send.problems} />
        <Group justify="space-between" gap="sm">
          <Text size="sm" role="status" flex="1 1 10rem">
            {left <= fewLeft ? t('charactersLeft', { count: left }) : told}
          </Text>
          <Button type="submit" loading={send.isBusy} disabled={text.trim() === ''}>
            {t('sendMessage')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
