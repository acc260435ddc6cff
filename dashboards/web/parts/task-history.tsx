import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TaskHistory as History } from '@hemma/protocols/api/worklist.js';
import { fetchTaskHistory } from '../api.js';
import { useTexts } from '../texts/i18n.js';

type Act = History['acts'][number];

/** All that became of a task since it was opened, oldest first. */
export function TaskHistory({ id }: { readonly id: string }) {
  const { t, dateTime } = useTexts();
  const { data, error } = useQuery({
    queryKey: ['task-history', id],
    queryFn: () => fetchTaskHistory(id),
  });
  const line = useActLine();
  if (error !== null) return <Text size="xs">{t('failedToLoad')}</Text>;
  if (data === undefined) return <Text size="xs">{t('loading')}</Text>;
  return (
    <List size="xs" mt="xs" type="ordered" aria-label={t('history')}>
      {data.truncated ? (
        <List.Item>{t('historyTruncated')}</List.Item>
      ) : (
        <List.Item>{t('historyOpened', { when: dateTime(data.openedAt) })}</List.Item>
      )}
      {data.acts.map((act, place) => (
        // Acts are only ever added at the end, and two may be alike.
        <List.Item key={place}>{line(act)}</List.Item>
      ))}
    </List>
  );
}

function useActLine(): (act: Act) => string {
  const { t, dateTime } = useTexts();
  return ({ act, at, by, note, reason, level }) => {
    const said = {
      noted: note ?? '',
      resolved: reason === null ? '' : t(`close_${reason}`),
      escalated: String(level ?? ''),
    };
    const more = act in said ? said[act as keyof typeof said] : '';
    return t(`act_${act}`, { when: dateTime(at), by: by ?? '', more });
  };
}
