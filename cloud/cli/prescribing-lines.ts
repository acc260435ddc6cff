import type { ParameterValue } from '@hemma/protocols/plans/plan.js';
import type { EpisodeOverview } from '../prescribing/overview.js';
import type { Shown } from '../prescribing/consider.js';
import type { Prediction } from '../prescribing/dry-run.js';
import { type BySeverity, countOf } from '../prescribing/minutes.js';
import { table } from '@hemma/runtime/table.js';
import { moment } from './context.js';

/** What is prescribed, as lines for people. */

/** Limits with what they would raise, and what confirms them. */
export function shownLines({ plan, parameters, before, digest, ...rest }: Shown): string[] {
  const rows = plan.parameters.map(({ id, title, unit }) => [
    ...[id, shown(parameters[id]), before === null ? '' : shown(before[id]), unit, title.en],
  ]);
  return [
    `${plan.title.en} ${plan.version}`,
    ...(plan.limitNotice === undefined ? [] : [plan.limitNotice.en]),
    ...(plan.emergencyNotice === undefined ? [] : [plan.emergencyNotice.en]),
    '',
    ...table(['limit', 'value', before === null ? '' : 'now', 'unit', 'what it is'], rows),
    '',
    ...rest.problems.map((it) => `${it.code} ${it.path}: ${it.message}`),
    ...(rest.prediction === null ? [] : predictionLines(rest.prediction)),
    `to confirm what is shown: --confirm ${digest}`,
  ];
}

function predictionLines({
  patient,
  similar,
  unit,
  lookBackDays,
  taskMinutes,
  notCounted,
}: Prediction): string[] {
  const minutes = Object.entries(taskMinutes.minutes).map(([it, n]) => `${it} ${n.toFixed(0)}`);
  return [
    patient === null
      ? `This patient has no values of the last ${lookBackDays} days to tell from.`
      : `This patient, ${patient.days} days: ${countsText(patient)} · ${rateText(patient)}`,
    similar === null
      ? 'Nobody else follows this plan with values.'
      : `${similar.patients} patients on this plan: ${countsText(similar)} · each ${rateText(similar)}`,
    `Minutes for a task (${taskMinutes.basis}): ${minutes.join(', ')}`,
    ...(unit === null
      ? []
      : [
          `Unit ${unit.id}: ${unit.currentMinutes.toFixed(0)} of ${unit.budgetMinutes} minutes a week now, ` +
            (unit.expectedMinutes === null
              ? 'no history to tell what it will be'
              : `${unit.expectedMinutes.toFixed(0)} expected${unit.isOverBudget ? ': over budget' : ''}`),
        ]),
    ...notCounted.map((it) => `Not counted: ${notCountedTexts[it]}`),
    '',
  ];
}

const notCountedTexts: Readonly<Record<Prediction['notCounted'][number], string>> = {
  'staff-closes': 'what only a person ends is one task, however often it would come again.',
  'technical-causes': 'values that stayed away for a technical reason count as not measured.',
  'attempts-and-remarks': 'attempts without a value, unexpected values, limits that are not set.',
};

function countsText({ tasks, missing }: Readonly<Record<'tasks' | 'missing', BySeverity>>): string {
  const { red, yellow, info } = tasks;
  const calls = `and ${countOf(missing)} because values stayed away`;
  return `${countOf(tasks)} tasks (red ${red}, yellow ${yellow}, info ${info}) ${calls}`;
}

function rateText(rate: {
  readonly tasksPerWeek: number;
  readonly minutesPerWeek: number;
}): string {
  return `${rate.tasksPerWeek.toFixed(1)} tasks and ${rate.minutesPerWeek.toFixed(0)} minutes a week`;
}

/** Episodes, a line each, with what is to be done today. */
export function episodeLines(overviews: readonly EpisodeOverview[]): string[] {
  const rows = overviews.map(({ episode, state, phase, planDay, newerVersion }) => [
    ...[episode.id, episode.plan, episode.planVersion, newerVersion ?? '-', episode.kind, state],
    ...[phase?.id ?? '-', String(planDay), episode.unit ?? '-', moment(episode.startedAt)],
    ...[episode.endReason ?? '-'],
  ]);
  const head = ['episode', 'plan', 'version', 'newer', 'kind', 'state', 'phase', 'day', 'unit'];
  return table([...head, 'started', 'ended because'], rows);
}

function shown(value: ParameterValue | undefined): string {
  return value == null ? '-' : [value].flat().join(' ');
}
