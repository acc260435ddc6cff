import { Button, Group, Text } from '@mantine/core';
import type { DoneShown, Programme } from '@hemma/protocols/api/programmes.js';
import { undoDone } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { useAct } from '../plan/use-act.js';
import { CommentButton } from './comment-button.js';

interface Props {
  readonly done: readonly DoneShown[];
  readonly what: string;
  readonly programme: Programme;
}

/** What was done, each on its own day. */
export function DoneList({ done, what, programme }: Props) {
  const { t, date } = useTexts();
  const undo = useAct((entry: string) => undoDone(programme.episode, entry));
  return done.map((it) => (
    <Group key={it.id} justify="space-between" gap="xs" mt={4}>
      <Text size="sm" flex="1 1 12rem">
        <span aria-hidden="true">✓ </span>
        {t('itemDoneOn', { date: date(it.date) })}
        {it.minutes !== null && ` · ${t('itemMinutes', { minutes: it.minutes })}`}
        {it.note !== null && ` · ${it.note}`}
      </Text>
      {programme.state !== 'ended' && (
        <Group gap="xs">
          <CommentButton {...{ programme, about: it.id, what: `${what} ${date(it.date)}` }} />
          {it.canUndo && (
            <Button
              size="compact-sm"
              variant="default"
              loading={undo.isBusy}
              aria-label={t('undoOf', { what, date: date(it.date) })}
              onClick={() => undo.act(it.id)}
            >
              {t('undo')}
            </Button>
          )}
        </Group>
      )}
    </Group>
  ));
}
