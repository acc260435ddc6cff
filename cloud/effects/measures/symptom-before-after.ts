import { type Decimal, compare, decimal } from '../../plans/decimal.js';
import { groupBy } from '../../plans/group.js';
import type { MetricFacts } from '../definitions.js';
import type { EffectLog, ScoreEntry } from '../log.js';
import { type Detail, measure, summaryDetails } from '../measure.js';
import { type Scope, isInPeriod } from '../scope.js';
import { type Summary, percent, standardisedEffect, summary } from '../statistics.js';

/** The score of a person before and after. */
interface Pair {
  readonly patient: string;
  readonly pre: Decimal;
  readonly post: Decimal;
}

interface Change {
  readonly metric: string;
  readonly facts: MetricFacts;
  readonly pairs: readonly Pair[];
  readonly differences: readonly Decimal[];
  readonly found: Summary;
}

/**
 * Of the episodes that ended in the period: the frozen zero measurement, and the last score after it
 * until the day of the end. Who stopped early counts with the last answers there are.
 */
export const symptomBeforeAfter = measure({
  id: 'symptom-before-after',
  needs: ['baselines', 'scores'],
  compute(scope) {
    const changes = changesOf(scope);
    const [only, another] = changes;
    return {
      value: another === undefined ? (only?.found.mean ?? null) : null,
      decimals: 2,
      n: new Set(changes.flatMap((it) => it.pairs.map((pair) => pair.patient))).size,
      met: isImproved(changes, scope.content.smallCellLimit),
      details: changes.flatMap(detailsOf),
      ...(another !== undefined && {
        note: {
          sv: 'Varje instrument har ett eget värde, se delarna.',
          en: 'Each instrument has a value of its own, see the details.',
        },
      }),
    };
  },
});

type Scored = Scope<EffectLog & Readonly<Record<'baselines' | 'scores', readonly ScoreEntry[]>>>;

function changesOf(scope: Scored): readonly Change[] {
  const { baselines, scores } = scope.log;
  const scoresOf = groupBy(scores, (it) => it.metric);
  return [...groupBy(baselines, (it) => it.metric)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([metric, pre]) => {
      const facts = scope.content.metrics.get(metric);
      if (facts?.isScore !== true) return [];
      const pairs = pairsOf(scope, pre, scoresOf.get(metric) ?? []);
      const differences = pairs.map((it) => it.post.minus(it.pre));
      if (pairs.length === 0) return [];
      return [{ metric, facts, pairs, differences, found: summary(differences) }];
    });
}

/** One pair for each person: of the latest of the episodes that have both. */
function pairsOf(
  scope: Scored,
  baselines: readonly ScoreEntry[],
  scores: readonly ScoreEntry[],
): readonly Pair[] {
  const { episodes, log } = scope;
  const after = groupBy(scores, (it) => it.episode);
  const before = new Map(baselines.toSorted(byTime).map((it) => [it.episode, it]));
  const pairs = [...before.values()].flatMap((pre) => {
    const episode = episodes.get(pre.episode);
    if (episode?.endedAt == null || !isInPeriod(scope, episode.endedAt)) return [];
    const lastDay = log.calendar.dayOf(episode.endedAt);
    const post = (after.get(pre.episode) ?? [])
      .filter((it) => it.at > pre.at && log.calendar.dayOf(it.at) <= lastDay)
      .toSorted(byTime)
      .at(-1);
    if (post === undefined) return [];
    return [{ episode, pre: decimal(pre.value), post: decimal(post.value) }];
  });
  const latest = pairs
    .toSorted((a, b) => a.episode.startedAt - b.episode.startedAt)
    .map(({ episode: { patient }, pre, post }) => [patient, { patient, pre, post }] as const);
  return [...new Map(latest).values()];
}

function byTime(a: ScoreEntry, b: ScoreEntry): number {
  return a.at - b.at || a.value - b.value;
}

function detailsOf({ metric, facts, pairs, differences, found }: Change): readonly Detail[] {
  const { name, reliable } = facts;
  const n = pairs.length;
  const part = (id: string, sv: string, en: string) => ({
    ...{ id: `${metric}.${id}`, unit: 'points', decimals: 2, n },
    name: { sv: `${name.sv}, ${sv}`, en: `${name.en}, ${en}` },
  });
  const all = [
    ...summaryDetails(part('before', 'före', 'before'), summary(pairs.map((it) => it.pre))),
    ...summaryDetails(part('after', 'efter', 'after'), summary(pairs.map((it) => it.post))),
    ...summaryDetails(part('change', 'förändring', 'change'), found),
    {
      ...part('effect', 'standardiserad effekt (d_z)', 'standardised effect (d_z)'),
      ...{ value: standardisedEffect(found), unit: 'SD' },
    },
  ];
  if (reliable === null) return all;
  const share = (count: number) => ({ value: percent(count, n), unit: '%', decimals: 1 });
  const least = decimal(reliable);
  const lower = differences.filter((it) => compare(it, '<=', least.neg())).length;
  const higher = differences.filter((it) => compare(it, '>=', least)).length;
  return [
    ...all,
    { ...part('reliably-lower', 'säkert lägre', 'reliably lower'), ...share(lower) },
    { ...part('reliably-higher', 'säkert högre', 'reliably higher'), ...share(higher) },
  ];
}

/** Every instrument with enough persons changed for the better on average. */
function isImproved(changes: readonly Change[], least: number): boolean | null {
  const judged = changes.filter((it) => it.pairs.length >= least && it.facts.better !== null);
  if (judged.length === 0) return null;
  return judged.every(({ found, facts }) =>
    facts.better === 'lower' ? found.mean?.lt(0) : found.mean?.gt(0),
  );
}
