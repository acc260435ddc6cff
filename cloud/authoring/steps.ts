import { z } from 'zod';
import { textSchema } from '@hemma/protocols/plans/text.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { contentKinds, publicationSchema, verifierRoles } from '@hemma/protocols/api/content.js';
import type { ContentState, Publication, VerifierRole } from '@hemma/protocols/api/content.js';

/** The life of one version of content, folded from what people did to it (requirements R75 to R82). */

export type ContentKind = (typeof contentKinds)[number];

/** Names one version of one plan or questionnaire. */
export interface ContentKey {
  readonly kind: ContentKind;
  readonly id: string;
  readonly version: string;
}

export const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('draft'), title: textSchema, note: z.string().nullable() }),
  z.strictObject({ step: z.literal('test') }),
  z.strictObject({ step: z.literal('verify'), role: z.enum(verifierRoles) }),
  z.strictObject({ step: z.literal('release'), publication: publicationSchema }),
  z.strictObject({ step: z.literal('retire'), reason: z.string() }),
]);
export type Step = z.infer<typeof stepSchema>;

/** A step as it is kept. */
export interface KeptStep {
  readonly seq: number;
  readonly revision: number;
  readonly staff: string;
  readonly at: number;
  readonly step: Step;
}

/** One version as its steps have left it. */
export interface ContentItem extends ContentKey {
  readonly title: Text;
  readonly state: ContentState;
  /** 1 for the first draft. Given back by who changes it, so that nobody writes over another. */
  readonly revision: number;
  /** The draft that test persons follow; null while none was published for test. */
  readonly tested: number | null;
  /** Who verified the present draft, by role. */
  readonly verified: Readonly<Partial<Record<VerifierRole, string>>>;
  /** Who wrote the present draft, and everybody who wrote an earlier one. */
  readonly designer: string;
  readonly designers: readonly string[];
  readonly publication: Publication | null;
  readonly changedAt: number;
  readonly steps: readonly KeptStep[];
}

/** Null before the first step. */
export function itemOf(key: ContentKey, steps: readonly KeptStep[]): ContentItem | null {
  const [first, ...others] = steps;
  if (first?.step.step !== 'draft') return null;
  const begun: ContentItem = {
    ...{ ...key, title: first.step.title, state: 'draft', revision: first.revision },
    ...{ tested: null, verified: {} },
    ...{ designer: first.staff, designers: [first.staff], publication: null },
    ...{ changedAt: first.at, steps: [first] },
  };
  return others.reduce(after, begun);
}

function after(item: ContentItem, kept: KeptStep): ContentItem {
  const { step, staff, revision, at } = kept;
  const next = { ...item, changedAt: at, steps: [...item.steps, kept] };
  switch (step.step) {
    case 'draft': {
      const designers = [...new Set([...item.designers, staff])];
      const { title } = step;
      const drafted = { title, revision, designer: staff, designers };
      return { ...next, ...drafted, state: 'draft', verified: {} };
    }
    case 'test':
      return { ...next, state: 'test', tested: revision };
    case 'verify': {
      const verified = { ...item.verified, [step.role]: staff };
      const isWhole = verifierRoles.every((role) => verified[role] !== undefined);
      return { ...next, verified, state: isWhole ? 'verified' : item.state };
    }
    case 'release':
      return { ...next, state: 'released', publication: step.publication };
    case 'retire':
      return { ...next, state: 'retired' };
  }
}
