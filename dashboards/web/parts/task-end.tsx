import { Button, Menu, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { resolveReasons } from '@hemma/protocols/api/worklist.js';
import type { ResolveReason, Task } from '@hemma/protocols/api/worklist.js';
import { resolveTask } from '../api.js';
import { useTexts } from '../texts/i18n.js';

/** Somebody has seen it; whoever has dealt with it says how. */
export function TaskEnd({ task }: { readonly task: Task }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (reason: ResolveReason) => resolveTask(task.id, reason),
    onSettled: () => client.invalidateQueries(),
  });
  // A device that is to be checked is done when it was.
  if (task.device !== null) return <Text size="sm">{t('acknowledged')}</Text>;
  return (
    <>
      <Text size="sm">{t('acknowledged')}</Text>
      <Menu>
        <Menu.Target>
          <Button size="compact-sm" variant="default" loading={end.isPending}>
            {t('close')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {resolveReasons.map((reason) => (
            <Menu.Item key={reason} onClick={() => end.mutate(reason)}>
              {t(`close_${reason}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
