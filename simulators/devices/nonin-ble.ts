import {
  noninContinuousUuid,
  noninControlUuid,
  noninServiceUuid,
  writeNoninContinuous,
} from '@hemma/protocols/profiles/nonin-ble.js';
import {
  pulseOximeterServiceUuid,
  spotCheckUuid,
} from '@hemma/protocols/profiles/pulse-oximeter.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { noninCommand } from '@hemma/protocols/serial/nonin-commands.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { recordAccessPoint } from './common/record-access-server.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending, start } from './common/sending.js';
import { currentTimeService } from './common/standard-services.js';

const secondMs = 1_000;
/** Seconds of a run: looking for the pulse, values that are not settled, SmartPoint values. */
const run = { searching: 3, unsettled: 5, settled: 12 } as const;

/**
 * A 3230: a run sends one frame a second; when no central has heard its SmartPoint value, the value
 * is stored as a spot check.
 */
export const noninBle: GattBehaviourFactory = (host) => {
  const state = { counter: 0, runs: 0, completed: 0 };
  const sending = new Sending(host, () => state.runs > 0);
  const { store, timers } = host;

  const report = async (records: readonly StoredRecord[]): Promise<void> => {
    for (const record of records) {
      await sending.value('indicate', spotCheckUuid, record.reading.octets);
      record.sent = true;
    }
  };

  /** One second of the run; gives whether a central heard it. */
  const frame = async (reading: Reading): Promise<boolean> => {
    state.counter += 1;
    await timers.sleep(secondMs);
    return sending.sample(noninContinuousUuid, writeNoninContinuous(reading, state.counter));
  };

  const play = async (reading: Reading): Promise<void> => {
    const searching: Reading = { ...reading, values: [], failure: 'sensor_off' };
    const unsettled: Reading = { ...reading, flags: [...reading.flags, 'questionable'] };
    for (let second = 0; second < run.searching; second += 1) await frame(searching);
    for (let second = 0; second < run.unsettled; second += 1) await frame(unsettled);
    let heard = false;
    const before = state.completed;
    for (let second = 0; second < run.settled && state.completed === before; second += 1) {
      heard = (await frame(reading)) || heard;
    }
    state.runs -= 1;
    if (!heard) store.add(reading);
  };

  return {
    services: [
      {
        uuid: pulseOximeterServiceUuid,
        characteristics: [
          {
            uuid: spotCheckUuid,
            properties: ['indicate'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          recordAccessPoint(host, sending, report),
        ],
      },
      {
        uuid: noninServiceUuid,
        characteristics: [
          { uuid: noninContinuousUuid, properties: ['notify'] },
          {
            uuid: noninControlUuid,
            properties: ['write', 'indicate'],
            onWrite: (octets) => {
              const { meaning } = noninCommand.decode(octets);
              if (meaning !== 'measurementComplete') return;
              state.completed += 1;
              host.server?.disconnect();
            },
          },
        ],
      },
      currentTimeService(host),
    ],
    waiting: () => state.runs > 0 || store.unsent().length > 0,
    take: (taken, { deviceTime, past }) => {
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      if (past) {
        store.add(reading);
        return reading;
      }
      state.runs += 1;
      start(() => play(reading));
      return reading;
    },
  };
};
