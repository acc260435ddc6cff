import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { Programme, Week, WeekItem } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import { FormDialog } from '../form-dialog.js';
import { DoneButtons } from './done-buttons.js';
import { DoneList } from './done-list.js';

interface Props<Item extends WeekItem> {
  readonly item: Item;
  readonly week: Week;
  readonly programme: Programme;
}

type Of<Kind extends WeekItem['kind']> = Extract<WeekItem, { kind: Kind }>;

/** One thing of a week. */
export function ItemRow({ item, week, programme }: Props<WeekItem>) {
  switch (item.kind) {
    case 'module':
      return <ModuleRow {...{ item, week, programme }} />;
    case 'activity':
      return <ActivityRow {...{ item, week, programme }} />;
    case 'form':
      return <FormRow {...{ item, week, programme }} />;
    case 'message':
      return <MessageRow item={item} />;
  }
}

function ModuleRow({ item, programme }: Props<Of<'module'>>) {
  const { t, of, date } = useTexts();
  const { task, step, opensOn, isOpen, done, fillFrom, instructions } = item;
  const what = t('moduleStep', { step });
  return (
    <div>
      <Text fw={600}>{what}</Text>
      {done === null && <Text size="sm">{of(instructions)}</Text>}
      {!isOpen && <Text size="sm">{t('itemOpens', { date: date(opensOn) })}</Text>}
      {done !== null && <DoneList {...{ done: [done], what, programme }} />}
      {isOpen && done === null && programme.state !== 'ended' && (
        <DoneButtons
          {...{ what, programme }}
          asked={{ task, step }}
          days={{ from: fillFrom, to: programme.today }}
        />
      )}
    </div>
  );
}

function ActivityRow({ item, week, programme }: Props<Of<'activity'>>) {
  const { t, of } = useTexts();
  const { task, activity, planned, done, fillFrom, title } = item;
  const what = of(title);
  const to = programme.today < week.to ? programme.today : week.to;
  const count = planned ?? done.length;
  const key = planned === null ? 'programmeDone' : 'programmePlanned';
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={600}>{what}</Text>
        <Text size="sm">{t(key, { done: done.length, count })}</Text>
      </Group>
      <DoneList {...{ done, what, programme }} />
      {week.isOpen && programme.state !== 'ended' && fillFrom <= to && (
        <DoneButtons
          {...{ what, programme }}
          asked={activity === null ? { task } : { task, activity }}
          days={{ from: fillFrom, to }}
        />
      )}
    </div>
  );
}

function FormRow({ item, programme }: Props<Of<'form'>>) {
  const { t, of, date } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const { title, questionnaire, by, licensed, answered } = item;
  const canAnswer = item.isOpen && answered === null && !licensed && programme.state !== 'ended';
  return (
    <Group justify="space-between" gap="xs">
      <div>
        <Text fw={600}>{of(title)}</Text>
        <Text size="sm">
          {answered !== null
            ? t('formAnsweredOn', { date: date(answered) })
            : t(stateOf(item, programme), { date: date(item.date) })}
          {by === 'staff' && ` · ${t('formByStaff')}`}
        </Text>
      </div>
      {canAnswer && (
        <Button
          variant="default"
          aria-label={t('formAnswerOf', { what: of(title) })}
          onClick={() => setOpen(true)}
        >
          {t('formAnswer')}
        </Button>
      )}
      {isOpen && (
        <FormDialog
          episode={programme.episode}
          questionnaire={questionnaire}
          onClose={() => setOpen(false)}
        />
      )}
    </Group>
  );
}

function stateOf({ isOpen, date }: Of<'form'>, { today }: Programme): string {
  if (isOpen) return 'formOpenNow';
  return date > today ? 'formOpens' : 'notAnswered';
}

function MessageRow({ item }: { readonly item: Of<'message'> }) {
  const { t, of } = useTexts();
  const { title, planned, written } = item;
  return (
    <div>
      <Text fw={600}>{of(title)}</Text>
      <Text size="sm">{t('messagePlanned', { written, count: planned })}</Text>
    </div>
  );
}
