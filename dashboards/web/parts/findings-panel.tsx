import { Alert, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Findings } from '@hemma/protocols/api/clinic.js';
import { fetchFindings } from '../api.js';
import { useTexts } from '../texts/i18n.js';
import { ColourBadge } from './colour.js';
import { TaskWhy } from './task-why.js';

/** Everything that rules found for a patient, newest first, each with its "why". */
export function FindingsPanel({ patient }: { readonly patient: string }) {
  const { t } = useTexts();
  const findings = useQuery({
    queryKey: ['findings', patient],
    queryFn: () => fetchFindings(patient),
  });
  return (
    <Stack gap="sm">
      {findings.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {findings.data?.findings.length === 0 && <Text size="sm">{t('noFindings')}</Text>}
      {findings.data?.findings.map((finding) => (
        <FindingCard key={finding.id} finding={finding} />
      ))}
    </Stack>
  );
}

function FindingCard({ finding }: { readonly finding: Findings['findings'][number] }) {
  const { t, of, dateTime } = useTexts();
  const { severity, clearedAt, kind, why, count } = finding;
  return (
    <Paper component="article" p="sm" withBorder>
      <ColourBadge
        colour={severity === 'info' ? 'grey' : severity}
        label={t(`severity_${severity}`)}
      />
      <Title order={3} size="sm" mt={4}>
        {of(finding.title)}
      </Title>
      <Text size="xs" c="dark.6">
        {dateTime(finding.raisedAt)} · {t(`finding_${kind}`)}
        {clearedAt !== null && ` · ${t('clearedSince', { when: dateTime(clearedAt) })}`}
      </Text>
      {finding.isTest && <Text size="xs">{t('testPerson')}</Text>}
      <TaskWhy why={why} count={count} />
    </Paper>
  );
}
