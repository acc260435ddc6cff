import { CodedError } from '@hemma/protocols/errors.js';
import { endLink, refusalOf } from './connect.js';
import { BusRefusal } from './bus.js';
import { bluezError, isRefusal } from './errors.js';
import { isBonded } from './link.js';
import type { LinkContext } from './link.js';
import { Bluez } from './names.js';

/** Making a bond, once, while somebody stands by. The running gateway never does this by itself. */

/** Connecting and exchanging keys takes seconds; somebody who types six digits takes longer. */
const pairDeadlineMs = 60_000;
/** What a device answers when it may not or will not pair (`src/error.c` in BlueZ). */
const pairingRefused = /\.Authentication(Failed|Rejected|Canceled|Timeout)$/;

/**
 * Pairs, trusts and disconnects. Rejects with `pairing_refused`, `device_timeout`, `link_lost` or
 * `adapter_unavailable`; then there is no bond.
 */
export async function pairDevice(context: LinkContext): Promise<void> {
  const { daemon, clock, path } = context;
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const call = { path, interface: Bluez.device, member: 'Pair', deadlineMs: pairDeadlineMs };
  const isUnderWay = (error: unknown): boolean =>
    isRefusal(error, 'AlreadyExists') || isRefusal(error, 'InProgress');
  try {
    // The reply is sometimes lost, and sometimes a yes without any pairing: the property decides.
    const paired = daemon.mirror.until(() => isBonded(context), {
      clock,
      ms: pairDeadlineMs,
      signal,
    });
    await Promise.race([paired, refusalOf(daemon, call, isUnderWay)]);
    await daemon.setProperty(path, Bluez.device, { name: 'Trusted', signature: 'b', to: true });
  } catch (error) {
    await cancel(context);
    throw pairingError(error);
  } finally {
    giveUp.abort();
    await endLink(context);
  }
}

/** BlueZ would go on with it, and refuse the next attempt as being in progress. */
async function cancel({ daemon, path }: LinkContext): Promise<void> {
  try {
    await daemon.call({ path, interface: Bluez.device, member: 'CancelPairing' });
  } catch {
    // There was nothing to cancel.
  }
}

function pairingError(error: unknown): CodedError {
  if (error instanceof BusRefusal && pairingRefused.test(error.refusal))
    return new CodedError('pairing_refused', undefined, { cause: error });
  return bluezError(error, false);
}
