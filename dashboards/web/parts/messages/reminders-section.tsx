import { Alert, NativeSelect, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Reminders } from '@hemma/protocols/api/reminders.js';
import { chooseReminders, fetchReminders } from '../../message-api.js';
import { languages, useTexts } from '../../texts/i18n.js';
import type { Language } from '../../texts/i18n.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';
import { ReminderAddresses } from './reminder-addresses.js';
import { ReminderRow } from './reminder-row.js';

/** When a patient is reminded, and where; the patient or staff may change it. */
export function RemindersSection({ patient }: { readonly patient: string }) {
  const { t } = useTexts();
  const reminders = useQuery({
    queryKey: ['reminders', patient],
    queryFn: () => fetchReminders(patient),
  });
  return (
    <Paper component="section" p="md" withBorder aria-label={t('reminders')}>
      <Title order={3} size="h4" mb="xs">
        {t('reminders')}
      </Title>
      {reminders.error !== null && <Alert color="red">{t('failedToLoad')}</Alert>}
      {reminders.data !== undefined && <Chosen {...{ patient, reminders: reminders.data }} />}
    </Paper>
  );
}

interface Props {
  readonly patient: string;
  readonly reminders: Reminders;
}

const languageNames: Readonly<Record<Language, string>> = { sv: 'Svenska', en: 'English' };

function Chosen({ patient, reminders }: Props) {
  const { t, of } = useTexts();
  const choose = useAct<{ isOff?: boolean; language?: Language }>((asked) =>
    chooseReminders(patient, asked),
  );
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t('reminderText', { sentence: of(reminders.sentence) })} <Next reminders={reminders} />
      </Text>
      <Switch
        label={t('remindersOn')}
        checked={!reminders.isOff}
        disabled={choose.isBusy}
        onChange={(event) => choose.act({ isOff: !event.currentTarget.checked })}
      />
      <NativeSelect
        label={t('reminderLanguage')}
        maw="16rem"
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        value={reminders.language}
        onChange={(event) =>
          choose.act({ language: event.currentTarget.value === 'en' ? 'en' : 'sv' })
        }
      />
      <ProblemSummary problems={choose.problems} />
      <ReminderAddresses {...{ patient, addresses: reminders.addresses }} />
      {reminders.reminders.length === 0 && <Text size="sm">{t('noReminders')}</Text>}
      {reminders.reminders.map((reminder) => (
        <ReminderRow
          key={`${reminder.plan}/${reminder.item} ${reminder.time}`}
          {...{ patient, reminder, isAllOff: reminders.isOff }}
        />
      ))}
    </Stack>
  );
}

function Next({ reminders: { addresses, isOff, nextAt } }: { readonly reminders: Reminders }) {
  const { t, dateTime } = useTexts();
  if (addresses.length === 0) return t('reminderNowhere');
  if (isOff || nextAt === null) return t('reminderNone');
  return t('reminderNext', { when: dateTime(nextAt) });
}
