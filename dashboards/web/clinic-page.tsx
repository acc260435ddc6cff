import { Alert, Container, Loader, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchPatients, fetchStatus, fetchTasks } from './api.js';
import { useLiveFeed } from './live.js';
import { PageHead } from './parts/page-head.js';
import { PatientChoice } from './parts/patient-choice.js';
import { TaskList } from './parts/task-list.js';
import { PatientView } from './parts/patient-view.js';
import { useTexts } from './texts/i18n.js';

/** Keeps the chosen patient in the address, so that a page can be reloaded. Only the reference. */
function useChosenPatient(): [string | null, (ref: string) => void] {
  const [ref, setRef] = useState(() => new URLSearchParams(location.hash.slice(1)).get('patient'));
  return [
    ref,
    (chosen) => {
      history.replaceState(null, '', `#patient=${encodeURIComponent(chosen)}`);
      setRef(chosen);
    },
  ];
}

/** Choose a patient, see the trends with goals, limits and failed attempts; open tasks beside them. */
export function ClinicPage() {
  const { t } = useTexts();
  const live = useLiveFeed();
  const patients = useQuery({ queryKey: ['patients'], queryFn: fetchPatients });
  const tasks = useQuery({ queryKey: ['tasks'], queryFn: fetchTasks });
  const status = useQuery({ queryKey: ['status'], queryFn: fetchStatus });
  const [chosenRef, choose] = useChosenPatient();
  const chosen = patients.data?.find((p) => p.ref === chosenRef) ?? patients.data?.[0];

  return (
    <>
      <PageHead live={live} status={status.data} />
      <Container size="100rem" py="md" component="main">
        <Stack gap="md">
          <Alert color="orange" variant="light" py="xs" role="note">
            <Text size="sm" c="dark.9">
              {t('notEmergency')}
            </Text>
          </Alert>
          {patients.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
          {patients.isPending ? (
            <Loader aria-label={t('loading')} />
          ) : (
            <div className="columns">
              <PatientChoice
                patients={patients.data ?? []}
                chosen={chosen?.ref}
                onChoose={choose}
              />
              {chosen !== undefined && <PatientView key={chosen.ref} patient={chosen} />}
              <TaskList tasks={tasks.data ?? []} onChoose={choose} />
            </div>
          )}
        </Stack>
      </Container>
    </>
  );
}
