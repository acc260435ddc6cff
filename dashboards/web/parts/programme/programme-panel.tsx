import { Alert, Loader, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { fetchProgramme } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ChoiceCard } from './choice-card.js';
import { CommentsCard } from './comments-card.js';
import { GoalsCard } from './goals-card.js';
import { MilestonesCard } from './milestones-card.js';
import { NowCard } from './now-card.js';
import { Standing } from './standing.js';
import { Weeks } from './weeks.js';

/** The programmes of a patient, week by week: the same for the patient and for staff. */
export function ProgrammePanel({ patient }: { readonly patient: PatientSummary }) {
  return (
    <Stack gap="lg">
      {patient.episodes
        .filter((it) => it.isProgramme)
        .map((it) => (
          <OneProgramme key={it.id} episode={it.id} />
        ))}
    </Stack>
  );
}

function OneProgramme({ episode }: { readonly episode: string }) {
  const { t, of } = useTexts();
  const { data, error } = useQuery({
    queryKey: ['programme', episode],
    queryFn: () => fetchProgramme(episode),
  });
  if (error !== null) return <Alert color="red">{t('failedToLoad')}</Alert>;
  if (data === undefined) return <Loader aria-label={t('loading')} />;
  return (
    <Stack component="section" gap="md" aria-label={of(data.planName)}>
      <Standing programme={data} />
      {data.state !== 'ended' && <NowCard programme={data} />}
      <CommentsCard programme={data} />
      <GoalsCard programme={data} />
      {data.choice !== null && <ChoiceCard programme={data} choice={data.choice} />}
      <Weeks programme={data} />
      <MilestonesCard programme={data} />
    </Stack>
  );
}
