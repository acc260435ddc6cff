import type { Rule } from '@hemma/protocols/plans/rule.js';
import { endOf } from '../episodes/segments.js';
import type { Segment } from '../episodes/segments.js';
import type { Evidence } from '../plans/evidence.js';
import type { PatientRecord } from '../plans/record.js';
import { evidenceOf, fromNothing, ruleFindings } from './plan-findings.js';
import type { PlanFinding, RuleStart } from './plan-findings.js';

export interface EpisodeFindingsOptions {
  readonly segments: readonly Segment[];
  readonly record: PatientRecord;
  readonly now: number;
  readonly completeTo?: number;
  /** By rule: where it was judged before; what is not named is judged from the beginning. */
  readonly starts?: ReadonlyMap<string, RuleStart>;
}

export function rulesOf({ course }: Pick<Segment, 'course'>): readonly Rule[] {
  return course.plan.rules.filter((it) => it.enabledByDefault);
}

/** The ids of the rules of all segments, those in force first. */
export function ruleIds(segments: readonly Segment[]): readonly string[] {
  return [...new Set(segments.toReversed().flatMap((it) => rulesOf(it).map(({ id }) => id)))];
}

/**
 * What the rules find over the segments of an episode: each value is judged by what was in force at
 * its time, and a rule goes on in the next segment from where it was in the one before, so that a new
 * limit never colours anew what was before it, and what comes late is judged by the limits of its day.
 */
export function episodeFindings(options: EpisodeFindingsOptions): readonly PlanFinding[] {
  const { segments, record, now, completeTo = now } = options;
  const pieces = segments.map((segment, i) => {
    const until = endOf(segments, i, now);
    return { segment, until, evidence: lazily({ ...segment, record, now: until, completeTo }) };
  });
  return ruleIds(segments).flatMap((id) => {
    let start = options.starts?.get(id) ?? fromNothing;
    const over: PlanFinding[] = [];
    for (const { segment, until, evidence } of pieces) {
      if (until <= start.after) continue;
      const rule = rulesOf(segment).find((it) => it.id === id);
      const { findings, end } =
        rule === undefined
          ? withoutRule(start, segment, until)
          : ruleFindings(rule, evidence(), start);
      over.push(...findings.filter((it) => it !== end.open));
      start = end;
    }
    return start.open === null ? over : [...over, start.open];
  });
}

/** A segment that nothing is judged in costs nothing. */
function lazily(options: Parameters<typeof evidenceOf>[0]): () => Evidence {
  let evidence: Evidence | null = null;
  return () => (evidence ??= evidenceOf(options));
}

/** The new version has no such rule, or it is off: what it found is over with the old one. */
function withoutRule(
  start: RuleStart,
  { from }: Segment,
  until: number,
): { readonly findings: readonly PlanFinding[]; readonly end: RuleStart } {
  const { open, clearedAt } = start;
  const end = { ...fromNothing, after: until, clearedAt: open === null ? clearedAt : from };
  if (open === null) return { findings: [], end };
  const state = open.raisedAt === null ? ('unconfirmed' as const) : ('cleared' as const);
  return { findings: [{ ...open, state, clearedAt: from }], end };
}
