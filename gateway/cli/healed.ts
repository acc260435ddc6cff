import { table } from '@hemma/runtime/table.js';
import type { Entry } from '../healing/journal.js';

/** Steps that `status` shows; more is in the log. */
export const shownSteps = 10;

const secondMs = 1_000;

/** What was done for the radio, newest first, in words; nothing when nothing was. */
export function healedInWords(entries: readonly Entry[], timeZone: string): string[] {
  if (entries.length === 0) return [];
  const style = { dateStyle: 'short', timeStyle: 'short', timeZone } as const;
  const format = new Intl.DateTimeFormat('sv-SE', style);
  const rows = entries.map(({ wallMs, fault, step, outcome, recoveryMs, code }) => [
    wallMs === null ? 'time unknown' : format.format(wallMs),
    fault,
    step,
    code === null ? outcome : `${outcome}: ${code}`,
    recoveryMs === null ? '' : `${Math.round(recoveryMs / secondMs)} s`,
  ]);
  return [
    '',
    'the radio was healed',
    ...table(['when', 'fault', 'step', 'outcome', 'after'], rows),
  ];
}
