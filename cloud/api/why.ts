import type { Selectable } from 'kysely';
import type { Why } from '@hemma/protocols/api/clinic.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Tables } from '../database/schema.js';
import { derivedMetrics } from '../plans/derived.js';
import { judgedBy, reasonOf } from '../rules/finding-rows.js';
import type { Cause } from '../rules/missing/cause.js';
import type { ApiContext } from './context.js';
import { causeTexts, taskTitles } from './task-titles.js';

type FindingRow = Pick<
  Selectable<Tables['findings']>,
  'plan' | 'plan_version' | 'rule' | 'reason' | 'basis' | 'topic' | 'cause'
>;
type Names = Pick<ApiContext, 'planOf' | 'catalogue'>;

/** What a finding says, in words: the name of its rule, and the "why" behind it. */
export function explained(row: FindingRow, names: Names): { title: Text; why: Why } {
  const plan = names.planOf(row.plan, row.plan_version);
  const rule = plan?.rules.find((it) => it.id === row.rule);
  const stage = plan?.missingData.find((it) => it.id === row.rule);
  // A version that is not known here any more: then the id must do.
  const known = row.topic === 'assess' ? { sv: row.rule, en: row.rule } : taskTitles[row.topic];
  const title = rule?.name ?? known;
  const reason = reasonOf(row);
  return {
    title,
    why: {
      ...reason,
      rule: row.rule,
      planVersion: row.plan_version,
      ...shownAs(reason.code ?? '', title, names),
      onlyStaffCloses: rule?.clear == null || rule.clear.type === 'staff-closes',
      text: rule?.staffMessage ?? causeTexts[row.cause as Cause] ?? stage?.staffMessage ?? null,
      ...judgedBy(row),
    },
  };
}

/** What a plan derives has no name but that of its rule, and the unit of what it is derived from. */
function shownAs(code: string, title: Text, names: Names): Pick<Why, 'name' | 'unit' | 'decimals'> {
  const measured = quantityOf(code, names);
  const source = measured ?? quantityOf(derivedMetrics.get(code)?.shownLike ?? '', names);
  const { unit = '', decimals = 0 } = source ?? {};
  return { name: measured?.name ?? title, unit, decimals };
}

function quantityOf(code: string, { catalogue }: Names) {
  // A map answers for any text; only its type is narrower.
  return catalogue.quantities.get(code as QuantityCode);
}
