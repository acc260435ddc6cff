import { Stack, Text } from '@mantine/core';
import type { Task } from '@hemma/protocols/api/worklist.js';
import { useTexts } from '../texts/i18n.js';

type Found = NonNullable<Task['why']>;

/** What was compared with what, by which rule, and from which values. */
export function TaskWhy({ why, count }: { readonly why: Found; readonly count: number }) {
  const { t, of, number, dateTime } = useTexts();
  const shown = (value: number | null) => (value === null ? '' : number(value, why.decimals));
  const reason = reasonKey(why);
  const clears =
    why.clearsAt === null
      ? why.onlyStaffCloses && t('onlyStaffCloses')
      : t('clearsAt', { clearsAt: shown(why.clearsAt), unit: why.unit });
  return (
    <Stack gap={4} mt="xs">
      <Text size="sm">
        {reason !== null &&
          t(reason, {
            name: of(why.name),
            unit: why.unit,
            value: shown(why.value),
            direction: t(why.direction),
            limit: shown(why.limit),
            values: why.values,
            days: why.days ?? 0,
          })}{' '}
        {clears}
      </Text>
      <Text size="xs" c="dark.6">
        {t('whyRule', {
          rule: why.rule,
          version: why.planVersion,
          when: dateTime(why.measuredAt),
          count,
        })}
      </Text>
      {why.parameters.length > 0 && (
        <Text size="xs" c="dark.6">
          {t('whyParameters')}{' '}
          {why.parameters.map((it) => `${it.id} = ${String(it.value)}`).join(', ')}
        </Text>
      )}
      <Text size="xs" c="dark.6">
        {t('whyUsed')} {why.used.map((it) => `${it.value} (${dateTime(it.at)})`).join(', ')}
      </Text>
    </Stack>
  );
}

/** The sentence that says what was compared; null when there is no number to tell. */
function reasonKey({ condition, direction, values }: Found) {
  if (condition === 'value') return values > 1 ? 'whyValues' : 'whyValue';
  if (condition === 'change') return direction === 'above' ? 'whyRise' : 'whyFall';
  return condition === 'count' ? 'whyCount' : null;
}
