import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { pauseReasons } from '@hemma/protocols/api/prescribing.js';
import { pauseEpisode } from '../../plan-api.js';
import type { PauseRequest } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  readonly episode: EpisodeShown;
  /** The date where care is. */
  readonly today: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Days on which nothing is due, agreed with the patient. */
export function PauseDialog({ episode, today, onClose, onDone }: Props) {
  const { t, of } = useTexts();
  const empty: PauseRequest = { from: today, to: null, reason: 'holiday' };
  const [asked, setAsked] = useState(empty);
  const pause = useAct(() => pauseEpisode(episode.id, asked), onDone);
  return (
    <PlanDialog title={t('pauseTitle', { plan: of(episode.planName) })} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('pauseHelp')}</Text>
        <TextInput
          type="date"
          size="md"
          label={t('pauseFrom')}
          value={asked.from}
          onChange={(event) => setAsked({ ...asked, from: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          size="md"
          label={t('pauseTo')}
          description={t('pauseToHelp')}
          min={asked.from}
          value={asked.to ?? ''}
          onChange={(event) => setAsked({ ...asked, to: event.currentTarget.value || null })}
        />
        <NativeSelect
          size="md"
          label={t('reason')}
          value={asked.reason}
          onChange={(event) => {
            const reason = pauseReasons.find((it) => it === event.currentTarget.value);
            if (reason !== undefined) setAsked({ ...asked, reason });
          }}
          data={pauseReasons.map((it) => ({ value: it, label: t(`pause_${it}`) }))}
        />
        <ProblemSummary problems={pause.problems} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button size="md" loading={pause.isBusy} onClick={() => pause.act()}>
            {t('pause')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}
