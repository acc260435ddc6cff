import { mustMayTalk } from '../messages/authority.js';
import type { Talker } from '../messages/authority.js';
import { mustKnowPatient } from '../prescribing/start.js';
import type { CommandContext } from './context.js';
import { personOf } from './prescribing-context.js';
import type { ActingOptions } from './prescribing-context.js';

/**
 * Who writes or decides for a patient: staff who are named with `--as`, else the patient. Throws
 * {@link CodedError} `not_found`, `not_allowed`.
 */
export async function talkerOf(
  context: CommandContext,
  patient: string,
  options: ActingOptions,
): Promise<Talker> {
  await mustKnowPatient(context.database.db, patient);
  const person = await personOf(context, options);
  mustMayTalk(person);
  return person;
}
