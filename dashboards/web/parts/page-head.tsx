import { Badge, Box, Button, Group, SegmentedControl, Text, Title } from '@mantine/core';
import type { SystemStatus } from '@hemma/protocols/api/clinic.js';
import { useState } from 'react';
import { useMe } from '../me.js';
import { GatewaysDialog } from './gateways/gateways-dialog.js';
import { WhoChoice } from './who-choice.js';
import { chooseLanguage, languages, useTexts } from '../texts/i18n.js';

interface Props {
  readonly live: boolean;
  readonly status: SystemStatus | undefined;
}

const languageChoices = languages.map((value) => ({
  value,
  label: value === 'sv' ? 'Svenska' : 'English',
}));

/** Name of the product, state of the system, language. */
export function PageHead({ live, status }: Props) {
  const { t, language } = useTexts();
  return (
    <Box
      component="header"
      bg="white"
      px="md"
      py="sm"
      style={{ borderBottom: '1px solid #d5e0e0' }}
    >
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <img src="/hemma.svg" alt="" width={32} height={32} />
          <div>
            <Title order={1} size="h3">
              {t('title')}
            </Title>
            <Text size="sm" c="dark.6">
              {t('subtitle')}
            </Text>
          </div>
        </Group>
        <Group gap="sm">
          <WhoChoice />
          <SystemState status={status} />
          <Badge color={live ? 'teal.9' : 'gray.7'} tt="none" role="status">
            {live ? t('live') : t('notLive')}
          </Badge>
          <SegmentedControl
            aria-label={t('language')}
            size="xs"
            data={languageChoices}
            value={language}
            onChange={(value) => void chooseLanguage(value === 'en' ? 'en' : 'sv')}
          />
        </Group>
      </Group>
      {status?.reach === 'loopback' && (
        <Text size="xs" c="dark.6" mt={4}>
          {t('loopback')}
        </Text>
      )}
    </Box>
  );
}

/** How the system is; medical technology looks into each gateway from here. */
function SystemState({ status }: { readonly status: SystemStatus | undefined }) {
  const { t, number } = useTexts();
  const isTechnician = useMe()?.roles.includes('technician') === true;
  const [open, setOpen] = useState(false);
  if (status === undefined) return null;
  const online = status.gateways.filter((gateway) => gateway.state === 'online').length;
  return (
    <>
      <Text size="sm" c="dark.6">
        {t('gatewaysOnline', { online, total: status.gateways.length })}
        {' · '}
        {t('journalled', { count: number(status.journalled, 0) })}
      </Text>
      {isTechnician && (
        <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
          {t('gatewaysShow')}
        </Button>
      )}
      {open && <GatewaysDialog onClose={() => setOpen(false)} />}
    </>
  );
}
