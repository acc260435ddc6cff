import { verifierRoles } from '@hemma/protocols/api/content.js';
import type { ReleaseRequest, VerifierRole } from '@hemma/protocols/api/content.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import { dateOfDay, zonedCalendar } from '@hemma/protocols/plans/calendar.js';
import type { Organisation } from '../plans/guard.js';
import type { Problem } from '../plans/problems.js';
import { mustHaveRole } from '../staff/actor.js';
import type { Actor } from '../staff/actor.js';
import { keyOf, mustBeContent, mustHaveNone, publishProblems } from './authored.js';
import { canonicalJson, contentDigest } from './canonical.js';
import { addStep, contentOf, findItem, getItem } from './items.js';
import type { PlanLibrary } from './library.js';
import type { ContentItem, ContentKey, ContentKind, Step } from './steps.js';

/** What authoring works with, from the command line and over HTTP alike. */
export interface AuthoringParts {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly library: PlanLibrary;
  /** What the organisation has licensed and confirmed. */
  readonly tenant: Organisation;
}

export interface DraftRequest {
  readonly kind: ContentKind;
  /** The whole plan or questionnaire, with its id and version in it. */
  readonly content: unknown;
  /** The revision that it is made from; null for a version that does not exist yet. */
  readonly revision: number | null;
  readonly note: string | null;
}

/** Where a version stands after a step, and what still keeps it from being released. */
export interface Stepped {
  readonly item: ContentItem;
  readonly problems: readonly Problem[];
}

/**
 * A designer writes a new version, or the next draft of one (requirement R75). Throws
 * {@link Refused} `content_refused` with everything that is wrong, {@link CodedError} `content_taken`
 * for a version that is shipped, `content_released`, `content_stale` or `not_allowed`.
 */
export async function draft(
  parts: AuthoringParts,
  actor: Actor,
  { kind, content, revision, note }: DraftRequest,
): Promise<Stepped> {
  mustHaveRole(actor, 'designer');
  await parts.library.refresh(parts.db);
  const authored = mustBeContent(kind, content, parts.library.content);
  const key = keyOf(authored);
  if (parts.library.isTaken(key)) throw new CodedError('content_taken');
  return stepping(parts, key, async (trx) => {
    const item = await getItem(trx, key);
    if (item !== null && isFinal(item)) throw new CodedError('content_released');
    if (item !== null && revision === null)
      throw new CodedError(
        'content_stale',
        'There is a draft: say the revision yours is made from.',
      );
    if ((item?.revision ?? null) !== revision) throw new CodedError('content_stale');
    await addStep(trx, key, item, {
      ...{ revision: (item?.revision ?? 0) + 1, staff: actor.staff, at: parts.clock.wall().ms },
      step: { step: 'draft', title: authored.content.title, note },
      content: canonicalJson(authored.content),
    });
  });
}

/**
 * A designer publishes the draft for test persons (requirement R82), after the guard in the variant for
 * test. Throws {@link Refused} `content_refused`, {@link CodedError} `wrong_state`, `content_stale`.
 */
export async function publishForTest(
  parts: AuthoringParts,
  actor: Actor,
  key: ContentKey,
  revision: number,
): Promise<Stepped> {
  mustHaveRole(actor, 'designer');
  return stepping(parts, key, async (trx) => {
    const item = await mustBe(trx, key, { state: 'draft', revision });
    if (parts.library.isTaken(key)) throw new CodedError('content_taken');
    const content = parts.library.content;
    const canonical = await contentOf(trx, key, revision);
    const tenant = { ...parts.tenant, forTest: true };
    mustHaveNone(publishProblems({ kind: key.kind, canonical }, { content, tenant }));
    await act(trx, parts, { actor, item, step: { step: 'test' } });
  });
}

/**
 * One of the two who verify what is published for test (requirements R77 and R78). Throws
 * {@link CodedError} `content_same_person` for the designer or who has verified as the other already,
 * `not_allowed`, `wrong_state`, `content_stale`.
 */
export async function verify(
  parts: AuthoringParts,
  actor: Actor,
  key: ContentKey,
  { revision, role }: { readonly revision: number; readonly role: VerifierRole | null },
): Promise<Stepped> {
  mustHaveRole(actor, ...(role === null ? verifierRoles : [role]));
  return stepping(parts, key, async (trx) => {
    const item = await mustBe(trx, key, { state: 'test', revision });
    const done = Object.values(item.verified);
    if (item.designers.includes(actor.staff) || done.includes(actor.staff))
      throw new CodedError('content_same_person');
    const as = openRole(item, actor, role);
    await act(trx, parts, { actor, item, step: { step: 'verify', role: as } });
  });
}

function openRole(item: ContentItem, actor: Actor, role: VerifierRole | null): VerifierRole {
  const asked = role === null ? verifierRoles.filter((it) => actor.roles.includes(it)) : [role];
  const [first, ...others] = asked.filter((it) => item.verified[it] === undefined);
  if (first === undefined)
    throw new CodedError('wrong_state', 'Somebody with this role has verified it already.');
  if (others.length > 0)
    throw new CodedError('request_invalid', 'Say for which of your roles you verify.');
  return first;
}

/**
 * A publisher releases what was verified, after the whole guard (monitoring plans §9): from now on it
 * never changes. Throws as {@link publishForTest}, `content_same_person` for a designer of it, and
 * `request_invalid` for a review too far ahead.
 */
export async function release(
  parts: AuthoringParts,
  actor: Actor,
  key: ContentKey,
  { revision, note, approverRole, nextReview }: ReleaseRequest,
): Promise<Stepped> {
  mustHaveRole(actor, 'publisher');
  const now = parts.clock.wall().ms;
  mustBeWithinAYear(nextReview, now);
  return stepping(parts, key, async (trx) => {
    const item = await mustBe(trx, key, { state: 'verified', revision });
    if (item.designers.includes(actor.staff))
      throw new CodedError('content_same_person', 'Who has designed it does not release it.');
    if (parts.library.isTaken(key)) throw new CodedError('content_taken');
    const canonical = await contentOf(trx, key, revision);
    const content = parts.library.released;
    const tenant = { ...parts.tenant, forTest: false };
    mustHaveNone(publishProblems({ kind: key.kind, canonical }, { content, tenant }));
    const publication = {
      ...{ note, designer: item.designer, publisher: actor.staff, releasedAt: now },
      ...{ residentAdministrator: verifierOf(item, 'resident-administrator') },
      ...{ dataAdministrator: verifierOf(item, 'data-administrator') },
      ...{ approverRole, nextReview, digest: contentDigest(canonical) },
    };
    await act(trx, parts, { actor, item, step: { step: 'release', publication } });
  });
}

/**
 * A publisher takes a released version back: nobody is started on it or moved to it any more, and who
 * follows it stays. Throws {@link CodedError} `wrong_state` or `not_allowed`.
 */
export async function retire(
  parts: AuthoringParts,
  actor: Actor,
  key: ContentKey,
  reason: string,
): Promise<Stepped> {
  mustHaveRole(actor, 'publisher');
  return stepping(parts, key, async (trx) => {
    const item = await findItem(trx, key);
    if (item.state !== 'released')
      throw new CodedError('wrong_state', 'Only what is released is retired.');
    await act(trx, parts, { actor, item, step: { step: 'retire', reason } });
  });
}

/** Everything that keeps the present draft from being released; nothing once it is. */
export async function openProblems(
  { db, library, tenant }: Pick<AuthoringParts, 'db' | 'library' | 'tenant'>,
  item: ContentItem,
): Promise<readonly Problem[]> {
  if (isFinal(item)) return [];
  const canonical = await contentOf(db, item, item.revision);
  return publishProblems(
    { kind: item.kind, canonical },
    { content: library.released, tenant: { ...tenant, forTest: false } },
  );
}

async function stepping(
  parts: AuthoringParts,
  key: ContentKey,
  step: (trx: Transaction<Tables>) => Promise<void>,
): Promise<Stepped> {
  const { db, library } = parts;
  await library.refresh(db);
  await db.transaction().execute(step);
  await library.refresh(db);
  const item = await findItem(db, key);
  return { item, problems: await openProblems(parts, item) };
}

interface Acting {
  readonly actor: Actor;
  readonly item: ContentItem;
  readonly step: Step;
}

async function act(
  trx: Transaction<Tables>,
  { clock }: AuthoringParts,
  { actor, item, step }: Acting,
): Promise<void> {
  const { revision } = item;
  await addStep(trx, item, item, { revision, staff: actor.staff, at: clock.wall().ms, step });
}

/** Throws {@link CodedError} `not_found`, `content_released`, `content_stale` or `wrong_state`. */
async function mustBe(
  trx: Transaction<Tables>,
  key: ContentKey,
  { state, revision }: Pick<ContentItem, 'state' | 'revision'>,
): Promise<ContentItem> {
  const item = await findItem(trx, key);
  if (isFinal(item)) throw new CodedError('content_released');
  if (item.revision !== revision) throw new CodedError('content_stale');
  if (item.state === state) return item;
  throw new CodedError('wrong_state', `Its state is "${item.state}"; this needs "${state}".`);
}

function isFinal({ state }: ContentItem): boolean {
  return state === 'released' || state === 'retired';
}

const calendar = zonedCalendar();

/** Monitoring plans §9: the next review is twelve months ahead at most. */
function mustBeWithinAYear(nextReview: string, now: number): void {
  const today = dateOfDay(calendar.dayOf(now));
  const latest = `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`;
  if (nextReview > today && nextReview <= latest) return;
  throw new CodedError('request_invalid', `The next review is after ${today}, by ${latest}.`);
}

function verifierOf({ verified }: ContentItem, role: VerifierRole): string {
  const staff = verified[role];
  if (staff === undefined) throw new Error('What is verified was verified by both.');
  return staff;
}
