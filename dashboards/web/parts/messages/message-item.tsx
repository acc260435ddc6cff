import { Badge, Button, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import { maxPreview } from '@hemma/protocols/api/messages.js';
import type { Message, MessageSide } from '@hemma/protocols/api/messages.js';
import { useTexts } from '../../texts/i18n.js';

interface Props {
  readonly message: Message;
  readonly side: MessageSide;
  /** It was not read when the thread was opened. */
  readonly isNew: boolean;
  readonly isOpen: boolean;
}

/** A message: who, when, and its beginning; whole when it is new or short, or is asked for. */
export function MessageItem({ message, side, isNew, isOpen }: Props) {
  const { t, dateTime } = useTexts();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const { from, by, at, text, preview } = message;
  const isShort = text.length <= maxPreview;
  const isWhole = isShort || (wanted ?? isOpen);
  const isMine = from === side && by === null;
  const sender = by ?? t(isMine ? 'fromYou' : 'fromPatient');
  return (
    <Paper
      component="li"
      className={from === side ? 'message mine' : 'message'}
      withBorder
      p="sm"
      data-number={message.number}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {sender}
        </Text>
        <Group gap="xs">
          {isNew && (
            <Badge color="#14606b" tt="none" size="sm">
              {t('messageNew')}
            </Badge>
          )}
          <Text size="xs" c="dark.6" component="time" dateTime={new Date(at).toISOString()}>
            {dateTime(at)}
          </Text>
        </Group>
      </Group>
      <Text size="sm" className="message-text" dir="auto" fw={isNew && !isWhole ? 600 : 400}>
        {isWhole ? text : preview}
      </Text>
      {!isShort && (
        <Button
          variant="subtle"
          size="compact-sm"
          px={0}
          aria-expanded={isWhole}
          onClick={() => setWanted(!isWhole)}
        >
          {t(isWhole ? 'readLess' : 'readMore')}
        </Button>
      )}
    </Paper>
  );
}
