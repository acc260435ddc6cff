import type { ContentState, Publication } from '@hemma/protocols/api/content.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { idSchema, versionSchema } from '@hemma/protocols/plans/text.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { Problem } from '../plans/problems.js';
import type { Authored } from './authored.js';
import { allItems, contentOf, findItem, getItem } from './items.js';
import type { PlanLibrary } from './library.js';
import type { ContentItem, ContentKey, ContentKind, KeptStep, Step } from './steps.js';
import { type AuthoringParts, openProblems } from './workflow.js';

/** A version as it is listed: made here, or shipped with the program. */
export interface ListedContent extends ContentKey {
  readonly title: Text;
  readonly state: ContentState | 'shipped';
  /** Null for what is shipped. */
  readonly revision: number | null;
  readonly changedAt: number | null;
  readonly publication: Publication | null;
}

export interface ShownContent extends ListedContent {
  /** The plan or questionnaire itself, also when its form is not known here any more. */
  readonly content: object;
  /** What keeps the present draft from being released. */
  readonly problems: readonly Problem[];
  readonly verified: ContentItem['verified'];
  readonly steps: readonly ShownStep[];
}

export interface ShownStep extends Omit<KeptStep, 'seq' | 'step'> {
  readonly step: Step['step'];
  /** What was said of it, or the role it was done for. */
  readonly note: string | null;
}

type ReadingParts = Pick<AuthoringParts, 'db' | 'library' | 'tenant'>;

/** All versions, those that are shipped first. */
export async function listContent({
  db,
  library,
}: ReadingParts): Promise<readonly ListedContent[]> {
  const shipped = library.shipped().map(listedShipped);
  return [...shipped, ...(await allItems(db)).map(listedItem)];
}

/** One version with what was done to it. Throws {@link CodedError} `not_found`. */
export async function showContent(parts: ReadingParts, key: ContentKey): Promise<ShownContent> {
  const shipped = findShipped(parts.library, key);
  if (shipped !== undefined) {
    const nothing = { problems: [], verified: {}, steps: [] };
    return { ...listedShipped(shipped), content: shipped.content, ...nothing };
  }
  await parts.library.refresh(parts.db);
  const item = await findItem(parts.db, key);
  const content = parsed(await contentOf(parts.db, item, item.revision));
  const { verified, steps } = item;
  const problems = await openProblems(parts, item);
  return { ...listedItem(item), content, problems, verified, steps: steps.map(shownStep) };
}

/**
 * The plan or questionnaire itself in one version, made here or shipped. Throws {@link CodedError}
 * `not_found`.
 */
export async function contentIn(
  { db, library }: { readonly db: Kysely<Tables>; readonly library: PlanLibrary },
  key: ContentKey,
): Promise<object> {
  const item = await getItem(db, key);
  const shipped = item === null ? findShipped(library, key) : undefined;
  if (shipped !== undefined) return shipped.content;
  const { revision } = item ?? (await findItem(db, key));
  return parsed(await contentOf(db, key, revision));
}

/** Canonical JSON as `draft` has kept it: an object, always. */
function parsed(canonical: string): object {
  return JSON.parse(canonical) as object;
}

/** The version named by `id@version`. Throws {@link CodedError} `request_invalid`. */
export function keyNamed(kind: ContentKind, name: string): ContentKey {
  const [id = '', version = '', ...more] = name.split('@');
  const isName = idSchema.safeParse(id).success && versionSchema.safeParse(version).success;
  if (isName && more.length === 0) return { kind, id, version };
  throw new CodedError('request_invalid', 'A version is named like "hypertension@1.0.0".');
}

function shownStep({ step, revision, staff, at }: KeptStep): ShownStep {
  return { step: step.step, revision, staff, at, note: noteOf(step) };
}

function noteOf(step: Step): string | null {
  switch (step.step) {
    case 'draft':
      return step.note;
    case 'test':
      return null;
    case 'verify':
      return step.role;
    case 'release':
      return step.publication.note;
    case 'retire':
      return step.reason;
  }
}

function findShipped(library: PlanLibrary, key: ContentKey): Authored | undefined {
  return library
    .shipped()
    .find(
      ({ kind, content }) =>
        kind === key.kind && content.id === key.id && content.version === key.version,
    );
}

function listedShipped({ kind, content: { id, version, title } }: Authored): ListedContent {
  const nothing = { revision: null, changedAt: null, publication: null };
  return { kind, id, version, title, state: 'shipped', ...nothing };
}

function listedItem(item: ContentItem): ListedContent {
  const { kind, id, version, title, state, revision, changedAt, publication } = item;
  return { kind, id, version, title, state, revision, changedAt, publication };
}
