/**
 * The one registry of error codes. The class decides what to do next, never the text:
 * `transient` - the same thing may work later; `ambiguous` - it may have happened, ask before
 * repeating; `permanent` - repeating is useless.
 */
export type ErrorClass = 'transient' | 'ambiguous' | 'permanent';

interface ErrorEntry {
  readonly class: ErrorClass;
  readonly meaning: string;
}

const entry = (errorClass: ErrorClass, meaning: string): ErrorEntry => ({
  class: errorClass,
  meaning,
});

export const errorCodes = {
  // The envelope as a whole.
  envelope_too_large: entry('permanent', 'The envelope is larger than 64 KiB.'),
  envelope_not_utf8: entry('permanent', 'The envelope is not valid UTF-8.'),
  envelope_not_json: entry('permanent', 'A line of the envelope is not JSON.'),
  envelope_malformed: entry('permanent', 'The header of the envelope does not fit its schema.'),
  envelope_version: entry('permanent', 'The version of the envelope is not known here.'),
  envelope_count: entry('permanent', 'The lines do not match the first and last sequence number.'),
  foreign_gateway: entry('permanent', 'The envelope names another gateway than its topic.'),
  unknown_gateway: entry('permanent', 'No gateway with this name is enrolled.'),
  // One row of an envelope.
  row_malformed: entry('permanent', 'The measurement does not fit its schema.'),
  unknown_kind: entry('permanent', 'The kind of measurement is not known here.'),
  unit_mismatch: entry('permanent', 'A quantity does not belong to this kind of measurement.'),
  measured_too_early: entry('permanent', 'The measurement is dated before 2020.'),
  measured_in_future: entry('permanent', 'The measurement is dated after it was received.'),
  identity_mismatch: entry('permanent', 'The identity does not follow from the content.'),
  patient_mismatch: entry('permanent', 'The gateway is not lent to this patient.'),
  device_elsewhere: entry('permanent', 'The device belongs to the kit of another home.'),
  before_loan: entry('permanent', 'It was measured before the gateway was lent to the patient.'),
  link_mismatch: entry('permanent', 'The hash link does not follow from the row before.'),
  row_missing: entry('permanent', 'The row was cut out of the outbox before it was sent.'),
  row_culled: entry('permanent', 'The row was removed at home by the space policy.'),
  // A command, on its way down.
  command_malformed: entry('permanent', 'The command does not fit its schema.'),
  command_version: entry('permanent', 'The form of the command is not known here.'),
  command_foreign: entry('permanent', 'The command is meant for another gateway.'),
  schedule_unreadable: entry('permanent', 'A schedule has a form that is not known here.'),
  schedule_too_large: entry(
    'permanent',
    'The plans of a home have no room in its command: the schedule before stays in force.',
  ),
  // What people type in at home.
  entry_not_a_number: entry('permanent', 'What was typed in is no number.'),
  entry_implausible: entry('permanent', 'The value is outside what can be at all.'),
  entry_time: entry('permanent', 'The time is in the future, or further back than is allowed.'),
  // The gateway.
  disk_full: entry('transient', 'The disk at home is full; nothing more can be confirmed.'),
  outbox_full: entry('transient', 'The outbox has reached its named limit.'),
  outbox_damaged: entry('permanent', 'The outbox file is damaged; it was set aside.'),
  device_rubbish: entry('permanent', 'The device sends octets that no codec accepts.'),
  device_timeout: entry('transient', 'The device did not answer in time.'),
  device_refused: entry('transient', 'The device refused the request.'),
  link_lost: entry('transient', 'The link to the device was lost.'),
  bond_required: entry(
    'permanent',
    'The device needs a bond: pair it over BlueZ; noble keeps none.',
  ),
  bond_lost: entry(
    'permanent',
    'The device or the gateway has forgotten the bond: pair them again.',
  ),
  pairing_refused: entry('permanent', 'The device refused to pair, or nobody let it.'),
  bluez_unavailable: entry('transient', 'There is no system bus, or bluetoothd is not on it.'),
  adapter_unavailable: entry('transient', 'The Bluetooth adapter is not available.'),
  adapter_off: entry('transient', 'The Bluetooth adapter is switched off.'),
  bluetooth_stopped: entry('transient', 'The Bluetooth service of the machine has stopped.'),
  bluetooth_stuck: entry('transient', 'The Bluetooth service of the machine does not answer.'),
  scan_refused: entry('transient', 'The adapter will not listen for devices.'),
  radio_silent: entry('transient', 'Nothing has been heard over the radio for a long time.'),
  connections_fail: entry('transient', 'Connections to several devices fail one after another.'),
  device_unreachable: entry('transient', 'A device is heard, but connections to it fail.'),
  radio_unhealed: entry('permanent', 'Nothing that the gateway can do has mended its radio.'),
  helper_unavailable: entry('transient', 'The privileged helper of the gateway does not answer.'),
  helper_refused: entry('transient', 'The privileged helper could not do what it was asked.'),
  port_unavailable: entry('transient', 'The serial port cannot be opened.'),
  broker_unavailable: entry('transient', 'The broker cannot be reached.'),
  broker_refused: entry('permanent', 'The broker refused the name or the secret of the gateway.'),
  // Whose a reading is.
  owner_slot_unknown: entry('transient', 'The user slot of the device is no patient of this home.'),
  owner_device_visiting: entry('transient', 'The device measures others too; somebody is asked.'),
  owner_unlike_course: entry('transient', 'The values are far from the course of the patient.'),
  owner_loan_unsure: entry('transient', 'The reading may have been taken before the loan.'),
  owner_not_patient: entry('permanent', 'Somebody in the home said that it is not the patient.'),
  owner_before_loan: entry('permanent', 'The reading was taken before the loan began.'),
  // The cloud.
  journal_unavailable: entry('transient', 'The journal cannot be written.'),
  trends_unavailable: entry('transient', 'The time series store cannot be reached.'),
  trends_refused: entry('permanent', 'The time series store will never take this request.'),
  overloaded: entry('transient', 'More is waiting than the named limit; send again later.'),
  notify_unavailable: entry('transient', 'Whoever carries the message cannot take it now.'),
  notify_refused: entry('permanent', 'The message will never be taken at this address.'),
  // People and files.
  settings_invalid: entry('permanent', 'The settings file does not fit its schema.'),
  not_found: entry('permanent', 'There is nothing with this name.'),
  request_invalid: entry('permanent', 'The request does not fit its schema.'),
  not_allowed: entry('permanent', 'The person who asks may not do this.'),
  wrong_state: entry('permanent', 'This cannot be done in the state that it is in now.'),
  // Clinical content: a plan file, the publishing guard, the start guard, a dry run.
  content_invalid: entry('permanent', 'A file of the clinical content does not fit its schema.'),
  content_refused: entry('permanent', 'The content cannot be taken as it is; the reasons follow.'),
  content_stale: entry('permanent', 'Somebody has changed this meanwhile: look at it again.'),
  content_taken: entry('permanent', 'Other content has this name; choose another id or version.'),
  content_released: entry('permanent', 'A released version never changes; make a new version.'),
  content_same_person: entry(
    'permanent',
    'Two people verify who are not the same; neither they nor who releases it have designed it.',
  ),
  questionnaire_malformed: entry('permanent', 'The questionnaire does not fit its schema.'),
  questionnaire_reference: entry(
    'permanent',
    'The questionnaire names something that does not exist.',
  ),
  plan_not_json: entry('permanent', 'The plan file is not JSON.'),
  plan_malformed: entry('permanent', 'The plan file does not fit its schema.'),
  plan_reference: entry('permanent', 'The plan names something that does not exist.'),
  plan_duplicate: entry('permanent', 'Two entries of the plan have the same id.'),
  plan_not_computable: entry('permanent', 'The plan defines something that no function computes.'),
  publish_text_unverified: entry('permanent', 'A questionnaire has a text that nobody verified.'),
  publish_licence_missing: entry('permanent', 'A licensed instrument is on without a licence.'),
  publish_terms_unconfirmed: entry('permanent', 'The terms of an instrument are not confirmed.'),
  publish_rule_incomplete: entry(
    'permanent',
    'A rule lacks its basis, a text or a clear condition.',
  ),
  publish_clear_not_back: entry('permanent', 'A clear limit is not further back than its trigger.'),
  publish_red_without_help: entry('permanent', 'Red shows a text without 1177 or 112.'),
  publish_notice_missing: entry('permanent', 'A notice or a promised response time is missing.'),
  publish_draft: entry('permanent', 'A draft runs only when published for test.'),
  start_parameter_unknown: entry('permanent', 'The plan has no parameter with this name.'),
  start_parameter_missing: entry('permanent', 'A required parameter is not filled in.'),
  start_parameter_out_of_bounds: entry('permanent', 'A parameter is outside what the plan allows.'),
  start_red_not_beyond_yellow: entry('permanent', 'The red limit is not beyond the yellow one.'),
  // Forms.
  answer_unknown_item: entry('permanent', 'The questionnaire has no item with this name.'),
  answer_not_offered: entry('permanent', 'The item does not offer this answer.'),
  // A programme: what was done, goals, and its end.
  time_in_future: entry('permanent', 'The time that it belongs to has not come yet.'),
  time_too_far_back: entry('permanent', 'It belongs to a day that cannot be filled in any more.'),
  step_not_open: entry('permanent', 'This step is not open on the day that it belongs to.'),
  programme_limit: entry('permanent', 'There are as many already as the named limit allows.'),
  closing_missing: entry(
    'permanent',
    'The programme asks for more at its end: a reason is needed to end it without.',
  ),
  closing_talk_missing: entry('permanent', 'The closing talk has not taken place.'),
  closing_form_missing: entry('permanent', 'A form of the end is not answered.'),
  // Messages and reminders.
  message_closed: entry('permanent', 'No unit answers this patient now: messages are only read.'),
  message_taken: entry('permanent', 'Another message was sent under this id.'),
  message_waiting: entry(
    'permanent',
    'So many messages wait for an answer that no more are taken.',
  ),
  reminder_fixed: entry('permanent', 'Staff decide when the plan reminds of this.'),
  // Prescribing: every reason at once.
  prescription_refused: entry('permanent', 'It cannot be prescribed as it is; the reasons follow.'),
  start_plan_unknown: entry('permanent', 'There is no such plan, or no such version of it.'),
  start_plan_draft: entry('permanent', 'A draft runs only for test persons.'),
  start_plan_retired: entry('permanent', 'This version is retired: nobody is started on it.'),
  start_plan_not_newer: entry('permanent', 'A patient is moved to a newer version only.'),
  start_kind_not_allowed: entry('permanent', 'The plan may not run as this kind of monitoring.'),
  start_follows_already: entry('permanent', 'The patient follows this plan already.'),
  start_suitability_open: entry('permanent', 'A required item of the checklist is not ticked.'),
  start_limits_unconfirmed: entry(
    'permanent',
    'No licensed professional has confirmed these limits.',
  ),
  start_limits_stale: entry('permanent', 'Other limits were confirmed than those that would hold.'),
  start_unit_missing: entry('permanent', 'There is no unit that answers.'),
  start_no_coverage: entry('permanent', 'The unit has no staffed hours in the coming days.'),
  start_no_responsible: entry('permanent', 'Nobody who works at the unit is named as responsible.'),
  start_no_substitute: entry(
    'permanent',
    'Nobody else who works at the unit is named to stand in.',
  ),
  start_over_budget: entry(
    'permanent',
    'The limits take more time than the unit has, with no reason.',
  ),
  // A file of inpatient days, and its rows.
  import_too_large: entry('permanent', 'The file, or the number of its rows, is above the limit.'),
  import_unreadable: entry('permanent', 'The file is no text with values between semicolons.'),
  import_column: entry(
    'permanent',
    'The first row does not name a column that is needed, or twice.',
  ),
  import_refused: entry('permanent', 'Some rows cannot be used: nothing of the file was stored.'),
  stay_malformed: entry('permanent', 'The row has more or fewer values than the first row.'),
  stay_patient_unknown: entry('permanent', 'There is no patient with this reference.'),
  stay_date: entry('permanent', 'A date is none, is before 1990 or has not come yet.'),
  stay_order: entry('permanent', 'The discharge is before the admission.'),
  stay_too_long: entry('permanent', 'The stay is longer than anybody stays.'),
  stay_diagnosis: entry('permanent', 'The main diagnosis is no code of ICD-10-SE.'),
  stay_repeated: entry('permanent', 'The same stay is in an earlier row.'),
  case_not_json: entry('permanent', 'The line is not JSON.'),
  case_malformed: entry('permanent', 'The case does not have the form of a case.'),
  case_unknown_plan: entry('permanent', 'There is no plan with this id.'),
  case_unknown_rule: entry('permanent', 'The plan has no rule with this id.'),
  internal: entry('ambiguous', 'An unexpected fault; it is logged without values.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** Whether a text is a code of this registry: newer programs know others. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorCodes, text);
}

/** An error with a code of the registry. `detail` never holds values or identities of people. */
export class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail?: string, options?: { cause?: unknown }) {
    super(detail ?? errorCodes[code].meaning, options);
    this.name = 'CodedError';
    this.code = code;
  }

  get class(): ErrorClass {
    return errorCodes[this.code].class;
  }
}

/** The error itself when it has a code; anything else is a fault of ours, kept as the cause. */
export function codedError(error: unknown): CodedError {
  return error instanceof CodedError
    ? error
    : new CodedError('internal', undefined, { cause: error });
}

/** Whether repeating the failed thing can help. Anything unknown is ambiguous, hence not blindly. */
export function isTransient(error: unknown): boolean {
  return error instanceof CodedError && error.class === 'transient';
}
