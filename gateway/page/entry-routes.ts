import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CodedError } from '@hemma/protocols/errors.js';
import { asked, codeOf, fresh, page, saidIn } from './asking.js';
import type { Routing } from './asking.js';
import { entryOf, idOfEntry } from './entry.js';
import type { Entry } from './entry.js';
import { entryView, sureOf } from './entry-view.js';
import type { Doubted, EntryFilling } from './entry-view.js';
import { pathTo } from './layout.js';
import { lookOf } from './look.js';
import type { Look } from './look.js';

/** Whoever saves the very same value so soon has gone back, or does not trust the first time. */
const sameAgainMs = 600_000;

/** A value is typed in: the form, and what becomes of it. */
export function entryRoutes(app: FastifyInstance, routing: Routing): void {
  const { parts, acts } = routing;
  const find = (request: FastifyRequest) => {
    const { frame, patient, id } = asked(request, routing);
    const look = lookOf(patient, parts);
    const task = look.plans
      .flatMap((it) => it.schedule.tasks)
      .find((it) => it.id === id && it.byHand);
    if (task === undefined) throw new CodedError('not_found');
    const { ms: nowMs, trust } = parts.clock.wall();
    const now = { nowMs, timeZone: parts.timeZone };
    const isKnown = trust === 'synced';
    const filling: EntryFilling = { ...fresh(frame), doubted: null, now: isKnown ? now : null };
    return { frame, patient, look, task, filling, now, isKnown };
  };
  app.get('/:language/:who/enter/:id', (request, reply) => {
    const { frame, task, filling } = find(request);
    return page(reply, frame, task.title[frame.language], entryView(task, filling));
  });
  app.post('/:language/:who/enter/:id', (request, reply) => {
    const { frame, patient, look, task, filling, now, isKnown } = find(request);
    const { said, token } = saidIn(request);
    const again = (more: Partial<EntryFilling>) => {
      const view = entryView(task, { ...filling, said, token, ...more });
      return page(reply.code(422), frame, task.title[frame.language], view);
    };
    try {
      // What is said of an earlier time cannot be held against a clock that may show 1970.
      if (!isKnown && (said['when'] ?? '') !== '') throw new CodedError('wrong_state');
      const entry = entryOf(said, { task, token, ...now });
      const doubted = doubtedIn(entry, look);
      if (doubted !== null && said['sure'] !== sureOf(task, said)) return again({ doubted });
      acts.enter(patient, entry);
      return reply.redirect(pathTo(frame, '/saved/value'), 303);
    } catch (error) {
      return again({ problem: codeOf(error) });
    }
  });
}

/** Why somebody is asked whether to save; a second tap on the same form is no new entry to ask about. */
function doubtedIn({ reading, unusual }: Entry, { patient, readings, now }: Look): Doubted | null {
  const id = idOfEntry(patient, reading);
  if (readings.some((it) => it.id === id)) return null;
  if (unusual) return 'sure';
  const isSame = readings.some((it) => {
    if (!it.byHand || it.kind !== reading.kind || now - it.takenAt > sameAgainMs) return false;
    return JSON.stringify(it.values) === JSON.stringify(reading.values);
  });
  return isSame ? 'sameAgain' : null;
}
