import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { KeptHealing } from '@hemma/protocols/api/gateways.js';
import { fetchHealings } from '../../gateway-api.js';
import { useTexts } from '../../texts/i18n.js';

/** How the radio of a gateway was healed, newest first, in plain words. */
export function HealingList({ gateway }: { readonly gateway: string }) {
  const { t } = useTexts();
  const { data, error } = useQuery({
    queryKey: ['healings', gateway],
    queryFn: () => fetchHealings(gateway),
  });
  if (error !== null) return <Text size="sm">{t('failedToLoad')}</Text>;
  if (data === undefined) return <Text size="sm">{t('loading')}</Text>;
  if (data.length === 0) return <Text size="sm">{t('healingsNone')}</Text>;
  return (
    <List size="sm" spacing="xs" aria-label={t('healings')}>
      {data.map((one) => (
        <List.Item key={one.id}>
          <Healing healing={one} />
        </List.Item>
      ))}
    </List>
  );
}

function Healing({ healing }: { readonly healing: KeptHealing }) {
  const { t, known, dateTime } = useTexts();
  const lasted = useLasted();
  const { cause, highest, steps, outcome, sinceAt, recoveryMs } = healing;
  const became = t(`healed_${outcome}`);
  return (
    <>
      <Text size="sm" fw={600}>
        {dateTime(sinceAt)}: {known(`fault_${cause}`, cause)}
      </Text>
      <Text size="sm">
        {t('healingSteps', { count: steps, step: t(`step_${highest}`) })}{' '}
        {recoveryMs === null
          ? became
          : t('healingAfter', { outcome: became, time: lasted(recoveryMs) })}
      </Text>
    </>
  );
}

/** A length of time as people say it. */
function useLasted(): (ms: number) => string {
  const { t } = useTexts();
  return (ms) => {
    const seconds = Math.round(ms / 1_000);
    const minutes = Math.round(seconds / 60);
    if (seconds < 120) return t('seconds', { count: seconds });
    if (minutes < 120) return t('minutes', { count: minutes });
    return t('hoursMinutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  };
}
