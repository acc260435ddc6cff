import { Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { fetchPlans } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { LimitsDialog } from './limits-dialog.js';

interface Props {
  readonly patient: string;
  readonly episode: EpisodeShown;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** The limits of the newer version of a plan, before a patient is moved to it. */
export function MoveDialog({ patient, episode, onClose, onDone }: Props) {
  const { t } = useTexts();
  const { plan, newerVersion } = episode;
  const plans = useQuery({ queryKey: ['plans', patient], queryFn: () => fetchPlans(patient) });
  const to = plans.data?.find((it) => it.id === plan && it.version === newerVersion);
  if (to === undefined) return <Loader aria-label={t('loading')} />;
  return <LimitsDialog {...{ episode, to, onClose, onDone }} />;
}
