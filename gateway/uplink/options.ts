import type { Status } from '@hemma/protocols/wire/messages.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Outbox } from '../outbox/outbox.js';

/** What the gateway says of itself beside being online. */
export type Report = Omit<Status, 'v' | 'gateway' | 'state' | 'at'>;

export interface UplinkOptions {
  /** Id of the gateway: MQTT client id and user name as well. */
  readonly gateway: string;
  readonly secret: string;
  /** `mqtt://host:port` or `mqtts://…`. */
  readonly broker: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly report: () => Report;
  /** The wall clock was set by the cloud's time. */
  readonly onTime?: () => void;
  /** A receipt was taken in: measurements may have arrived. */
  readonly onReceipt?: () => void;
  /** The cloud has sent a command. */
  readonly onCommand?: (payload: Uint8Array) => void;
}
