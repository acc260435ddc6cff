import { Stack, Tabs, Text, Title } from '@mantine/core';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { usePresence } from '../presence.js';
import { useTexts } from '../texts/i18n.js';
import { FindingsPanel } from './findings-panel.js';
import { FormsPanel } from './forms-panel.js';
import { MessagesPanel } from './messages/messages-panel.js';
import { useSide } from './messages/use-thread.js';
import { PatientTrends } from './patient-trends.js';
import { PlanPanel } from './plan/plan-panel.js';
import { plansText } from './plans-text.js';
import { ProgrammePanel } from './programme/programme-panel.js';

/** One patient: trends, what is prescribed, what was found, forms, messages. */
export function PatientView({ patient }: { readonly patient: PatientSummary }) {
  const texts = useTexts();
  const { t } = texts;
  usePresence(patient.ref);
  const hasProgramme = patient.episodes.some((it) => it.isProgramme);
  const unread = patient.unreadMessages[useSide()];
  return (
    <Stack component="section" gap="sm" aria-label={patient.displayName}>
      <div>
        <Title order={2} size="h3">
          {patient.displayName}
        </Title>
        {patient.isTest && <Text size="sm">{t('testPerson')}</Text>}
        <Text size="sm">{plansText(patient, texts)}</Text>
      </div>
      <Tabs defaultValue="trends" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="trends">{t('trends')}</Tabs.Tab>
          <Tabs.Tab value="plan">{t('plan')}</Tabs.Tab>
          {hasProgramme && <Tabs.Tab value="programme">{t('programme')}</Tabs.Tab>}
          <Tabs.Tab value="findings">{t('findings')}</Tabs.Tab>
          <Tabs.Tab value="forms">{t('forms')}</Tabs.Tab>
          <Tabs.Tab value="messages">
            {unread === 0 ? t('messages') : t('messagesUnread', { count: unread })}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="trends">
          <PatientTrends patient={patient} />
        </Tabs.Panel>
        <Tabs.Panel value="plan">
          <PlanPanel patient={patient.ref} />
        </Tabs.Panel>
        {hasProgramme && (
          <Tabs.Panel value="programme">
            <ProgrammePanel patient={patient} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="findings">
          <FindingsPanel patient={patient.ref} />
        </Tabs.Panel>
        <Tabs.Panel value="forms">
          <FormsPanel patient={patient} />
        </Tabs.Panel>
        <Tabs.Panel value="messages">
          <MessagesPanel patient={patient} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
