import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { PauseReason } from '../../record/events.js';

/** Why values stay away. */
export const causes = [
  'in-hospital',
  'paused',
  'device-battery',
  'refused',
  'bond-lost',
  'device-fault',
  'gateway-fault',
  'cloud-backlog',
  'not-measured',
  'gateway-offline',
] as const;
export type Cause = (typeof causes)[number];

/** What is known of one gap; collected by `cause-facts.ts`. */
export interface CauseFacts {
  /** An agreed pause covers the moment; null when none does. */
  readonly pause: PauseReason | null;
  /** Whether a device of ours, through a gateway, is how its values come. */
  readonly comesByGateway: boolean;
  /** The newest reading or attempt of its kinds said that the battery of the device is low. */
  readonly batteryLow: boolean;
  /** Attempts without a value in the gap, and rows of the gateways that the cloud refused in it. */
  readonly attempts: number;
  /** What the gateways last said to be wrong. */
  readonly problems: readonly ErrorCode[];
  /** The radio of a gateway was ill in every window that was missed, from its beginning to its end. */
  readonly radioDown: boolean;
  /** Readings that gateways hold because they do not know the time. */
  readonly held: number;
  /** Rows that wait at home, or in the journal, and are not judged yet. */
  readonly underway: number;
  /** The journal is known to be complete for all that decides the stage. */
  readonly isComplete: boolean;
}

const bondLost: readonly ErrorCode[] = ['bond_required', 'bond_lost', 'device_refused'];
const deviceFaults: readonly ErrorCode[] = [
  'device_rubbish',
  'device_timeout',
  'device_unreachable',
  'port_unavailable',
  'link_lost',
];
const gatewayFaults: readonly ErrorCode[] = [
  'adapter_unavailable',
  'adapter_off',
  'bus_unavailable',
  'bluetooth_denied',
  'bluetooth_stopped',
  'bluetooth_stuck',
  'scan_refused',
  'connections_fail',
  'radio_unhealed',
  'disk_full',
  'outbox_full',
  'outbox_damaged',
];

/**
 * The cause of a gap, decided in this order; the first that holds is it.
 *
 * 1. An agreed pause: nothing is expected, whatever else is wrong.
 * 2. What comes by no gateway (a questionnaire) cannot be held up by one: not measured.
 * 3. What the device itself has shown: the last thing that it said was that its battery is low; or it
 *    was used, and no value came of it.
 * 4. What the gateway has said to be wrong, from the device outwards: bond, device or port, gateway.
 *    So it is when its radio was ill whenever something was due, though it is well again by now.
 *    A value that it never got is not missing from what it has sent, so its mark says nothing here.
 * 5. Values that are on their way: whatever they are, nobody is called before they are there.
 * 6. The journal is complete for all that decides the stage, so nothing was measured. A gateway that
 *    went silent only afterwards does not change that.
 * 7. A gateway is silent, and nobody knows.
 */
export function causeOf(facts: CauseFacts): Cause {
  const says = (codes: readonly ErrorCode[]) => facts.problems.some((it) => codes.includes(it));
  if (facts.pause !== null) return facts.pause === 'hospital' ? 'in-hospital' : 'paused';
  if (!facts.comesByGateway) return 'not-measured';
  if (facts.batteryLow) return 'device-battery';
  if (facts.attempts > 0) return 'refused';
  if (says(bondLost)) return 'bond-lost';
  if (says(deviceFaults)) return 'device-fault';
  if (says(gatewayFaults) || facts.radioDown || facts.held > 0) return 'gateway-fault';
  if (facts.underway > 0) return 'cloud-backlog';
  return facts.isComplete ? 'not-measured' : 'gateway-offline';
}

/** Whether medical technology is asked, and not the clinic. */
export function isTechnical(cause: Cause): boolean {
  return cause !== 'not-measured' && cause !== 'paused' && cause !== 'in-hospital';
}
