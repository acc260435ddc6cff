import type { Task } from '@hemma/protocols/api/worklist.js';
import type { ListedTask, Note } from '../worklist/listed.js';
import type { ApiContext } from './context.js';
import { taskTitles } from './task-titles.js';
import { explained } from './why.js';

type Names = Pick<ApiContext, 'planOf' | 'catalogue'>;

/** A task as the page shows it, with the "why" of its finding. */
export function shownTask(row: ListedTask, notes: readonly Note[], names: Names): Task {
  const found = explainedFinding(row, names);
  return {
    ...{ id: row.task, kind: row.task_kind, audience: row.audience, patient: row.patient },
    ...{
      displayName: row.display_name,
      isTest: row.test_person === 1,
      unit: row.unit,
      severity: row.severity,
    },
    device:
      row.device === null ? null : { identity: row.device, model: row.model, gateway: row.gateway },
    state: row.state,
    title: found?.title ?? taskTitles[row.task_kind],
    why: found?.why ?? null,
    openedAt: row.opened_at,
    latestAt: row.latest_at ?? row.opened_at,
    ...{ dueAt: row.due_at, escalated: row.escalated },
    assignee:
      row.assignee === null
        ? null
        : { ref: row.assignee, displayName: row.assignee_name ?? row.assignee },
    notes: notes.map(({ at, by, text }) => ({ at, by, text: text ?? '' })),
    count: row.task_kind === 'message' ? (row.unread ?? 0) : (row.count ?? 1),
    clearedAt: row.cleared_at,
  };
}

function explainedFinding(row: ListedTask, names: Names) {
  const { plan, plan_version, rule, reason, basis, topic, cause } = row;
  if (plan === null || plan_version === null || rule === null) return null;
  if (reason === null || basis === null || topic === null) return null;
  return explained({ plan, plan_version, rule, reason, basis, topic, cause }, names);
}
