import type { Plan } from '@hemma/protocols/plans/plan.js';

/** Forms that staff fill in about a patient; all others are the patient's. */
const ofStaff: ReadonlySet<string> = new Set(['hemma-therapist-experience']);

/** Who fills a form in. */
export function whoseForm(questionnaire: string): 'patient' | 'staff' {
  return isStaffForm(questionnaire) ? 'staff' : 'patient';
}

export function isStaffForm(questionnaire: string): boolean {
  return ofStaff.has(questionnaire);
}

/** What a plan asks the patient to fill in here; what is licensed is filled in elsewhere. */
export function patientForms(plan: Plan): Plan['questionnaires'] {
  return plan.questionnaires.filter(
    (it) => it.enabledByDefault && !it.licensed && !isStaffForm(it.id),
  );
}
