import { table } from '@hemma/runtime/table.js';
import type { GoalShown, Milestone, Programme, WeekItem } from '@hemma/protocols/api/programmes.js';
import { moment } from './context.js';

/** A programme as lines for people; what was done has its own day and no other. */
export function programmeLines(programme: Programme): string[] {
  const { planName, state, week, modules, weeks, milestones, goals, comments } = programme;
  const head = [planName.en, state, `week ${week}`, programme.startedOn, programme.lastDay];
  const rows = weeks.flatMap(({ number, from, items }) =>
    items.map((it, i) => [...(i === 0 ? [String(number), from] : ['', '']), ...itemCells(it)]),
  );
  return [
    head.join(' · '),
    ...(modules === null ? [] : [`modules: ${modules.done} of ${modules.of}`]),
    ...choiceLines(programme),
    '',
    ...table(['week', 'from', 'what', 'of', 'done', 'entries'], rows),
    '',
    ...milestones.map(milestoneLine),
    ...goals.map(goalLine),
    ...comments.map((it) => `${moment(it.at)} ${it.by}: ${it.text} (${it.about})`),
    ...(programme.nextContact === null ? [] : [`next message: ${programme.nextContact}`]),
    ...(programme.looks === null ? [] : [programme.looks.text.en]),
    ...programme.missingAtEnd.map((it) => `would lack at its end now: ${it.title.en}`),
  ];
}

function itemCells(item: WeekItem): string[] {
  switch (item.kind) {
    case 'module': {
      const { done, opensOn, isOpen } = item;
      const when = done?.date ?? (isOpen ? 'open' : `opens ${opensOn}`);
      return [`${item.task} ${item.step}`, '1', when, done?.id ?? ''];
    }
    case 'activity': {
      const { activity, task, planned, done } = item;
      const times = done.map((it) => it.date).join(' ');
      return [
        ...[activity ?? task, planned === null ? '-' : String(planned)],
        ...[times || '-', done.map((it) => it.id).join(' ')],
      ];
    }
    case 'form':
      return [item.questionnaire, '1', item.answered ?? (item.isOpen ? 'open' : item.date), ''];
    case 'message':
      return [item.task, String(item.planned), String(item.written), ''];
  }
}

function choiceLines({ choice }: Programme): string[] {
  if (choice === null) return [];
  const chosen = choice.activities.filter((it) => it.isChosen);
  const each = chosen.map(({ id, perWeek }) => (perWeek === null ? id : `${id}=${perWeek}`));
  return [
    `activities: ${each.join(' ')}, ${choice.perWeek} a week, ${choice.minutesEach ?? '-'} minutes each`,
  ];
}

function milestoneLine({ kind, date, doneOn, isRequired, forms }: Milestone): string {
  const asked = forms.map((it) => `${it.questionnaire} ${it.answered ?? '-'}`).join(', ');
  const need = isRequired ? '' : ' (as needed)';
  return `${kind} ${date}${need}: ${doneOn ?? '-'}${asked === '' ? '' : `; ${asked}`}`;
}

function goalLine({ id, title, value, op, target, unit }: GoalShown): string {
  return `goal ${id}: ${title.en}: ${value ?? '-'} (${op} ${target} ${unit.en})`;
}
