import { Text, Title } from '@mantine/core';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useTexts } from '../../texts/i18n.js';

interface Props {
  readonly episode: EpisodeShown;
  /** The date where care is. */
  readonly today: string;
}
type Occasion = EpisodeShown['occasions'][number];

/** The word beside it says the same. */
const signs: Readonly<Record<Occasion['state'], string>> = {
  upcoming: '○',
  open: '◉',
  done: '✓',
  'done-late': '✓',
  backfilled: '✓',
  missed: '–',
  paused: '‖',
};

/** What was to be done in the last week and comes in the next, by day, and what became of it. */
export function EpisodeOccasions({ episode: { occasions }, today }: Props) {
  const { t, date } = useTexts();
  const days = [...new Set(occasions.map((it) => it.date))].toSorted();
  return (
    <section aria-label={t('occasions')}>
      <Title order={4} size="h5" mb="xs">
        {t('occasions')}
      </Title>
      {days.length === 0 && <Text size="sm">{t('noOccasions')}</Text>}
      <ul className="days">
        {days.map((day) => (
          <li key={day} className={day === today ? 'day today' : 'day'}>
            <Text size="sm" fw={600}>
              {date(day)}
              {day === today && ` (${t('today')})`}
            </Text>
            {occasions
              .filter((it) => it.date === day)
              .map((it) => (
                <OccasionLine key={`${it.task} ${it.opensAt}`} occasion={it} />
              ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

function OccasionLine({ occasion }: { readonly occasion: Occasion }) {
  const { t, of } = useTexts();
  const { title, window, state } = occasion;
  return (
    <Text size="sm">
      <span aria-hidden="true">{signs[state]} </span>
      {of(title)}
      {window !== null && `, ${of(window)}`}: {t(`occasion_${state}`)}
    </Text>
  );
}
