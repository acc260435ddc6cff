import { Alert, Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchEpisodes } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { useWho } from '../../who.js';
import { EpisodeCard } from './episode-card.js';
import { PrescribeDialog } from './prescribe-dialog.js';

/** What a patient follows and has followed, and the way to begin something. */
export function PlanPanel({ patient }: { readonly patient: string }) {
  const { t } = useTexts();
  const [isPrescribing, setPrescribing] = useState(false);
  const [told, setTold] = useState('');
  const who = useWho();
  const episodes = useQuery({
    queryKey: ['episodes', patient],
    queryFn: () => fetchEpisodes(patient),
  });
  const list = episodes.data?.episodes;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" flex="1 1 14rem" role="status">
          {told === '' && who === '' ? t('whoFirstPlan') : told}
        </Text>
        <Button size="md" onClick={() => setPrescribing(true)}>
          {t(who === '' ? 'startOwn' : 'prescribe')}
        </Button>
      </Group>
      {episodes.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {episodes.isPending && <Loader aria-label={t('loading')} />}
      {list?.length === 0 && (
        <Paper p="md" withBorder>
          <Text size="sm">{t('noEpisodes')}</Text>
        </Paper>
      )}
      {episodes.data !== undefined &&
        list?.map((episode) => (
          <EpisodeCard
            key={episode.id}
            patient={patient}
            episode={episode}
            known={episodes.data}
            onDone={(what) => setTold(t(what))}
          />
        ))}
      {isPrescribing && (
        <PrescribeDialog
          patient={patient}
          onClose={() => setPrescribing(false)}
          onDone={() => {
            setPrescribing(false);
            setTold(t('planStarted'));
          }}
        />
      )}
    </Stack>
  );
}
