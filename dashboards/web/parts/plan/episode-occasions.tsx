import { Text, Title } from '@mantine/core';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useTexts } from '../../texts/i18n.js';

interface Props {
  readonly episode: EpisodeShown;
  /** The date where care is. */
  readonly today: string;
}
type Occasion = EpisodeShown['occasions'][number];

/** The word beside it says the same. What is filled in afterwards is done like the rest (§2). */
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
            {linesOf(occasions.filter((it) => it.date === day)).map((line) => (
              <OccasionLine key={line.key} line={line} />
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Occasions of one task on one day that are in the same state are one line. */
interface Line {
  readonly key: string;
  readonly occasion: Occasion;
  readonly count: number;
}

function linesOf(occasions: readonly Occasion[]): readonly Line[] {
  const lines = new Map<string, Line>();
  for (const occasion of occasions) {
    const key = `${occasion.task} ${occasion.state}`;
    const { count } = lines.get(key) ?? { count: 0 };
    lines.set(key, { key, occasion, count: count + 1 });
  }
  return [...lines.values()];
}

function OccasionLine({ line: { occasion, count } }: { readonly line: Line }) {
  const { t, of } = useTexts();
  const { title, window, state } = occasion;
  const when = count > 1 ? t('times', { count }) : window && of(window);
  return (
    <Text size="sm">
      <span aria-hidden="true">{signs[state]} </span>
      {of(title)}
      {when !== null && `, ${when}`}: {t(`occasion_${state}`)}
    </Text>
  );
}
