import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { contactRequestSchema } from '@hemma/protocols/api/contacts.js';
import { episodesSchema } from '@hemma/protocols/api/episodes.js';
import {
  baselineRequestSchema,
  changeDryRunSchema,
  dryRunRequestSchema,
  dryRunSchema,
  endRequestSchema,
  limitsRequestSchema,
  pauseRequestSchema,
  phaseRequestSchema,
  resumeRequestSchema,
  seriesRequestSchema,
  snoozeEndRequestSchema,
  snoozeRequestSchema,
  startRequestSchema,
  startablePlansSchema,
  startedSchema,
  versionRequestSchema,
} from '@hemma/protocols/api/prescribing.js';
import { patientRefSchema } from '@hemma/protocols/wire/measurement.js';
import { findEpisode } from '../../episodes/episodes.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import { setBaseline } from '../../prescribing/baseline.js';
import type { Person } from '../../prescribing/authority.js';
import { noteContact } from '../../prescribing/contact.js';
import { considerChange, considerStart } from '../../prescribing/consider.js';
import {
  endEpisode,
  moveToPhase,
  orderSeries,
  pauseEpisode,
  resumeEpisode,
} from '../../prescribing/course.js';
import { changeLimits, moveToVersion } from '../../prescribing/limits.js';
import { episodeOverviews } from '../../prescribing/overview.js';
import { calendar } from '../../prescribing/parts.js';
import { plansFor } from '../../prescribing/plan-list.js';
import { endSnooze, snoozeRule } from '../../prescribing/snooze.js';
import { startEpisode } from '../../prescribing/start.js';
import { personOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { dryRunView, episodeView, planView, quantitiesIn, staffIn } from '../prescribing-view.js';

const patientParams = z.strictObject({ ref: patientRefSchema });
const episodeParams = z.strictObject({ id: z.string().max(64) });

/** What is prescribed: plans, dry runs, episodes and what staff decide about them. */
export function prescribingRoutes(app: FastifyInstance, context: ApiContext): void {
  readingRoutes(app, context);
  const decisions: Readonly<Record<string, Decision>> = {
    limits: deciding(limitsRequestSchema, changeLimits),
    version: deciding(versionRequestSchema, moveToVersion),
    pause: deciding(pauseRequestSchema, pauseEpisode),
    resume: deciding(resumeRequestSchema, resumeEpisode),
    snooze: deciding(snoozeRequestSchema, snoozeRule),
    'snooze-end': deciding(snoozeEndRequestSchema, (parts, person, id, { rule }) =>
      endSnooze(parts, person, id, rule),
    ),
    phase: deciding(phaseRequestSchema, (parts, person, id, { phase }) =>
      moveToPhase(parts, person, id, phase),
    ),
    series: deciding(seriesRequestSchema, (parts, person, id, { series }) =>
      orderSeries(parts, person, id, series),
    ),
    contact: deciding(contactRequestSchema, noteContact),
    end: deciding(endRequestSchema, endEpisode),
    baseline: deciding(baselineRequestSchema, setBaseline),
  };
  for (const [name, decide] of Object.entries(decisions))
    app.post(`/api/episodes/:id/${name}`, async (request) => {
      const { id } = received(episodeParams, request.params);
      await decide(context, await personOf(request, context.staff), id, request.body);
      context.live.touch([(await findEpisode(context.db, id)).patient]);
      return {};
    });

  app.post('/api/patients/:ref/episodes', async (request) => {
    const { ref } = received(patientParams, request.params);
    const { version, ...asked } = received(startRequestSchema, request.body);
    const start = { ...asked, patient: ref, ...(version === undefined ? {} : { version }) };
    const episode = await startEpisode(context, await personOf(request, context.staff), start);
    context.live.touch([ref]);
    return sent(startedSchema, { episode });
  });
}

function readingRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/api/patients/:ref/plans', async (request) => {
    const { ref } = received(patientParams, request.params);
    const plans = await plansFor(context, ref);
    return sent(startablePlansSchema, { plans: plans.map(planView) });
  });

  app.get('/api/patients/:ref/episodes', async (request) => {
    const { ref } = received(patientParams, request.params);
    const episodes = (await episodeOverviews(context, ref)).map(episodeView);
    const names = await context.staff.names([...new Set(episodes.flatMap(staffIn))]);
    const quantities = quantitiesIn(episodes, context.catalogue);
    const today = dateOfDay(calendar.dayOf(context.clock.wall().ms));
    return sent(episodesSchema, { today, episodes, names: Object.fromEntries(names), quantities });
  });

  app.post('/api/patients/:ref/dry-run', async (request) => {
    const { ref } = received(patientParams, request.params);
    const { version, ...asked } = received(dryRunRequestSchema, request.body);
    const considered = { ...asked, patient: ref, ...(version === undefined ? {} : { version }) };
    return sent(dryRunSchema, dryRunView(await considerStart(context, considered)));
  });

  app.post('/api/episodes/:id/dry-run', async (request) => {
    const { id } = received(episodeParams, request.params);
    const { version, parameters } = received(changeDryRunSchema, request.body);
    const asked = { parameters, ...(version === undefined ? {} : { version }) };
    return sent(dryRunSchema, dryRunView(await considerChange(context, id, asked)));
  });
}

type Decide<Asked> = (
  context: ApiContext,
  person: Person,
  id: string,
  asked: Asked,
) => Promise<void>;
type Decision = Decide<unknown>;

/** What can be decided about an episode, behind the check of what was asked. */
function deciding<Schema extends z.ZodType>(
  schema: Schema,
  decide: Decide<z.output<Schema>>,
): Decision {
  return (context, person, id, body) => decide(context, person, id, received(schema, body));
}
