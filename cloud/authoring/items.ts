import { CodedError } from '@hemma/protocols/errors.js';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { groupBy } from '../plans/group.js';
import { itemOf, stepSchema } from './steps.js';
import type { ContentItem, ContentKey, ContentKind, KeptStep, Step } from './steps.js';

/** The store of steps: what is read of it, and the one way in which something is added. */

/** A version that is drafted more often than this is better begun anew under the next number. */
export const maxSteps = 500;
/** A region with some hundred plans and ten versions of each. */
export const maxVersions = 2_000;

/** Throws {@link CodedError} `not_found`. */
export async function findItem(db: Kysely<Tables>, key: ContentKey): Promise<ContentItem> {
  const item = await getItem(db, key);
  if (item !== null) return item;
  throw new CodedError('not_found', `There is no ${key.kind} "${key.id}@${key.version}".`);
}

/** Null when there is none. */
export async function getItem(db: Kysely<Tables>, key: ContentKey): Promise<ContentItem | null> {
  const rows = await stepRows(db)
    .where('kind', '=', key.kind)
    .where('id', '=', key.id)
    .where('version', '=', key.version)
    .execute();
  return itemOf(key, rows.map(toStep));
}

/** Every version that was ever drafted here, by kind, id and version. */
export async function allItems(
  db: Kysely<Tables>,
  kind?: ContentKind,
): Promise<readonly ContentItem[]> {
  const query = stepRows(db);
  const rows = await (kind === undefined ? query : query.where('kind', '=', kind)).execute();
  const byKey = groupBy(rows, ({ kind: of, id, version }) => JSON.stringify([of, id, version]));
  return [...byKey.values()].flatMap((steps) => {
    const [first] = steps;
    return first === undefined ? [] : (itemOf(keyOf(first), steps.map(toStep)) ?? []);
  });
}

/** The canonical JSON of one draft. Throws {@link CodedError} `not_found`. */
export async function contentOf(
  db: Kysely<Tables>,
  { kind, id, version }: ContentKey,
  revision: number,
): Promise<string> {
  const row = await db
    .selectFrom('content_steps')
    .select('content')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('version', '=', version)
    .where('step', '=', 'draft')
    .where('revision', '=', revision)
    .executeTakeFirst();
  if (row?.content == null) throw new CodedError('not_found', 'There is no such draft.');
  return row.content;
}

export interface NewStep {
  readonly revision: number;
  readonly staff: string;
  readonly at: number;
  readonly step: Step;
  readonly content?: string;
}

/**
 * Adds a step after those that were seen. Throws {@link CodedError} `content_stale` when somebody was
 * quicker, and `request_invalid` at the named limits.
 */
export async function addStep(
  trx: Transaction<Tables>,
  key: ContentKey,
  seen: ContentItem | null,
  added: NewStep,
): Promise<void> {
  const seq = (seen?.steps.length ?? 0) + 1;
  if (seq > maxSteps && added.step.step === 'draft')
    throw new CodedError('request_invalid', `A version has ${maxSteps} steps; make a new version.`);
  if (seen === null) await mustHaveRoom(trx);
  const { kind, id, version } = key;
  const { revision, staff, at, step, content = null } = added;
  const done = await trx
    .insertInto('content_steps')
    .values({
      ...{ kind, id, version, seq, step: step.step, revision, staff, at, content },
      data: JSON.stringify(stepSchema.parse(step)),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (done.numInsertedOrUpdatedRows !== 1n) throw new CodedError('content_stale');
}

async function mustHaveRoom(trx: Transaction<Tables>): Promise<void> {
  const { versions } = await trx
    .selectFrom('content_steps')
    .select((eb) => eb.fn.countAll<number>().as('versions'))
    .where('seq', '=', 1)
    .executeTakeFirstOrThrow();
  if (versions >= maxVersions)
    throw new CodedError('request_invalid', `There are ${maxVersions} versions already.`);
}

type StepRow = Omit<Selectable<Tables['content_steps']>, 'content'>;

function stepRows(db: Kysely<Tables>) {
  return db
    .selectFrom('content_steps')
    .select(['kind', 'id', 'version', 'seq', 'step', 'revision', 'staff', 'at', 'data'])
    .orderBy('kind')
    .orderBy('id')
    .orderBy('version')
    .orderBy('seq');
}

function keyOf({ kind, id, version }: StepRow): ContentKey {
  return { kind, id, version };
}

function toStep({ seq, revision, staff, at, data }: StepRow): KeptStep {
  return { seq, revision, staff, at, step: stepSchema.parse(JSON.parse(data)) };
}
