import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { verifyDevice } from '../api.js';
import { useMe } from '../me.js';
import { useTexts } from '../texts/i18n.js';

type Device = NonNullable<Task['device']>;

/** Which device a task is about, and the home that it went to. */
export function TaskDevice({ device }: { readonly device: Device }) {
  return (
    <Text size="sm">
      {[device.model, device.identity, device.gateway].filter((it) => it !== null).join(' · ')}
    </Text>
  );
}

/** The check itself ends the task; only medical technology does it. */
export function DeviceChecked({ device }: { readonly device: Device }) {
  const { t } = useTexts();
  const me = useMe();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => verifyDevice(device.identity),
    onSettled: () => client.invalidateQueries(),
  });
  if (me?.roles.includes('technician') !== true) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={check.isPending}
      onClick={() => check.mutate()}
    >
      {t('checkedToday')}
    </Button>
  );
}
