import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { maxNote } from '@hemma/protocols/api/programmes.js';
import type { Programme } from '@hemma/protocols/api/programmes.js';
import { writeComment } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { useWho } from '../../who.js';
import { PlanDialog } from '../plan/plan-dialog.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly programme: Programme;
  /** The entry, or `goal:<id>`. */
  readonly about: string;
  readonly what: string;
}

/** Staff write to the patient about something; there is no text but what a person writes. */
export function CommentButton({ programme, about, what }: Props) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  if (useWho() === '') return null;
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t('commentWriteOf', { what })}
        onClick={() => setOpen(true)}
      >
        {t('commentWrite')}
      </Button>
      {isOpen && <CommentDialog {...{ programme, about, what }} onClose={() => setOpen(false)} />}
    </>
  );
}

function CommentDialog({
  programme,
  about,
  what,
  onClose,
}: Props & { readonly onClose: () => void }) {
  const { t } = useTexts();
  const [text, setText] = useState('');
  const write = useAct(() => writeComment(programme.episode, { about, text }), onClose);
  return (
    <PlanDialog title={t('commentTitle', { what })} onClose={onClose}>
      <Stack gap="md">
        <Textarea
          size="md"
          autosize
          minRows={3}
          label={t('commentText')}
          maxLength={maxNote}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ProblemSummary problems={write.problems} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            size="md"
            disabled={text.trim() === ''}
            loading={write.isBusy}
            onClick={() => write.act()}
          >
            {t('commentSend')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}
