import type { Selectable } from 'kysely';
import type { Why } from '@hemma/protocols/api/clinic.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import type { Tables } from '../database/schema.js';
import type { ApiContext } from './context.js';

type FindingRow = Selectable<Tables['findings']>;
type Names = Pick<ApiContext, 'plans' | 'catalogue'>;

/** What a finding says, in words: the name of its rule, and the "why" behind it. */
export function explained(row: FindingRow, names: Names): { title: Text; why: Why } {
  // Written by the follower of rules from the same type.
  const quantity = names.catalogue.quantities.get(row.code as QuantityCode);
  const rule = names.plans.get(row.plan)?.rules.find((it) => it.id === row.rule);
  const id = { sv: row.rule, en: row.rule };
  return {
    // A plan may have lost the rule since: then its id must do.
    title: rule?.name ?? id,
    why: {
      rule: row.rule,
      code: row.code,
      name: quantity?.name ?? { sv: row.code, en: row.code },
      unit: quantity?.unit ?? '',
      decimals: quantity?.decimals ?? 0,
      direction: row.direction,
      limit: row.limit_value,
      clearsAt: row.clears_at,
      value: row.value,
      measuredAt: row.measured_at,
    },
  };
}
