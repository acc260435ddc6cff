import { Button, Group, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { maxMinutes, maxNote } from '@hemma/protocols/api/programmes.js';
import type { Programme } from '@hemma/protocols/api/programmes.js';
import { sayDone } from '../../programme-api.js';
import type { CompletionAsked } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly programme: Programme;
  /** What it is called. */
  readonly what: string;
  readonly asked: Pick<CompletionAsked, 'task' | 'step' | 'activity'>;
  /** The days that can be told, both included. */
  readonly days: { readonly from: string; readonly to: string };
}

/** One tap for today; the quiet way beside it for another day, with minutes and words if one likes. */
export function DoneButtons({ programme, what, asked, days }: Props) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  // The same until it was kept, so that an impatient second tap is the first one.
  const [key, setKey] = useState<string>(() => crypto.randomUUID());
  const say = useAct(
    (more: Partial<CompletionAsked>) => sayDone(programme.episode, { ...asked, key, ...more }),
    () => {
      setKey(crypto.randomUUID());
      setOpen(false);
    },
  );
  const isToday = days.to === programme.today;
  return (
    <Stack gap="xs" mt={6}>
      <Group gap="xs">
        {isToday && (
          <Button
            loading={say.isBusy && !isOpen}
            aria-label={t('doneTodayOf', { what })}
            onClick={() => say.act({})}
          >
            {t('doneToday')}
          </Button>
        )}
        <Button
          variant="default"
          aria-expanded={isOpen}
          aria-label={t('otherDayOf', { what })}
          onClick={() => setOpen(!isOpen)}
        >
          {t('otherDay')}
        </Button>
      </Group>
      {!isOpen && <ProblemSummary problems={say.problems} />}
      {isOpen && <OtherDay {...{ days, say }} />}
    </Stack>
  );
}

interface OtherDayProps extends Pick<Props, 'days'> {
  readonly say: ReturnType<typeof useAct<Partial<CompletionAsked>>>;
}

function OtherDay({ days, say }: OtherDayProps) {
  const { t, date } = useTexts();
  const [day, setDay] = useState(days.to);
  const [minutes, setMinutes] = useState<number | null>(null);
  const [note, setNote] = useState('');
  const save = () => say.act({ date: day, minutes, note: note.trim() === '' ? null : note });
  return (
    <Stack
      component="form"
      gap="xs"
      onSubmit={(event: React.SyntheticEvent) => {
        event.preventDefault();
        save();
      }}
    >
      <TextInput
        type="date"
        size="md"
        required
        withAsterisk={false}
        label={t('whichDay')}
        description={t('whichDayHelp', { from: date(days.from) })}
        min={days.from}
        max={days.to}
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <NumberInput
        size="md"
        label={t('minutesIfAny')}
        min={0}
        max={maxMinutes}
        allowDecimal={false}
        hideControls
        value={minutes ?? ''}
        onChange={(it) => setMinutes(typeof it === 'number' ? it : null)}
      />
      <Textarea
        size="md"
        autosize
        label={t('noteIfAny')}
        maxLength={maxNote}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <ProblemSummary problems={say.problems} />
      <Group>
        <Button type="submit" size="md" loading={say.isBusy}>
          {t('saveDone')}
        </Button>
      </Group>
    </Stack>
  );
}
