import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { OwnerSays, UnownedReading } from '@hemma/protocols/api/reading-owner.js';
import { fetchUnowned, sayOwner } from '../owner-api.js';
import { useTexts } from '../texts/i18n.js';
import type { Texts } from '../texts/i18n.js';
import { useWho } from '../who.js';

/** An answer stays in sight for a day, so that a slip is seen and taken back. */
const inSightMs = 86_400_000;

/** The readings of which nobody at home has said whose they are, and what staff have said; else nothing. */
export function UnownedReadings({ patient }: { readonly patient: string }) {
  const { t } = useTexts();
  const who = useWho();
  const [all, setAll] = useState(false);
  const unowned = useQuery({
    queryKey: ['unowned', patient],
    queryFn: () => fetchUnowned(patient),
  });
  const readings = unowned.data?.readings ?? [];
  const isInSight = ({ said }: UnownedReading): boolean =>
    said === null || said.at > Date.now() - inSightMs;
  const answered = readings.filter((it) => !isInSight(it));
  const shown = all ? readings : readings.filter(isInSight);
  if (unowned.error !== null) return <Alert color="red">{t('failedToLoad')}</Alert>;
  if (readings.length === 0) return null;
  return (
    <Paper component="section" p="md" withBorder aria-label={t('whose')}>
      <Title order={3} size="h4">
        {t('whose')}
      </Title>
      {readings.some((it) => it.said === null) && <Text size="sm">{t('whoseWhy')}</Text>}
      {who === '' && (
        <Text size="sm" fw={600}>
          {t('whoseWho')}
        </Text>
      )}
      <Stack component="ul" gap="xs" m={0} p={0} mt="xs" style={{ listStyle: 'none' }}>
        {shown.map((it) => (
          <Reading key={it.id} patient={patient} reading={it} mayAnswer={who !== ''} />
        ))}
      </Stack>
      {unowned.data?.truncated === true && <Text size="sm">{t('ownerTruncated')}</Text>}
      {answered.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          mt="xs"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {t('ownerDecided', { count: answered.length })}
        </Button>
      )}
    </Paper>
  );
}

interface ReadingProps {
  readonly patient: string;
  readonly reading: UnownedReading;
  readonly mayAnswer: boolean;
}

function Reading({ patient, reading, mayAnswer }: ReadingProps) {
  const texts = useTexts();
  const { t, dateTime } = texts;
  const { said } = reading;
  const client = useQueryClient();
  const item = useRef<HTMLLIElement>(null);
  const say = useMutation({
    mutationFn: (answer: OwnerSays) => sayOwner(patient, reading.id, answer),
    // The button that was pressed is gone: who goes by keyboard is at the reading still.
    onSuccess: () => item.current?.focus(),
    onSettled: () => client.invalidateQueries(),
  });
  const what = inWords(reading, texts);
  return (
    <li ref={item} tabIndex={-1}>
      <Text size="sm" fw={600}>
        {what}
      </Text>
      <div role="status">
        {said !== null && (
          <Text size="sm">
            {t(said.answer === 'mine' ? 'ownerSaid_mine' : 'ownerSaid_notMine', {
              name: said.by,
              when: dateTime(said.at),
            })}
          </Text>
        )}
      </div>
      {say.error !== null && (
        <Text size="sm" c="red.9" role="alert">
          {t('ownerFailed')}
        </Text>
      )}
      {mayAnswer && (
        <Answers what={what} said={said} isBusy={say.isPending} onSay={(it) => say.mutate(it)} />
      )}
    </li>
  );
}

interface AnswersProps {
  readonly what: string;
  readonly said: UnownedReading['said'];
  readonly isBusy: boolean;
  readonly onSay: (answer: OwnerSays) => void;
}

/** Yes and no, side by side and alike; or the way back. */
function Answers({ what: reading, said, isBusy, onSay }: AnswersProps) {
  const { t } = useTexts();
  const button = (answer: OwnerSays, shown: string, told: string) => (
    <Button
      size="compact-sm"
      variant="default"
      disabled={isBusy}
      aria-label={t(told, { reading })}
      onClick={() => onSay(answer)}
    >
      {t(shown)}
    </Button>
  );
  return (
    <Group gap="xs" mt={4}>
      {said === null ? (
        <>
          {button('mine', 'ownerMine', 'ownerAsk_mine')}
          {button('not-mine', 'ownerNotMine', 'ownerAsk_notMine')}
        </>
      ) : (
        button('take-back', 'ownerTakeBack', 'ownerTakeBackOf')
      )}
    </Group>
  );
}

/** "Blodtryck 182/95 mmHg, 28 nov. 08:12": quantities of one unit side by side. */
function inWords({ name, values, at }: UnownedReading, { of, number, dateTime }: Texts): string {
  const units = [...new Set(values.map((it) => it.unit))];
  const parts = units.map((unit) => {
    const numbers = values.filter((it) => it.unit === unit);
    return `${numbers.map((it) => number(it.value, it.decimals)).join('/')} ${unit}`;
  });
  return [[of(name), ...parts].join(' '), dateTime(at)].join(', ');
}
