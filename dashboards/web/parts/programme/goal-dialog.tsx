import { Button, Group, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { goalIntervals, maxGoalWords } from '@hemma/protocols/api/programmes.js';
import type { GoalShown, Programme } from '@hemma/protocols/api/programmes.js';
import { endGoal, setGoal } from '../../programme-api.js';
import type { GoalAsked } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from '../plan/plan-dialog.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly programme: Programme;
  /** Null for a new one. */
  readonly goal: GoalShown | null;
  readonly onClose: () => void;
}

/** A goal in the patient's own words, or another target for one of the plan. */
export function GoalDialog({ programme, goal, onClose }: Props) {
  const { t, of } = useTexts();
  const isOwn = goal === null || goal.isOwn;
  const [asked, setAsked] = useState<GoalAsked>(() => askedOf(goal));
  const set = useAct(() => setGoal(programme.episode, asked), onClose);
  const end = useAct(() => endGoal(programme.episode, goal?.id ?? ''), onClose);
  const unit = goal === null ? '' : of(goal.unit);
  return (
    <PlanDialog title={goal === null ? t('goalTitleNew') : of(goal.title)} onClose={onClose}>
      <Stack gap="md">
        {isOwn && <OwnFields {...{ programme, asked, setAsked }} />}
        <NumberInput
          size="md"
          label={isOwn ? t('goalTarget') : t('goalTargetOf', { unit })}
          allowDecimal={!isOwn}
          {...(isOwn && { min: 1 })}
          hideControls
          value={asked.target}
          onChange={(it) => setAsked({ ...asked, target: Number(it) })}
        />
        <ProblemSummary problems={[...set.problems, ...end.problems]} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          {goal?.isOwn === true && (
            <Button size="md" variant="default" loading={end.isBusy} onClick={() => end.act()}>
              {t('goalEnd')}
            </Button>
          )}
          <Button
            size="md"
            disabled={isOwn && (asked.words ?? '').trim() === ''}
            loading={set.isBusy}
            onClick={() => set.act()}
          >
            {t('goalSave')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}

function askedOf(goal: GoalShown | null): GoalAsked {
  if (goal === null) return { words: '', target: 3, interval: 'week', counts: null };
  const { id, target, isOwn, title, counts, interval } = goal;
  if (!isOwn) return { goal: id, target };
  const more = interval === 'change' ? {} : { interval };
  return { goal: id, target, words: title.sv, counts, ...more };
}

interface FieldProps {
  readonly programme: Programme;
  readonly asked: GoalAsked;
  readonly setAsked: (asked: GoalAsked) => void;
}

function OwnFields({ programme, asked, setAsked }: FieldProps) {
  const { t } = useTexts();
  const counted = useCountable(programme);
  return (
    <>
      <TextInput
        size="md"
        label={t('goalWords')}
        maxLength={maxGoalWords}
        value={asked.words ?? ''}
        onChange={(event) => setAsked({ ...asked, words: event.currentTarget.value })}
      />
      <NativeSelect
        size="md"
        label={t('goalCounts')}
        value={asked.counts ?? ''}
        onChange={(event) => setAsked({ ...asked, counts: event.currentTarget.value || null })}
        data={[{ value: '', label: t('goalCountsNothing') }, ...counted]}
      />
      <NativeSelect
        size="md"
        label={t('goalInterval')}
        value={asked.interval ?? 'week'}
        onChange={(event) => {
          const interval = goalIntervals.find((it) => it === event.currentTarget.value);
          if (interval !== undefined) setAsked({ ...asked, interval });
        }}
        data={goalIntervals.map((it) => ({ value: it, label: t(`goalInterval_${it}`) }))}
      />
    </>
  );
}

/** What is done in the programme: its activities, and tasks as a whole. */
function useCountable({ weeks, choice }: Programme) {
  const { of } = useTexts();
  const items = weeks.flatMap((it) => it.items);
  const tasks = new Map(
    items.flatMap((it) =>
      it.kind === 'module' || (it.kind === 'activity' && it.activity === null)
        ? [[it.task, of(it.title)] as const]
        : [],
    ),
  );
  const activities = (choice?.activities ?? []).map(({ id, title }) => [id, of(title)] as const);
  return [...activities, ...tasks].map(([value, label]) => ({ value, label }));
}
