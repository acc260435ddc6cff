import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import type { DeviceKind } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';

/**
 * Months between checks where nobody says otherwise: those that the German ordinance on operating
 * medical devices (MPBetreibV, annex 2, 1.2.1 and 1.3) asks for. Of other kinds we know of no interval
 * that holds for all of them, so it is said by hand.
 */
const monthsOfKind: Readonly<Partial<Record<DeviceKind, number>>> = {
  bp_monitor: 24,
  thermometer: 24,
};

/** A device that is checked more rarely is not checked. */
export const maxIntervalMonths = 120;

/**
 * Months until the next check: as it is said, or as the kind of the model has it. Throws
 * {@link CodedError} `request_invalid` where neither is known, `not_found` for an unknown model.
 */
export function intervalOf(said: number | null, model: string | null): number {
  const known = catalogue.find((it) => it.id === model);
  if (model !== null && known === undefined)
    throw new CodedError('not_found', `There is no model "${model}".`);
  const months = said ?? (known === undefined ? undefined : monthsOfKind[known.kind]);
  if (months === undefined)
    throw new CodedError(
      'request_invalid',
      'No interval is known for this kind of device: say one, in months.',
    );
  if (!Number.isInteger(months) || months < 1 || months > maxIntervalMonths)
    throw new CodedError('request_invalid', `An interval is 1 to ${maxIntervalMonths} months.`);
  return months;
}
