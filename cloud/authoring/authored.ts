import { type Plan, planSchema } from '@hemma/protocols/plans/plan.js';
import { type Questionnaire, questionnaireSchema } from '@hemma/protocols/plans/questionnaire.js';
import { maxContentOctets } from '@hemma/protocols/api/content.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { versionSchema } from '@hemma/protocols/plans/text.js';
import type { Content } from '../plans/content.js';
import { publishingGuard } from '../plans/guard.js';
import type { Tenant } from '../plans/guard.js';
import { limitProblems, withDefaults } from '../plans/parameters.js';
import { type Problem, problem, problemsOf } from '../plans/problems.js';
import { referenceProblems } from '../plans/references.js';
import { Refused } from '../plans/refused.js';
import { canonicalJson } from './canonical.js';
import { questionnaireGuard, questionnaireProblems } from './questionnaire-check.js';
import type { ContentKey, ContentKind } from './steps.js';

/** What is written here, of one of the two kinds. */
export type Authored =
  | { readonly kind: 'plan'; readonly content: Plan }
  | { readonly kind: 'questionnaire'; readonly content: Questionnaire };

export function keyOf({ kind, content: { id, version } }: Authored): ContentKey {
  return { kind, id, version };
}

/**
 * What came in, as what it is to be. Throws {@link Refused} `content_refused` with everything that
 * keeps it from being computed; what only keeps it from being published is `publishProblems`.
 */
export function mustBeContent(kind: ContentKind, value: unknown, known: Content): Authored {
  const { authored, problems } = parse(kind, value);
  if (authored === null) throw new Refused('content_refused', problems);
  mustHaveNone(draftProblems(authored, known));
  return authored;
}

/** Throws {@link Refused} `content_refused` when there is a reason. */
export function mustHaveNone(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Refused('content_refused', problems);
}

/**
 * What runs, read back. Throws {@link CodedError} `content_invalid` when this program does not know its
 * form any more: better nothing is judged than by another plan than was released.
 */
export function readBack(kind: ContentKind, canonical: string): Authored {
  const { authored, problems } = parse(kind, JSON.parse(canonical));
  if (authored !== null) return authored;
  const [first] = problems;
  throw new CodedError(
    'content_invalid',
    `A ${kind}: ${first?.path ?? ''}: ${first?.message ?? ''}`,
  );
}

type Parsed =
  | { readonly authored: Authored; readonly problems: readonly [] }
  | { readonly authored: null; readonly problems: readonly Problem[] };

function parse(kind: ContentKind, value: unknown): Parsed {
  if (kind === 'plan') {
    const { data, error } = planSchema.safeParse(value);
    if (error === undefined) return { authored: { kind, content: data }, problems: [] };
    return { authored: null, problems: problemsOf('plan_malformed', error) };
  }
  const { data, error } = questionnaireSchema.safeParse(value);
  if (error === undefined) return { authored: { kind, content: data }, problems: [] };
  return { authored: null, problems: problemsOf('questionnaire_malformed', error) };
}

function draftProblems(authored: Authored, known: Content): readonly Problem[] {
  const { kind, content } = authored;
  if (Buffer.byteLength(canonicalJson(content)) > maxContentOctets)
    return [problem('request_invalid', '', `more than ${maxContentOctets} octets`)];
  if (kind === 'plan')
    return [
      ...referenceProblems(content, known),
      ...limitProblems(content, withDefaults(content, {})),
    ];
  const version = versionSchema.safeParse(content.version);
  return [
    ...(version.success ? [] : [problem('questionnaire_malformed', 'version', 'like 1.2.0')]),
    ...questionnaireProblems(content, known),
  ];
}

/** Everything that keeps a draft from being released, or published for test (monitoring plans §9). */
export function publishProblems(
  { kind, canonical }: { readonly kind: ContentKind; readonly canonical: string },
  { content, tenant }: { readonly content: Content; readonly tenant: Tenant },
): readonly Problem[] {
  const { authored, problems } = parse(kind, JSON.parse(canonical));
  if (authored === null) return problems;
  return [
    ...draftProblems(authored, content),
    ...(authored.kind === 'plan'
      ? publishingGuard({ plan: authored.content, content, tenant })
      : questionnaireGuard(authored.content, tenant)),
  ];
}
