import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { fetchUnits } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { EpisodeActs } from './episode-acts.js';
import type { Done } from './episode-acts.js';
import { EpisodeBaseline } from './episode-baseline.js';
import { EpisodeDecisions } from './episode-decisions.js';
import { EpisodeLimits } from './episode-limits.js';
import { EpisodeOccasions } from './episode-occasions.js';
import type { Known } from './known.js';

interface Props {
  readonly patient: string;
  readonly episode: EpisodeShown;
  readonly known: Known;
  /** Told by its key: what was done. */
  readonly onDone: Done;
}

/** Dark enough for white text; the word says it too. */
const shades = { running: '#1b6e3c', paused: '#8a5a00', ended: '#5b6468' } as const;

/** One run of a plan: where it stands, what is to be done, what is set, who decided. */
export function EpisodeCard({ patient, episode, known, onDone }: Props) {
  const { t, of } = useTexts();
  const { today } = known;
  const name = of(episode.planName);
  const isOver = episode.state === 'ended';
  return (
    <Paper component="section" p="md" withBorder aria-label={name}>
      <Stack gap="md">
        <div>
          <Group gap="xs">
            <Title order={3} size="h4">
              {name}
            </Title>
            <Badge color={shades[episode.state]} tt="none">
              {t(`state_${episode.state}`)}
            </Badge>
          </Group>
          <Standing episode={episode} />
        </div>
        {!isOver && <EpisodeActs {...{ patient, episode, today, onDone }} />}
        {!isOver && <EpisodeOccasions {...{ episode, today }} />}
        <EpisodeLimits episode={episode} known={known} />
        <EpisodeBaseline episode={episode} known={known} />
        <EpisodeDecisions episode={episode} known={known} />
      </Stack>
    </Paper>
  );
}

function Standing({ episode }: { readonly episode: EpisodeShown }) {
  const { t, of, date, dateTime } = useTexts();
  const { startedAt, endedAt, endReason, phase, unit, looks, newerVersion } = episode;
  const from = dateTime(startedAt);
  const parts = [
    t(`kind_${episode.kind}`),
    t('planVersion', { version: episode.planVersion }),
    endedAt === null ? t('since', { date: from }) : t('until', { from, to: dateTime(endedAt) }),
    ...(endedAt === null ? [t('planDay', { day: episode.planDay + 1 })] : []),
    phase === null ? t('noPhase') : t('phaseNow', { phase: of(phase.title) }),
  ];
  return (
    <>
      <Text size="sm">{parts.join(' · ')}</Text>
      {unit !== null && <AnsweringUnit id={unit} />}
      {endReason !== null && (
        <Text size="sm">{t('endedBecause', { reason: t(`end_${endReason}`) })}</Text>
      )}
      {newerVersion !== null && (
        <Text size="sm">{t('newerVersion', { version: newerVersion })}</Text>
      )}
      {looks !== null && (
        <Text size="sm">
          {t('patientReads')} <q>{of(looks.text)}</q>
        </Text>
      )}
      {episode.pauses.map(({ id, from: first, to, reason }) => (
        <Text key={id} size="sm">
          {t(to === null ? 'pausedFrom' : 'pausedFromTo', {
            ...{ from: date(first), to: to === null ? '' : date(to) },
            reason: t(`pause_${reason}`),
          })}
        </Text>
      ))}
    </>
  );
}

function AnsweringUnit({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const units = useQuery({ queryKey: ['units'], queryFn: fetchUnits });
  const unit = units.data?.find((it) => it.id === id)?.name ?? id;
  return <Text size="sm">{t('answeringUnit', { unit })}</Text>;
}
