import { Alert, Button, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { MessageSide, Thread } from '@hemma/protocols/api/messages.js';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { useTexts } from '../../texts/i18n.js';
import { MessageItem } from './message-item.js';
import { RemindersSection } from './reminders-section.js';
import { useReading, useSide, useThread } from './use-thread.js';
import type { ThreadShown } from './use-thread.js';
import { WriteBox } from './write-box.js';

/** The thread of a patient, and below it when they are reminded. */
export function MessagesPanel({ patient }: { readonly patient: PatientSummary }) {
  const { t } = useTexts();
  const shown = useThread(patient.ref);
  const side = useSide();
  const { thread } = shown;
  return (
    <Stack gap="md">
      {shown.failed && <Alert color="red">{t('failedToLoad')}</Alert>}
      {thread === null ? (
        !shown.failed && <Loader aria-label={t('loading')} />
      ) : (
        <ThreadView key={side} {...{ patient, side, shown, thread }} />
      )}
      <RemindersSection patient={patient.ref} />
    </Stack>
  );
}

interface ViewProps {
  readonly patient: PatientSummary;
  readonly side: MessageSide;
  readonly shown: ThreadShown;
  readonly thread: Thread;
}

function ThreadView({ patient, side, shown, thread }: ViewProps) {
  const { t } = useTexts();
  const { messages, hasOlder, loadOlder, isLoading } = shown;
  const newest = messages[0]?.number ?? 0;
  // What was new when the thread was opened stays marked until it is left.
  const [newFrom] = useState(() => thread.unread[side].first ?? newest + 1);
  const list = useRef<HTMLUListElement>(null);
  useReading(patient.ref, side, shown);
  const isReached = messages.some((it) => it.number === newFrom);
  useEffect(() => {
    const first = list.current?.querySelector(`[data-number="${newFrom}"]`);
    first?.scrollIntoView({ block: 'nearest' });
  }, [newFrom, isReached]);
  const to = side === 'staff' ? patient.displayName : thread.unit;
  return (
    <Paper component="section" p="md" withBorder aria-label={t('messages')}>
      <Stack gap="sm">
        <Standing thread={thread} />
        {thread.isOpen && (
          <WriteBox
            patient={patient.ref}
            label={to === null ? t('writeMessage') : t('writeTo', { to })}
            seen={newest}
          />
        )}
        {messages.length === 0 && <Text size="sm">{t('noMessages')}</Text>}
        <ul className="messages" ref={list} aria-label={t('messages')}>
          {messages.map((message) => {
            const isNew = message.from !== side && message.number >= newFrom;
            const isOpen = isNew || message.number === newest;
            return <MessageItem key={message.number} {...{ message, side, isNew, isOpen }} />;
          })}
        </ul>
        {hasOlder && (
          <Button variant="default" loading={isLoading} onClick={loadOlder}>
            {t('olderMessages')}
          </Button>
        )}
      </Stack>
    </Paper>
  );
}

/** When somebody looks, by when they answer, and where to turn when it cannot wait. */
function Standing({ thread }: { readonly thread: Thread }) {
  const { t, of, dateTime } = useTexts();
  const { isOpen, dueAt, workingDays, looks, emergency } = thread;
  return (
    <div>
      <Text size="sm" fw={600}>
        {of(emergency)}
      </Text>
      {isOpen ? (
        <Text size="sm">
          {of(looks.text)} {t('messageWithin', { count: workingDays })}
        </Text>
      ) : (
        <Text size="sm">{t('messagesClosed')}</Text>
      )}
      {dueAt !== null && (
        <Text size="sm" fw={600}>
          {t('messageDue', { when: dateTime(dueAt) })}
        </Text>
      )}
    </div>
  );
}
