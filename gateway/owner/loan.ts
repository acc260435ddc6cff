import type { Loan } from '@hemma/protocols/wire/command.js';
import type { Ownership } from './ownership.js';

/**
 * Whose the readings of a device are once the cloud has said whom the home is lent to: the later of what
 * it says and what the settings say, so that neither lets an older record through.
 */
export function underLoan(
  ownership: Ownership | null,
  identity: string,
  loan: Loan | null,
): Ownership | null {
  if (ownership === null || loan === null) return ownership;
  const device = loan.devices.find((it) => it.identity === identity);
  const lentFromMs = Math.max(
    ownership.lentFromMs,
    device?.fromMs ?? 0,
    // Of a couple, whoever had it first: what is before that is neither's.
    loan.patients.length === 0 ? 0 : Math.min(...loan.patients.map((it) => it.fromMs)),
  );
  return { ...ownership, lentFromMs };
}

/** The patient of the home is whom it is lent to, whoever the settings named when it was set up. */
export function lentTo(patient: string, ofHome: string, loan: Loan | null): string {
  const [lent, ...others] = loan?.patients ?? [];
  return patient !== ofHome || lent === undefined || others.length > 0 ? patient : lent.patient;
}
