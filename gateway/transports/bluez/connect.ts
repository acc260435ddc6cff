import { CodedError } from '@hemma/protocols/errors.js';
import type { BusCall } from './bus.js';
import type { PairingPolicy } from './agent.js';
import type { BluezDaemon } from './daemon.js';
import type { EarlyValues } from './early-values.js';
import { bluezError, isRefusal } from './errors.js';
import { BluezLink, disconnect, isBonded, isConnected } from './link.js';
import type { LinkContext } from './link.js';
import { Bluez } from './names.js';

/** From a device that was heard to a link whose services are known. */

/** BlueZ waits for the next advertisement of the device, which comes within seconds or not at all. */
const connectDeadlineMs = 20_000;
/** A table of 50 attributes takes some dozen exchanges; on a slow connection interval, seconds. */
const resolveDeadlineMs = 15_000;

/** The link came up and went before its services were known; with a bond a sign that it is lost. */
export class DroppedEarly extends CodedError {
  constructor(cause: unknown) {
    super('link_lost', undefined, { cause });
  }
}

/**
 * Rejects with a coded error: {@link DroppedEarly}, `device_timeout`, `link_lost`, `bond_lost`,
 * `adapter_unavailable`. Then the link is down again.
 */
export async function openBluezLink(context: LinkContext, early: EarlyValues): Promise<BluezLink> {
  const { daemon } = context;
  const bonded = isBonded(context);
  const giveUp = new AbortController();
  const seen = { connected: false };
  try {
    await connected(context, seen, giveUp.signal);
    // Signals of the services come before, after, or not at all (bluez 5.66: incomplete).
    await daemon.refresh();
    if (!isConnected(context)) throw new CodedError('link_lost');
    return new BluezLink(context, early);
  } catch (error) {
    early.stop();
    await endLink(context);
    const coded = bluezError(error, bonded);
    throw seen.connected && coded.code === 'link_lost' ? new DroppedEarly(coded) : coded;
  } finally {
    giveUp.abort();
  }
}

/** BlueZ connects known devices by itself, too. */
function isConnecting(error: unknown): boolean {
  return isRefusal(error, 'InProgress') || isRefusal(error, 'AlreadyConnected');
}

async function connected(
  context: LinkContext,
  seen: { connected: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { daemon, clock, path } = context;
  const deadlineMs = connectDeadlineMs + resolveDeadlineMs;
  const call = { path, interface: Bluez.device, member: 'Connect', deadlineMs };
  const refused = refusalOf(daemon, call, isConnecting);
  const isUp = (): boolean => {
    if (daemon.mirror.get(path, Bluez.device) === undefined) throw new CodedError('link_lost');
    const is = isConnected(context);
    if (seen.connected && !is) throw new CodedError('link_lost');
    seen.connected ||= is;
    return is;
  };
  const isResolved = (): boolean =>
    isUp() && daemon.mirror.get(path, Bluez.device)?.['ServicesResolved'] === true;
  const { mirror } = daemon;
  await Promise.race([mirror.until(isUp, { clock, ms: connectDeadlineMs, signal }), refused]);
  await Promise.race([mirror.until(isResolved, { clock, ms: resolveDeadlineMs, signal }), refused]);
}

/**
 * Rejects when BlueZ says no. Its yes is not waited for: the properties tell, and it may be lost.
 * `isUnderWay` tells refusals that only say so.
 */
export async function refusalOf(
  daemon: BluezDaemon,
  call: BusCall,
  isUnderWay: (error: unknown) => boolean,
): Promise<never> {
  try {
    await daemon.call(call);
  } catch (error) {
    if (!isUnderWay(error)) throw error;
  }
  return await new Promise<never>(() => undefined);
}

/**
 * Ends a link whose services are not known, or an attempt that is still under way: BlueZ would go on
 * with it, and scan no more. Never rejects.
 */
export async function endLink(context: LinkContext): Promise<void> {
  const { daemon, path } = context;
  if (daemon.mirror.get(path, Bluez.device) === undefined) return;
  const gone = isConnected(context)
    ? new Promise<void>((resolve) => {
        const stop = daemon.mirror.onChange(() => {
          if (isConnected(context)) return;
          stop();
          resolve();
        });
      })
    : Promise.resolve();
  await disconnect(context, gone);
}

/**
 * Paths of this home's devices that have a link. Nobody hears them while it lasts, so one that a gateway
 * before us has left must end.
 */
export function connectedIn(
  { mirror }: BluezDaemon,
  adapter: string,
  { mayBond }: Pick<PairingPolicy, 'mayBond'>,
): string[] {
  return mirror
    .under(adapter, Bluez.device)
    .filter(([, { Address: address, Connected: connected }]) => {
      return connected === true && mayBond(String(address).toUpperCase());
    })
    .map(([path]) => path);
}
