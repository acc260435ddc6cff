import {
  continuousUuid,
  pulseOximeterServiceUuid,
  spotCheckUuid,
} from '@hemma/protocols/profiles/pulse-oximeter.js';
import { writeContinuous } from '@hemma/protocols/profiles/common/plx-reading.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { stamped } from './common/model.js';
import type { GattBehaviour, GattBehaviourFactory, GattHost } from './common/model.js';
import { recordAccessPoint } from './common/record-access-server.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending, start } from './common/sending.js';
import { currentTimeService } from './common/standard-services.js';

const plxFeaturesUuid = '2a60';
/** Record access supported and time stamps supported (Pulse Oximeter Service 1.0.1 §3.1). */
const featuresOctets = Uint8Array.of(0x0c, 0x00);

/** How long a finger stays in, and what the oximeter sends in each second of it. */
const fingerSeconds = 25;
const secondsOut = 4;
const secondMs = 1_000;

/** Keeps spot checks, reports them on request and indicates new ones. */
function spotChecks(host: GattHost): GattBehaviour {
  const sending = new Sending(host, () => false);
  const { store } = host;
  const indicate = async (record: StoredRecord): Promise<void> => {
    await sending.value('indicate', spotCheckUuid, record.reading.octets);
    record.sent = true;
  };
  const report = async (records: readonly StoredRecord[]): Promise<void> => {
    for (const record of records) await indicate(record);
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
          { uuid: plxFeaturesUuid, properties: ['read'], onRead: () => featuresOctets },
          recordAccessPoint(host, sending, report),
        ],
      },
      ...(host.habits.clock === 'none' ? [] : [currentTimeService(host)]),
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      const record = store.add(reading);
      if (host.server?.isSubscribed(spotCheckUuid) === true) start(() => indicate(record));
      return reading;
    },
  };
}

/** Streams one value a second while a finger is in; keeps nothing. */
function stream(host: GattHost): GattBehaviour {
  let fingers = 0;
  const sending = new Sending(host, () => fingers > 0);

  const play = async (reading: Reading): Promise<void> => {
    const out: Reading = { ...reading, values: [], failure: 'sensor_off' };
    for (let second = 0; second < fingerSeconds + secondsOut; second += 1) {
      await host.timers.sleep(secondMs);
      const sample = second < fingerSeconds ? reading : out;
      await sending.sample(continuousUuid, writeContinuous(sample));
    }
    fingers -= 1;
    host.server?.disconnect();
  };

  return {
    services: [
      {
        uuid: pulseOximeterServiceUuid,
        characteristics: [
          {
            uuid: continuousUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: plxFeaturesUuid, properties: ['read'], onRead: () => Uint8Array.of(0, 0) },
        ],
      },
    ],
    waiting: () => fingers > 0,
    take: (taken, { past }) => {
      const mark = { deviceTime: null, sequence: null };
      const reading = stamped(taken, host.device.profile, mark);
      if (past) return reading;
      fingers += 1;
      start(() => play(reading));
      return reading;
    },
  };
}

/** An oximeter of the standard service. */
export const pulseOximeter: GattBehaviourFactory = (host) =>
  host.habits.spotChecks ? spotChecks(host) : stream(host);
