import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import type { Content } from '../plans/content.js';
import type { Tenant } from '../plans/guard.js';
import { type Problem, problem } from '../plans/problems.js';

/** Whatever a questionnaire names must exist in it, or in the catalogue of measurements. */
export function questionnaireProblems(
  form: Questionnaire,
  { decimals }: Pick<Content, 'decimals'>,
): readonly Problem[] {
  const items = new Set(form.items.map((it) => it.id));
  const answerSets = new Set(Object.keys(form.answerSets));
  const scores = new Set(form.scoring.map((it) => it.id));
  const measurements = new Set(decimals.keys());
  return [
    ...repeated(form.items, 'items'),
    ...repeated(form.scoring, 'scoring'),
    ...known(measurements, form.measurementId, 'measurementId'),
    ...form.items.flatMap((it, i) => known(answerSets, it.answerSet, `items[${i}].answerSet`)),
    ...form.scoring.flatMap((it, i) => [
      ...known(measurements, it.measurementId, `scoring[${i}].measurementId`),
      ...it.items.flatMap((item, k) => known(items, item, `scoring[${i}].items[${k}]`)),
      ...(it.type === 'sum-of-products' ? it.pairs.flat() : []).flatMap((item) =>
        known(items, item, `scoring[${i}].pairs`),
      ),
    ]),
    ...form.bands.flatMap((it, i) => known(scores, it.score, `bands[${i}].score`)),
    ...(form.logic ?? []).flatMap((it, i) => [
      ...known(items, it.if.item, `logic[${i}].if.item`),
      ...it.skip.flatMap((item, k) => known(items, item, `logic[${i}].skip[${k}]`)),
    ]),
    ...form.safety.flatMap((it, i) => known(items, it.when.item, `safety[${i}].when.item`)),
  ];
}

/**
 * The publishing guard for a questionnaire (monitoring plans §9.1 and §9.3): its text was verified in
 * every language of the organisation, and the terms of somebody else's instrument are confirmed.
 */
export function questionnaireGuard(
  { id, licence }: Questionnaire,
  { languages, confirmedTerms }: Tenant,
): readonly Problem[] {
  const unverified = languages.filter((it) => !licence.textVerified[it]);
  const isOpen = licence.status === 'free-noncommercial' && !confirmedTerms.includes(id);
  return [
    ...unverified.map((it) => problem('publish_text_unverified', `licence.textVerified.${it}`, id)),
    ...(isOpen ? [problem('publish_terms_unconfirmed', 'licence.status', id)] : []),
  ];
}

function known(names: ReadonlySet<string>, name: string | null, path: string): readonly Problem[] {
  if (name === null || names.has(name)) return [];
  return [problem('questionnaire_reference', path, `${name} does not exist`)];
}

function repeated(list: readonly { readonly id: string }[], path: string): readonly Problem[] {
  return list.flatMap(({ id }, i) =>
    list.findIndex((it) => it.id === id) === i
      ? []
      : [problem('questionnaire_reference', `${path}[${i}].id`, `${id} is there twice`)],
  );
}
