import { Badge, Button, Card, Group, List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { GatewaySummary } from '@hemma/protocols/api/gateways.js';
import { useTexts } from '../../texts/i18n.js';
import { HealingList } from './healing-list.js';

/** One gateway: whether it is there, what is wrong, what was done for its radio. */
export function GatewayCard({ gateway }: { readonly gateway: GatewaySummary }) {
  const { t, dateTime, number } = useTexts();
  const [open, setOpen] = useState(false);
  const { id, state, lastSeenAt, software, patients, waiting, held } = gateway;
  const seen = lastSeenAt === null ? t('gatewayNeverSeen') : dateTime(lastSeenAt);
  const facts = [
    lastSeenAt === null ? seen : t('gatewaySeen', { when: seen }),
    ...(software === null ? [] : [t('gatewaySoftware', { version: software })]),
    ...(patients.length === 0 ? [] : [t('gatewayPatients', { patients: patients.join(', ') })]),
  ];
  return (
    <Card withBorder padding="sm" component="section" aria-label={id}>
      <Stack gap={6}>
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h5">
            {id}
          </Title>
          <Badge color={state === 'online' ? 'teal.9' : 'gray.7'} tt="none">
            {t(`gateway_${state}`)}
          </Badge>
        </Group>
        <Text size="sm" c="dark.6">
          {facts.join(' · ')}
        </Text>
        {waiting !== null && held !== null && (
          <Text size="sm">
            {t('gatewayWaiting', { waiting: number(waiting, 0), held: number(held, 0) })}
          </Text>
        )}
        {lastSeenAt !== null && <Problems problems={gateway.problems} />}
        <LastStep last={gateway.lastStep} />
        <Button
          size="compact-sm"
          variant="default"
          aria-expanded={open}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => setOpen(!open)}
        >
          {t(open ? 'healingsHide' : 'healingsShow')}
        </Button>
        {open && <HealingList gateway={id} />}
      </Stack>
    </Card>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  const { t, known } = useTexts();
  if (problems.length === 0) return <Text size="sm">{t('gatewayFine')}</Text>;
  return (
    <List size="sm">
      {problems.map((code) => (
        <List.Item key={code}>{known(`fault_${code}`, code)}</List.Item>
      ))}
    </List>
  );
}

function LastStep({ last }: { readonly last: GatewaySummary['lastStep'] }) {
  const { t } = useTexts();
  if (last === null) return null;
  const words = { step: t(`step_${last.step}`), outcome: t(`stepped_${last.outcome}`) };
  return (
    <Text size="sm">
      {t('gatewayLastStep', words)} {t('gatewayStepsADay', { count: last.stepsADay })}
    </Text>
  );
}
