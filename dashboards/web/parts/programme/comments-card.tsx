import { Paper, Stack, Text, Title } from '@mantine/core';
import type { Programme } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';

/** What the therapist wrote, the newest first, with name and time. */
export function CommentsCard({ programme: { comments } }: { readonly programme: Programme }) {
  const { t, of, dateTime } = useTexts();
  return (
    <Paper component="section" p="md" withBorder aria-label={t('comments')}>
      <Title order={4} size="h5" mb="xs">
        {t('comments')}
      </Title>
      {comments.length === 0 && <Text size="sm">{t('noComments')}</Text>}
      <Stack gap="sm">
        {comments.map(({ id, by, at, subject, text }) => (
          <div key={id}>
            <Text size="xs" c="dark.6">
              {by} · {dateTime(at)}
              {subject !== null && ` · ${t('commentAbout', { subject: of(subject) })}`}
            </Text>
            <Text style={{ whiteSpace: 'pre-wrap' }}>{text}</Text>
          </div>
        ))}
      </Stack>
    </Paper>
  );
}
