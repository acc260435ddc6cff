import { Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { useTexts } from '../texts/i18n.js';
import { plansText } from './plans-text.js';
import { useSide } from './messages/use-thread.js';
import { ColourBadge } from './colour.js';

interface Props {
  readonly patients: readonly PatientSummary[];
  readonly chosen: string | undefined;
  readonly onChoose: (ref: string) => void;
}

/** The patients of the unit; the chosen one is marked. */
export function PatientChoice({ patients, chosen, onChoose }: Props) {
  const { t } = useTexts();
  return (
    <Paper component="section" p="sm" withBorder aria-label={t('patients')}>
      <Title order={2} size="h4" mb="xs">
        {t('patients')}
      </Title>
      {patients.length === 0 && <Text size="sm">{t('noPatients')}</Text>}
      <Stack gap={4}>
        {patients.map((patient) => (
          <UnstyledButton
            key={patient.ref}
            className="patient"
            aria-pressed={patient.ref === chosen}
            onClick={() => onChoose(patient.ref)}
          >
            <PatientLines patient={patient} />
          </UnstyledButton>
        ))}
      </Stack>
    </Paper>
  );
}

function PatientLines({ patient }: { readonly patient: PatientSummary }) {
  const texts = useTexts();
  const { t, dateTime } = texts;
  const last = patient.lastMeasuredAt;
  const unread = patient.unreadMessages[useSide()];
  return (
    <>
      <Text fw={600}>{patient.displayName}</Text>
      {patient.isTest && <Text size="sm">{t('testPerson')}</Text>}
      <ColourBadge colour={patient.colour} />
      <Text size="sm">{plansText(patient, texts)}</Text>
      <Text size="xs" c="dark.6">
        {last === null ? t('neverMeasured') : t('lastMeasured', { when: dateTime(last) })}
        {' · '}
        {t('openTasks', { count: patient.openTasks })}
      </Text>
      {unread > 0 && (
        <Text size="xs" fw={600}>
          {t('unread', { count: unread })}
        </Text>
      )}
    </>
  );
}
