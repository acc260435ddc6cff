import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { z } from 'zod';
import {
  acknowledgeSchema,
  clinicPaths,
  closeSchema,
  tasksSchema,
} from '@hemma/protocols/api/clinic.js';
import type { Tables } from '../../database/schema.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { explained } from '../why.js';

/** A worklist longer than this is no list any more; what is most urgent comes first. */
const maxTasks = 500;

const taskParams = z.strictObject({ id: z.string().max(64) });

/** `GET /api/tasks`, `POST /api/tasks/{id}/acknowledge`, `POST /api/tasks/{id}/close`. */
export function taskRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, worklist, live, clock } = context;

  app.get(clinicPaths.tasks, async () => {
    const rows = await taskRows(db, maxTasks + 1);
    const tasks = rows.slice(0, maxTasks).map((row) => ({
      id: row.task,
      patient: row.patient,
      displayName: row.display_name,
      severity: row.severity,
      state: row.state,
      ...explained(row, context),
      openedAt: row.opened_at,
      latestAt: row.latest_at,
      count: row.count,
      clearedAt: row.cleared_at,
    }));
    return sent(tasksSchema, { tasks, truncated: rows.length > maxTasks });
  });

  app.post('/api/tasks/:id/acknowledge', async (request) => {
    const { id } = received(taskParams, request.params);
    received(acknowledgeSchema, request.body);
    live.touch([await worklist.acknowledge(id, clock.wall().ms)]);
    return {};
  });

  app.post('/api/tasks/:id/close', async (request) => {
    const { id } = received(taskParams, request.params);
    const { reason } = received(closeSchema, request.body);
    live.touch([await worklist.close(id, reason, clock.wall().ms)]);
    return {};
  });
}

const urgency = sql`case tasks.severity when 'red' then 0 when 'yellow' then 1 else 2 end`;
const unseenFirst = sql`case tasks.state when 'open' then 0 else 1 end`;

function taskRows(db: Kysely<Tables>, limit: number) {
  return db
    .selectFrom('tasks')
    .innerJoin('findings', 'findings.id', 'tasks.finding')
    .innerJoin('patients', 'patients.ref', 'tasks.patient')
    .selectAll('findings')
    .select(['tasks.id as task', 'tasks.state', 'tasks.opened_at', 'patients.display_name'])
    .where('tasks.state', '<>', 'closed')
    .orderBy(urgency)
    .orderBy(unseenFirst)
    .orderBy('tasks.opened_at')
    .orderBy('tasks.id')
    .limit(limit)
    .execute();
}
