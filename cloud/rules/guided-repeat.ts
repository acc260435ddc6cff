import { leavesOf } from '@hemma/protocols/plans/condition.js';
import type { Rule } from '@hemma/protocols/plans/rule.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import { quantityUnits, readingKinds } from '@hemma/protocols/reading.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { maxPromptText } from '@hemma/protocols/wire/command.js';
import type { Prompt } from '@hemma/protocols/wire/command.js';
import { kindQuantities } from '@hemma/protocols/wire/measurement.js';
import { MINUTE_MS } from '@hemma/protocols/plans/calendar.js';
import { derivedMetrics } from '../plans/derived.js';
import type { FindingRow } from './finding-rows.js';

/**
 * What the home is asked while a finding awaits its repeat (monitoring plans §5): when, until when, and
 * what counts as one. Null for a finding that awaits none, or that no device can answer.
 */
export function guidedRepeat(finding: FindingRow, rule: Rule): Prompt | null {
  const { confirm } = rule;
  if (finding.kind !== 'confirming' || confirm === null) return null;
  const quantities = quantitiesOf(rule);
  const kinds = readingKinds.filter((kind) =>
    kindQuantities[kind].some((it) => quantities.includes(it)),
  );
  if (kinds.length === 0) return null;
  return {
    ...{ id: finding.id, patient: finding.patient, kinds, quantities },
    text: fitting(confirm.patientText),
    restMinutes: confirm.restMinutes,
    notBefore: finding.began_at + confirm.restMinutes * MINUTE_MS,
    until: finding.began_at + confirm.withinMinutes * MINUTE_MS,
  };
}

/** What devices measure of all that the rule looks at. */
function quantitiesOf({ when }: Rule): QuantityCode[] {
  const metrics = leavesOf(when).flatMap((it) => ('metric' in it ? [it.metric] : []));
  const measured = metrics.map((it) => derivedMetrics.get(it)?.follows ?? it);
  return [...new Set(measured)].filter((it): it is QuantityCode => it in quantityUnits);
}

/** A text that is too long for a display is cut: asking in half a sentence beats not asking. */
function fitting({ sv, en }: Text): Text {
  return { sv: sv.slice(0, maxPromptText), en: en.slice(0, maxPromptText) };
}
