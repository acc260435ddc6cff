import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import type { Texts } from '../texts/i18n.js';

/** The names of the plans that a patient follows, in one line. */
export function plansText({ episodes }: PatientSummary, { t, of }: Texts): string {
  return episodes.length === 0 ? t('noPlan') : episodes.map((it) => of(it.planName)).join(', ');
}
