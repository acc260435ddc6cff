import { z } from 'zod';
import { idSchema, textSchema, versionSchema } from '../plans/text.js';
import { problemSchema } from './clinic.js';

/**
 * Authoring over HTTP: plans and questionnaires that a region makes itself, from the draft to the
 * released version (requirements R75 to R82). Everything but reading says who acts, in the header of
 * `protocols/api/staff.ts`. A refusal is 422 with `error.problems`; 409 `content_stale` when somebody
 * was quicker.
 */

export const contentKinds = ['plan', 'questionnaire'] as const;
export const contentStates = ['draft', 'test', 'verified', 'released', 'retired'] as const;
export type ContentState = (typeof contentStates)[number];

/** The two who verify what is published for test. */
export const verifierRoles = ['resident-administrator', 'data-administrator'] as const;
export type VerifierRole = (typeof verifierRoles)[number];

/** A plan file is 50 KiB; one with five times as many rules is read by nobody any more. */
export const maxContentOctets = 262_144;

const words = z.string().trim().min(1).max(1_000);

/** Parameters of the path of one version. */
export const contentKeySchema = z.strictObject({
  kind: z.enum(contentKinds),
  id: idSchema.max(64),
  version: versionSchema,
});

/** `POST /api/content/:kind`: a new version, or the next draft of one. */
export const draftRequestSchema = z.strictObject({
  /** The whole plan or questionnaire; its id and version are those in it. */
  content: z.unknown(),
  /** The revision that it is made from; null for a version that does not exist yet. */
  revision: z.int().min(1).nullable(),
  note: words.nullable(),
});

/** The draft that was seen: what is tested, verified or released is that one. */
const revision = z.int().min(1);
export const testRequestSchema = z.strictObject({ revision });
export const verifyRequestSchema = z.strictObject({
  revision,
  /** Null: the one that the person has. */
  role: z.enum(verifierRoles).nullable(),
});
export const releaseRequestSchema = z.strictObject({
  revision,
  /** What is new in this version, for those who move patients to it. */
  note: words,
  /** Role of who approved it clinically. */
  approverRole: z.string().trim().min(1).max(100),
  /** Local calendar date, within twelve months. */
  nextReview: z.iso.date(),
});
export type ReleaseRequest = z.infer<typeof releaseRequestSchema>;
export const retireRequestSchema = z.strictObject({ reason: words });

/** What is kept of a released version (monitoring plans §9); people by their reference. */
export const publicationSchema = z.strictObject({
  note: z.string(),
  designer: z.string(),
  publisher: z.string(),
  residentAdministrator: z.string(),
  dataAdministrator: z.string(),
  releasedAt: z.int(),
  /** Role, not name, of who approved it clinically. */
  approverRole: z.string(),
  /** Local calendar date. */
  nextReview: z.string(),
  /** SHA-256 over the canonical JSON of the content. */
  digest: z.string(),
});
export type Publication = z.infer<typeof publicationSchema>;

const listed = z.strictObject({
  ...contentKeySchema.shape,
  title: textSchema,
  state: z.enum([...contentStates, 'shipped']),
  /** Null for what is shipped. */
  revision: z.int().nullable(),
  changedAt: z.int().nullable(),
  publication: publicationSchema.nullable(),
});

/** `GET /api/content` */
export const contentListSchema = z.strictObject({ content: z.array(listed) });

/** `GET /api/content/:kind/:id/:version` */
export const contentShownSchema = listed.extend({
  /** The plan or questionnaire itself. */
  content: z.unknown(),
  /** What keeps the present draft from being released. */
  problems: z.array(problemSchema),
  /** Who verified the present draft, by role. */
  verified: z.partialRecord(z.enum(verifierRoles), z.string()),
  steps: z.array(
    z.strictObject({
      step: z.enum(['draft', 'test', 'verify', 'release', 'retire']),
      revision: z.int(),
      staff: z.string(),
      at: z.int(),
      /** What was said of it, or for which role it was done. */
      note: z.string().nullable(),
    }),
  ),
});

/** The answer to a step: where the version stands now. */
export const contentStepSchema = z.strictObject({
  ...contentKeySchema.shape,
  state: z.enum(contentStates),
  revision: z.int(),
  /** What still keeps it from being released. */
  problems: z.array(problemSchema),
});

/** `GET /api/content/:kind/difference?from=id@version&to=id@version` */
export const differenceQuerySchema = z.strictObject({
  from: z.string().max(120),
  to: z.string().max(120),
});
export const differenceSchema = z.strictObject({
  changes: z.array(
    z.strictObject({
      kind: z.enum(['added', 'removed', 'changed', 'reordered']),
      /** `rules[ht-mean-above].when.value`: entries with an id are named by it. */
      path: z.string(),
      /** Left out for what is added, and `after` for what is removed. */
      before: z.unknown().optional(),
      after: z.unknown().optional(),
      text: textSchema,
    }),
  ),
});

const ofVersion = (kind: string, id: string, version: string) =>
  `/api/content/${kind}/${encodeURIComponent(id)}/${encodeURIComponent(version)}`;

/** The paths of authoring, in one place for the server and who asks it. */
export const contentPaths = {
  list: '/api/content',
  draft: (kind: string) => `/api/content/${kind}`,
  show: ofVersion,
  step: (
    step: 'test' | 'verify' | 'release' | 'retire',
    [kind, id, version]: readonly [string, string, string],
  ) => `${ofVersion(kind, id, version)}/${step}`,
  difference: (kind: string, from: string, to: string) =>
    `/api/content/${kind}/difference?from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
} as const;
