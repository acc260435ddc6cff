import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { fetchAnswered, fetchForms } from '../form-api.js';
import { useTexts } from '../texts/i18n.js';
import { useWho } from '../who.js';
import { FormDialog } from './form-dialog.js';

type Episode = PatientSummary['episodes'][number];

/** The questionnaires of a patient: what the plans ask for, and what was answered. */
export function FormsPanel({ patient }: { readonly patient: PatientSummary }) {
  return (
    <Stack gap="md">
      {patient.episodes.map((episode) => (
        <EpisodeForms key={episode.id} episode={episode} />
      ))}
      <AnsweredForms patient={patient.ref} />
    </Stack>
  );
}

function EpisodeForms({ episode }: { readonly episode: Episode }) {
  const { t, of, dateTime } = useTexts();
  const [open, setOpen] = useState<string | null>(null);
  const isStaff = useWho() !== '';
  const forms = useQuery({
    queryKey: ['forms', episode.id],
    queryFn: () => fetchForms(episode.id),
  });
  return (
    <Paper component="section" p="md" withBorder aria-label={of(episode.planName)}>
      <Title order={3} size="h4" mb="xs">
        {of(episode.planName)}
      </Title>
      {forms.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {forms.data !== undefined && (
        <Text size="sm" mb="xs">
          {of(forms.data.looks.text)}
        </Text>
      )}
      {forms.data?.forms.length === 0 && <Text size="sm">{t('noForms')}</Text>}
      <Stack gap="xs">
        {forms.data?.forms.map((form) => (
          <Group key={form.questionnaire} justify="space-between" gap="xs">
            <div>
              <Text size="sm" fw={600}>
                {of(form.title)}
              </Text>
              <Text size="xs" c="dark.6">
                {form.dueToday && `${t('formDue')} · `}
                {form.lastAt === null
                  ? t('formNever')
                  : t('formLast', { when: dateTime(form.lastAt) })}
              </Text>
            </div>
            {form.licensed && <Text size="xs">{t('formLicensed')}</Text>}
            {!form.licensed && form.by === 'staff' && !isStaff && (
              <Text size="xs">{t('formByStaff')}</Text>
            )}
            {!form.licensed && (form.by === 'patient' || isStaff) && (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setOpen(form.questionnaire)}
              >
                {t('formAnswer')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
      {open !== null && (
        <FormDialog episode={episode.id} questionnaire={open} onClose={() => setOpen(null)} />
      )}
    </Paper>
  );
}

/** Newest first; each with the time that it belongs to. */
function AnsweredForms({ patient }: { readonly patient: string }) {
  const { t, of, dateTime } = useTexts();
  const who = useWho();
  const answered = useQuery({
    queryKey: ['answered', patient, who],
    queryFn: () => fetchAnswered(patient),
  });
  if (answered.data === undefined || answered.data.length === 0) return null;
  return (
    <Paper component="section" p="md" withBorder aria-label={t('answered')}>
      <Title order={3} size="h4" mb="xs">
        {t('answered')}
      </Title>
      <Stack gap={6}>
        {answered.data.map((it) => (
          <Text key={it.id} size="sm">
            {dateTime(it.at)} · {it.questionnaire}
            {!it.complete && ` · ${t('formIncomplete')}`}
            {it.scores.map(
              ({ id, value, max, band }) =>
                ` · ${t('formScore', { value, max })}${band === null ? '' : ` (${of(band)})`} ${
                  id === 'total' ? '' : id
                }`,
            )}
          </Text>
        ))}
      </Stack>
    </Paper>
  );
}
