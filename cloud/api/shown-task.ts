import type { Task, TaskKind } from '@hemma/protocols/api/worklist.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { ListedTask, Note } from '../worklist/listed.js';
import type { ApiContext } from './context.js';
import { explained } from './why.js';

/** What a task is called where no rule gives it a name. */
const titles: Readonly<Record<TaskKind, Text>> = {
  assess: { sv: 'Bedöm ett värde', en: 'Assess a value' },
  missing: { sv: 'Värden saknas', en: 'Values are missing' },
  unexpected: { sv: 'Oväntat värde', en: 'Unexpected value' },
  'no-value': { sv: 'Mätning utan värde', en: 'Measurement without a value' },
  'not-judged': { sv: 'Kunde inte bedömas', en: 'Could not be judged' },
  'limit-missing': { sv: 'En gräns saknas', en: 'A limit is missing' },
  'calibration-due': { sv: 'Dags för kalibrering', en: 'Calibration is due' },
  handover: { sv: 'Någon behöver ta över', en: 'Somebody must take over' },
};

/** A task as the page shows it, with the "why" of its finding. */
export function shownTask(row: ListedTask, notes: readonly Note[], context: ApiContext): Task {
  const found = explainedFinding(row, context);
  return {
    ...{ id: row.task, kind: row.task_kind, audience: row.audience, patient: row.patient },
    ...{ displayName: row.display_name, unit: row.unit, severity: row.severity },
    state: row.state,
    title: found?.title ?? titles[row.task_kind],
    why: found?.why ?? null,
    openedAt: row.opened_at,
    latestAt: row.latest_at ?? row.opened_at,
    ...{ dueAt: row.due_at, escalated: row.escalated },
    assignee:
      row.assignee === null
        ? null
        : { ref: row.assignee, displayName: row.assignee_name ?? row.assignee },
    notes: notes.map(({ at, by, text }) => ({ at, by, text: text ?? '' })),
    count: row.count ?? 1,
    clearedAt: row.cleared_at,
  };
}

function explainedFinding(row: ListedTask, context: ApiContext) {
  const { plan, plan_version, rule, reason, basis } = row;
  if (plan === null || plan_version === null || rule === null) return null;
  if (reason === null || basis === null) return null;
  return explained({ plan, plan_version, rule, reason, basis }, context);
}
