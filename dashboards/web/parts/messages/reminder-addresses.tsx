import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SubmitEvent } from 'react';
import { maxAddress } from '@hemma/protocols/api/reminders.js';
import type { Reminders } from '@hemma/protocols/api/reminders.js';
import { addAddress, endAddress } from '../../message-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly patient: string;
  readonly addresses: Reminders['addresses'];
}

/** Where reminders are sent. */
export function ReminderAddresses({ patient, addresses }: Props) {
  const { t } = useTexts();
  const [email, setEmail] = useState('');
  const add = useAct(
    () => addAddress(patient, { channel: 'email', address: email.trim() }),
    () => setEmail(''),
  );
  const end = useAct<string>((address) => endAddress(patient, address));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (email.trim() !== '') add.act();
  };
  return (
    <Stack gap="xs">
      {addresses.map(({ channel, address, failed }) => {
        const shown = address === '' ? t('reminderLog') : address;
        return (
          <Group key={`${channel} ${address}`} gap="xs">
            <Text size="sm">
              {shown}
              {failed > 0 && ` · ${t('reminderFailed')}`}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              loading={end.isBusy}
              onClick={() => end.act(address)}
            >
              {t('reminderRemove', { address: shown })}
            </Button>
          </Group>
        );
      })}
      <form onSubmit={submit}>
        <Group gap="xs" align="end">
          <TextInput
            type="email"
            label={t('reminderEmail')}
            flex="1 1 14rem"
            maxLength={maxAddress}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={add.isBusy}>
            {t('reminderAdd')}
          </Button>
        </Group>
      </form>
      <ProblemSummary problems={[...add.problems, ...end.problems]} />
    </Stack>
  );
}
