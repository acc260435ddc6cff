import { Button, Checkbox, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Choice, Programme } from '@hemma/protocols/api/programmes.js';
import { chooseActivities } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from '../plan/plan-dialog.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly programme: Programme;
  readonly choice: Choice;
  readonly onClose: () => void;
}

type Counts = Readonly<Record<string, number>>;

/** Which activities, how often a week each, and how long. */
export function ChoiceDialog({ programme, choice, onClose }: Props) {
  const { t } = useTexts();
  const { bounds } = choice;
  const [counts, setCounts] = useState<Counts>(() => countsOf(choice));
  const [minutes, setMinutes] = useState(choice.minutesEach);
  const [rest, setRest] = useState(choice.restAfter);
  const save = useAct(
    () =>
      chooseActivities(programme.episode, {
        counts,
        ...(minutes !== null && { minutesEach: minutes }),
        ...(rest !== null && { restAfter: rest }),
      }),
    onClose,
  );
  const sum = Object.values(counts).reduce((total, it) => total + it, 0);
  const isWithin = bounds.perWeek.min <= sum && sum <= bounds.perWeek.max;
  return (
    <PlanDialog title={t('choiceChange')} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('choiceHelp', bounds.perWeek)}</Text>
        {choice.activities.map((it) => (
          <ActivityField
            key={it.id}
            activity={it}
            {...{ counts, setCounts }}
            max={bounds.perWeek.max}
          />
        ))}
        <Text size="sm" role="status">
          {t('choiceSum', { sum })}
        </Text>
        {bounds.minutesEach !== null && (
          <Minutes
            label={t('choiceMinutes')}
            bounds={bounds.minutesEach}
            value={minutes}
            onChange={setMinutes}
          />
        )}
        {bounds.restAfter !== null && (
          <Minutes
            label={t('choiceRest')}
            bounds={bounds.restAfter}
            value={rest}
            onChange={setRest}
          />
        )}
        <ProblemSummary problems={save.problems} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button size="md" disabled={!isWithin} loading={save.isBusy} onClick={() => save.act()}>
            {t('choiceSave')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}

/** Where only their sum was told so far, the first of the chosen ones has it until somebody says else. */
function countsOf({ activities, perWeek }: Choice): Counts {
  const chosen = activities.filter((it) => it.isChosen);
  const others = Math.max(0, chosen.length - 1);
  return Object.fromEntries(
    chosen.map(({ id, perWeek: own }, i) => [
      ...([id, own ?? (i === 0 ? Math.max(1, perWeek - others) : 1)] as const),
    ]),
  );
}

interface FieldProps {
  readonly activity: Choice['activities'][number];
  readonly counts: Counts;
  readonly setCounts: (counts: Counts) => void;
  readonly max: number;
}

function ActivityField({ activity, counts, setCounts, max }: FieldProps) {
  const { t, of } = useTexts();
  const { id, title } = activity;
  const times = counts[id];
  const others = Object.fromEntries(Object.entries(counts).filter(([it]) => it !== id));
  return (
    <Group justify="space-between" gap="xs">
      <Checkbox
        size="md"
        label={of(title)}
        checked={times !== undefined}
        onChange={(event) =>
          setCounts(event.currentTarget.checked ? { ...counts, [id]: 1 } : others)
        }
      />
      {times !== undefined && (
        <NumberInput
          size="md"
          w="7rem"
          aria-label={t('choicePerWeek', { activity: of(title) })}
          min={1}
          max={max}
          allowDecimal={false}
          value={times}
          onChange={(it) => setCounts({ ...counts, [id]: Math.max(1, Number(it)) })}
        />
      )}
    </Group>
  );
}

interface MinutesProps {
  readonly label: string;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly value: number | null;
  readonly onChange: (value: number) => void;
}

function Minutes({ label, bounds, value, onChange }: MinutesProps) {
  return (
    <NumberInput
      size="md"
      label={label}
      min={bounds.min}
      max={bounds.max}
      allowDecimal={false}
      hideControls
      value={value ?? ''}
      onChange={(it) => onChange(Number(it))}
    />
  );
}
