import type { ValueKind } from './kind.js';
import { limitMissing } from './limit-missing.js';
import { noValue } from './no-value.js';
import { notJudged } from './not-judged.js';
import { ownerUnknown } from './owner-unknown.js';
import { unexpected } from './unexpected.js';

/** Every kind of task about values. The first that has something to say of an entry says it. */
export const valueKinds: readonly ValueKind[] = [
  noValue,
  ownerUnknown,
  notJudged,
  unexpected,
  limitMissing,
];
