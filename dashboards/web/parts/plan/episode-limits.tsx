import { Table, Text, Title } from '@mantine/core';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useTexts } from '../../texts/i18n.js';
import type { Known } from './known.js';
import { valueText, valuesOf } from './setting-text.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly known: Known;
}

/** What is set for this patient, and who answers for it. */
export function EpisodeLimits({ episode, known }: Props) {
  const texts = useTexts();
  const { t, of, dateTime } = texts;
  const { confirmed, settings } = episode;
  const values = valuesOf(settings, episode.parameters);
  const answer =
    confirmed === null
      ? t(episode.kind === 'self-initiated' ? 'limitsOwn' : 'limitsUnconfirmed')
      : t('limitsConfirmed', {
          name: known.names[confirmed.staff] ?? confirmed.staff,
          when: dateTime(confirmed.at),
        });
  return (
    <section aria-label={t('limits')}>
      <Title order={4} size="h5">
        {t('limits')}
      </Title>
      <Table>
        <Table.Tbody>
          {settings.map((setting) => (
            <Table.Tr key={setting.id}>
              <Table.Th scope="row" fw={400}>
                {of(setting.title)}
              </Table.Th>
              <Table.Td fw={600}>{valueText(setting, values[setting.id], texts)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" mt={4}>
        {answer}
      </Text>
    </section>
  );
}
