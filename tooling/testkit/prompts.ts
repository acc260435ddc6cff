import type { Prompt } from '@hemma/protocols/wire/command.js';
import { someMorning } from './measurements.js';

const minute = 60_000;

/** The n-th prompt of a test: a blood pressure, after five minutes of rest from `someMorning` on. */
export function aPrompt({ n = 0, ...changes }: Partial<Prompt> & { readonly n?: number } = {}) {
  const prompt: Prompt = {
    id: n.toString(16).padStart(32, '0'),
    patient: 'p-00000001',
    kinds: ['blood_pressure'],
    quantities: ['systolic_bp', 'diastolic_bp'],
    text: { sv: 'Vila och mät igen.', en: 'Rest and measure again.' },
    restMinutes: 5,
    notBefore: someMorning + 5 * minute,
    until: someMorning + 30 * minute,
    ...changes,
  };
  return prompt;
}
