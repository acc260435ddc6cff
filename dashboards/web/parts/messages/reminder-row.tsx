import { Button, Group, Switch, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Reminder } from '@hemma/protocols/api/reminders.js';
import { setReminderTime } from '../../message-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';
import { useSide } from './use-thread.js';

interface Props {
  readonly patient: string;
  readonly reminder: Reminder;
  readonly isAllOff: boolean;
}

interface Asked {
  readonly time: string | null;
  readonly isOff: boolean;
}

/** One window of one task: on or off, and its time. */
export function ReminderRow({ patient, reminder, isAllOff }: Props) {
  const { t, of } = useTexts();
  const side = useSide();
  const { plan, item, isOff, isOwn, mayChange, usualTime } = reminder;
  const [time, setTime] = useState(reminder.time);
  const set = useAct<Asked>((asked) => setReminderTime(patient, { plan, item, ...asked }));
  const what = `${of(reminder.title)}, ${of(reminder.window).toLowerCase()}`;
  const isFixed = isAllOff || isOff || !(mayChange || side === 'staff');
  const own = isOwn ? reminder.time : null;
  return (
    <Group gap="sm" className="reminder">
      <Switch
        label={t('reminderOn', { what })}
        flex="1 1 14rem"
        checked={!isOff}
        disabled={isAllOff || set.isBusy}
        onChange={(event) => set.act({ time: own, isOff: !event.currentTarget.checked })}
      />
      <TextInput
        type="time"
        w="8rem"
        aria-label={t('reminderTime', { what })}
        disabled={isFixed}
        value={time}
        onChange={(event) => setTime(event.currentTarget.value)}
      />
      {time !== reminder.time && time !== '' && (
        <Button variant="default" loading={set.isBusy} onClick={() => set.act({ time, isOff })}>
          {t('reminderSave')}
        </Button>
      )}
      {isOwn && time === reminder.time && !isFixed && (
        <Button
          variant="default"
          loading={set.isBusy}
          onClick={() => set.act({ time: null, isOff })}
        >
          {t('reminderReset')}
        </Button>
      )}
      {isOwn && <Text size="xs">{t('reminderUsual', { time: usualTime })}</Text>}
      <ProblemSummary problems={set.problems} />
    </Group>
  );
}
