import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { AskedForm, Milestone, Programme } from '@hemma/protocols/api/programmes.js';
import { useTexts } from '../../texts/i18n.js';
import { useWho } from '../../who.js';
import { FormDialog } from '../form-dialog.js';
import { ContactDialog } from '../plan/contact-dialog.js';

/** Talks and the forms that belong to them: before, on the way, after. */
export function MilestonesCard({ programme }: { readonly programme: Programme }) {
  const { t, of } = useTexts();
  const { missingAtEnd, milestones, week, weeks } = programme;
  const isNearEnd = week >= (weeks.at(-1)?.number ?? week) - 1;
  return (
    <Paper component="section" p="md" withBorder aria-label={t('milestones')}>
      <Title order={4} size="h5" mb="xs">
        {t('milestones')}
      </Title>
      <Stack gap="md">
        {milestones.map((it) => (
          <MilestoneRow key={`${it.kind} ${it.date}`} milestone={it} programme={programme} />
        ))}
        {isNearEnd && missingAtEnd.length > 0 && (
          <Text size="sm">
            {t('missingAtEnd', { list: missingAtEnd.map((it) => of(it.title)).join(', ') })}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

const formsOf: Readonly<Record<Milestone['kind'], string>> = {
  'start-talk': 'formsBefore',
  'review-talk': 'formsAtReview',
  'closing-talk': 'formsAfter',
};

interface RowProps {
  readonly milestone: Milestone;
  readonly programme: Programme;
}

function MilestoneRow({ milestone, programme }: RowProps) {
  const { t, date } = useTexts();
  const [isNoting, setNoting] = useState(false);
  const isStaff = useWho() !== '';
  const { kind, doneOn, isRequired, forms } = milestone;
  const what = t(`milestone_${kind}`);
  const when =
    doneOn === null
      ? t('milestoneOn', { date: date(milestone.date) })
      : t('milestoneDone', { date: date(doneOn) });
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <div>
          <Text fw={600}>{what}</Text>
          <Text size="sm">
            {when}
            {isRequired && doneOn === null && ` · ${t('milestoneRequired')}`}
          </Text>
        </div>
        {isStaff && doneOn === null && programme.state !== 'ended' && (
          <Button
            variant="default"
            aria-label={t('milestoneNoteOf', { what, date: date(milestone.date) })}
            onClick={() => setNoting(true)}
          >
            {t('milestoneNote')}
          </Button>
        )}
      </Group>
      {forms.length > 0 && (
        <section aria-label={`${t(formsOf[kind])}, ${date(milestone.date)}`}>
          <Text size="sm" mt={6}>
            {t(formsOf[kind])}
          </Text>
          {forms.map((it) => (
            <FormLine
              key={it.questionnaire}
              form={it}
              milestone={milestone}
              programme={programme}
            />
          ))}
        </section>
      )}
      {isNoting && (
        <ContactDialog
          episode={programme.episode}
          title={what}
          purpose={kind}
          onClose={() => setNoting(false)}
          onDone={() => setNoting(false)}
        />
      )}
    </div>
  );
}

function FormLine({ form, milestone, programme }: RowProps & { readonly form: AskedForm }) {
  const { t, of, date } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const isStaff = useWho() !== '';
  const { title, answered, by, licensed, questionnaire } = form;
  // What is asked before is no answer before any more, once the first week is over.
  const isOver = milestone.kind === 'start-talk' && programme.week > 1;
  const isNow = milestone.date <= programme.today && !isOver && programme.state !== 'ended';
  return (
    <Group justify="space-between" gap="xs" mt={4}>
      <Text size="sm" flex="1 1 12rem">
        <span aria-hidden="true">{answered === null ? '○ ' : '✓ '}</span>
        {of(title)}:{' '}
        {answered === null ? t('notAnswered') : t('formAnsweredOn', { date: date(answered) })}
        {by === 'staff' && ` · ${t('formByStaff')}`}
      </Text>
      {answered === null && isNow && !licensed && (by === 'patient' || isStaff) && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`${t('formAnswerOf', { what: of(title) })}, ${date(milestone.date)}`}
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
