import { Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { endReasons } from '@hemma/protocols/api/prescribing.js';
import { endEpisode } from '../../plan-api.js';
import type { EndRequest } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Ends a plan, with why; it says that this is for good. */
export function EndDialog({ episode, onClose, onDone }: Props) {
  const { t, of } = useTexts();
  const empty: EndRequest = { reason: 'goal-reached', note: null };
  const [asked, setAsked] = useState(empty);
  const filled = (text = '') => (text.trim() === '' ? null : text.trim());
  const end = useAct(
    () =>
      endEpisode(episode.id, {
        ...{ ...asked, note: filled(asked.note ?? ''), without: filled(asked.without ?? '') },
      }),
    onDone,
  );
  const lacks = end.problems.some((it) => it.path === 'without');
  return (
    <PlanDialog title={t('endTitle', { plan: of(episode.planName) })} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('endHelp')}</Text>
        <NativeSelect
          size="md"
          label={t('reason')}
          value={asked.reason}
          onChange={(event) => {
            const reason = endReasons.find((it) => it === event.currentTarget.value);
            if (reason !== undefined) setAsked({ ...asked, reason });
          }}
          data={endReasons.map((it) => ({ value: it, label: t(`end_${it}`) }))}
        />
        <Textarea
          size="md"
          autosize
          label={t('endNote')}
          maxLength={1_000}
          value={asked.note ?? ''}
          onChange={(event) => setAsked({ ...asked, note: event.currentTarget.value })}
        />
        <ProblemSummary problems={end.problems} />
        {(lacks || asked.without != null) && (
          <Textarea
            size="md"
            autosize
            label={t('endWithout')}
            maxLength={1_000}
            value={asked.without ?? ''}
            onChange={(event) => setAsked({ ...asked, without: event.currentTarget.value })}
          />
        )}
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button size="md" color="red.9" loading={end.isBusy} onClick={() => end.act()}>
            {t('end')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}
