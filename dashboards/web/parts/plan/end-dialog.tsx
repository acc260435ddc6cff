import { Alert, Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { endReasons } from '@hemma/protocols/api/prescribing.js';
import { endEpisode } from '../../plan-api.js';
import type { EndRequest } from '../../plan-api.js';
import { fetchProgramme } from '../../programme-api.js';
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
        {lacks ? <Lacking episode={episode.id} /> : <ProblemSummary problems={end.problems} />}
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

/** What the programme asks for at its end, by name: no fault, but to be known. */
function Lacking({ episode }: { readonly episode: string }) {
  const { t, of } = useTexts();
  const { data } = useQuery({
    queryKey: ['programme', episode],
    queryFn: () => fetchProgramme(episode),
  });
  const list = (data?.missingAtEnd ?? []).map((it) => of(it.title)).join(', ');
  return (
    <Alert color="orange" variant="light" role="alert">
      <Text size="sm" c="dark.9">
        {t('missingAtEnd', { list })}
      </Text>
    </Alert>
  );
}
