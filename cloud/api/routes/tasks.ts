import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { codedError } from '@hemma/protocols/errors.js';
import {
  noteSchema,
  nothingSchema,
  resolvedManySchema,
  resolveManySchema,
  resolveSchema,
  taskHistorySchema,
  tasksSchema,
  worklistPaths,
} from '@hemma/protocols/api/worklist.js';
import { groupBy } from '../../plans/group.js';
import type { Actor } from '../../staff/actor.js';
import { historyOf } from '../../worklist/history.js';
import { notesOf, taskRows } from '../../worklist/listed.js';
import { actorOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { shownTask } from '../shown-task.js';

/** A worklist longer than this is no list any more; what is most urgent comes first. */
const maxTasks = 500;

const taskParams = z.strictObject({ id: z.string().max(64) });

/** `GET /api/tasks`, `/api/tasks/{id}/history`; `POST /api/tasks/{id}/acknowledge | take | note | resolve`, `/api/tasks/resolve`. */
export function taskRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, worklist, live, clock } = context;

  app.get(worklistPaths.tasks, async () => {
    const rows = await taskRows(db, maxTasks + 1);
    const listed = rows.slice(0, maxTasks);
    const ids = listed.map((it) => it.task);
    const notes = groupBy(await notesOf(db, ids), (it) => it.task);
    const tasks = listed.map((row) => shownTask(row, notes.get(row.task) ?? [], context));
    return sent(tasksSchema, { tasks, truncated: rows.length > maxTasks });
  });

  app.get('/api/tasks/:id/history', async (request) => {
    const { id } = received(taskParams, request.params);
    return sent(taskHistorySchema, await historyOf(db, id));
  });

  /** Somebody does something with one task. */
  const act = <Said>(
    name: string,
    schema: z.ZodType<Said>,
    how: (id: string, said: Said, actor: Actor, at: number) => Promise<string | null>,
  ): void => {
    app.post(`/api/tasks/:id/${name}`, async (request) => {
      const { id } = received(taskParams, request.params);
      const said = received(schema, request.body);
      const patient = await how(id, said, await who(request), clock.wall().ms);
      live.touch(patient === null ? [] : [patient]);
      return {};
    });
  };
  const who = (request: FastifyRequest): Promise<Actor> => actorOf(request, context.staff);

  act('acknowledge', nothingSchema, (id, _, actor, at) => worklist.acknowledge(id, actor, at));
  act('take', nothingSchema, (id, _, actor, at) => worklist.take(id, actor, at));
  act('note', noteSchema, (id, { text }, actor, at) => worklist.note(id, text, actor, at));
  act('resolve', resolveSchema, (id, said, actor, at) => worklist.resolve(id, said, actor, at));

  app.post(worklistPaths.resolveMany, async (request) => {
    const { ids, reason } = received(resolveManySchema, request.body);
    const actor = await who(request);
    const results: { id: string; outcome: string }[] = [];
    const touched = new Set<string>();
    for (const id of ids) {
      const outcome = await worklist
        .resolveGreen(id, reason, actor, clock.wall().ms)
        .then((patient) => {
          if (patient !== null) touched.add(patient);
          return 'done';
        })
        .catch((error: unknown) => codedError(error).code);
      results.push({ id, outcome });
    }
    live.touch([...touched]);
    return sent(resolvedManySchema, { results });
  });
}
