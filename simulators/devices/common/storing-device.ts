/**
 * Monitors, scales and thermometers: they keep what was measured, and indicate it once the central
 * has turned their indications on.
 */
import type { Uuid } from '@hemma/protocols/device.js';
import type { ServiceDefinition } from '../../radio/gatt-server.js';
import { stamped } from './model.js';
import type { GattBehaviour, GattHost } from './model.js';
import type { StoredRecord } from './record-store.js';
import { Sending, start } from './sending.js';
import { currentTimeService, dateTimeCharacteristic } from './standard-services.js';

/** After the last value the device waits for a moment before it leaves. */
const leavePauseMs = 1_000;

export interface StoringOptions {
  /** Further services. */
  readonly more?: readonly ServiceDefinition[];
  /** How its records are sent; default `indicate`. */
  readonly way?: 'indicate' | 'notify';
}

/** A device whose only characteristic of interest is one that sends records. */
export function storingDevice(
  host: GattHost,
  service: Uuid,
  measurement: Uuid,
  { more = [], way = 'indicate' }: StoringOptions = {},
): GattBehaviour {
  const sending = new Sending(host);
  const { store, habits, timers } = host;
  let connection = 0;
  let sentNow = new Set<StoredRecord>();
  let pumping = false;

  const next = (): StoredRecord | undefined => {
    const due = habits.sends === 'all' ? store.all() : store.unsent();
    return due.find((record) => !sentNow.has(record));
  };

  /** Sends what is due, and what is measured meanwhile. */
  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    try {
      for (let record = next(); record !== undefined; record = next()) {
        await sending.value(way, measurement, record.reading.octets);
        record.sent = true;
        sentNow.add(record);
      }
    } finally {
      pumping = false;
    }
    if (!habits.leaves) return;
    const mine = connection;
    await timers.sleep(leavePauseMs);
    if (sending.isCurrent(mine) && next() === undefined) host.server?.disconnect();
  }

  const onSubscribe = (on: boolean): void => {
    if (!on) return;
    connection = sending.begin();
    sentNow = new Set();
    start(pump);
  };
  const clock = habits.clock === 'date-time' ? [dateTimeCharacteristic(host)] : [];
  return {
    services: [
      {
        uuid: service,
        characteristics: [{ uuid: measurement, properties: [way], onSubscribe }, ...clock],
      },
      ...(habits.clock === 'current-time' ? [currentTimeService(host)] : []),
      ...more,
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      store.add(reading);
      if (host.server?.isSubscribed(measurement) === true) start(pump);
      return reading;
    },
  };
}
