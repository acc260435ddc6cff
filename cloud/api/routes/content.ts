import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  contentKeySchema,
  contentKinds,
  contentListSchema,
  contentPaths,
  contentShownSchema,
  contentStepSchema,
  differenceQuerySchema,
  differenceSchema,
  draftRequestSchema,
  maxContentOctets,
  releaseRequestSchema,
  retireRequestSchema,
  testRequestSchema,
  verifyRequestSchema,
} from '@hemma/protocols/api/content.js';
import { contentDifference } from '../../authoring/difference/difference.js';
import { contentIn, keyNamed, listContent, showContent } from '../../authoring/shown.js';
import type { ContentKey } from '../../authoring/steps.js';
import {
  draft,
  publishForTest,
  release,
  retire,
  type Stepped,
  verify,
} from '../../authoring/workflow.js';
import type { Actor } from '../../staff/actor.js';
import { actorOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';

const kindParams = z.strictObject({ kind: z.enum(contentKinds) });

/** Plans and questionnaires that a region makes itself: `protocols/api/content.ts`. */
export function contentRoutes(app: FastifyInstance, context: ApiContext): void {
  readingRoutes(app, context);

  // A plan in JSON, with the words around it.
  const bodyLimit = 2 * maxContentOctets;
  app.post('/api/content/:kind', { bodyLimit }, async (request) => {
    const { kind } = received(kindParams, request.params);
    const asked = received(draftRequestSchema, request.body);
    const actor = await actorOf(request, context.staff);
    return sent(contentStepSchema, steppedView(await draft(context, actor, { kind, ...asked })));
  });

  const steps: Readonly<Record<string, TakeStep>> = {
    test: taking(testRequestSchema, (actor, key, { revision }) =>
      publishForTest(context, actor, key, revision),
    ),
    verify: taking(verifyRequestSchema, (actor, key, asked) => verify(context, actor, key, asked)),
    release: taking(releaseRequestSchema, (actor, key, asked) =>
      release(context, actor, key, asked),
    ),
    retire: taking(retireRequestSchema, (actor, key, { reason }) =>
      retire(context, actor, key, reason),
    ),
  };
  for (const [name, take] of Object.entries(steps))
    app.post(`/api/content/:kind/:id/:version/${name}`, async (request) => {
      const key = received(contentKeySchema, request.params);
      const stepped = await take(await actorOf(request, context.staff), key, request.body);
      return sent(contentStepSchema, steppedView(stepped));
    });
}

function readingRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get(contentPaths.list, async () =>
    sent(contentListSchema, { content: [...(await listContent(context))] }),
  );

  app.get('/api/content/:kind/:id/:version', async (request) => {
    const key = received(contentKeySchema, request.params);
    const { steps, problems, ...shown } = await showContent(context, key);
    return sent(contentShownSchema, { ...shown, problems: [...problems], steps: [...steps] });
  });

  app.get('/api/content/:kind/difference', async (request) => {
    const { kind } = received(kindParams, request.params);
    const { from, to } = received(differenceQuerySchema, request.query);
    const [before, after] = [
      await contentIn(context, keyNamed(kind, from)),
      await contentIn(context, keyNamed(kind, to)),
    ];
    const changes = contentDifference(before, after, context.content.units);
    return sent(differenceSchema, { changes: [...changes] });
  });
}

type TakeStep = (actor: Actor, key: ContentKey, body: unknown) => Promise<Stepped>;

/** A step behind the check of what was asked. */
function taking<Schema extends z.ZodType>(
  schema: Schema,
  take: (actor: Actor, key: ContentKey, asked: z.output<Schema>) => Promise<Stepped>,
): TakeStep {
  return (actor, key, body) => take(actor, key, received(schema, body));
}

function steppedView({ item, problems }: Stepped): z.input<typeof contentStepSchema> {
  const { kind, id, version, state, revision } = item;
  return { kind, id, version, state, revision, problems: [...problems] };
}
