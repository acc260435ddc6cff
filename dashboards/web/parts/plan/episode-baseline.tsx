import { Text, Title } from '@mantine/core';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useTexts } from '../../texts/i18n.js';
import type { Known } from './known.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly known: Known;
}

/** What later values are compared with: the newest that was taken. */
export function EpisodeBaseline({ episode: { baselines, state }, known }: Props) {
  const { t, of, number, date } = useTexts();
  const newest = baselines.at(-1);
  const shown = Object.entries(newest?.values ?? {}).map(([id, value]) => {
    const quantity = known.quantities[id];
    if (quantity === undefined) return `${id} ${value}`;
    return `${of(quantity.name)} ${number(value, quantity.decimals)} ${quantity.unit}`;
  });
  if (newest === undefined && state === 'ended') return null;
  return (
    <section aria-label={t('baseline')}>
      <Title order={4} size="h5">
        {t('baseline')}
      </Title>
      <Text size="sm">
        {newest === undefined
          ? t('baselineNone')
          : `${t('baselineFrom', { date: date(newest.from) })} ${shown.join(', ')}`}
        {newest?.reason != null && ` (${newest.reason})`}
      </Text>
    </section>
  );
}
