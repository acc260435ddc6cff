import {
  glucoseContextUuid,
  glucoseMeasurementUuid,
  glucoseServiceUuid,
} from '@hemma/protocols/profiles/glucose.js';
import { writeGlucoseContext } from '@hemma/protocols/profiles/common/glucose-reading.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { recordAccessPoint } from './common/record-access-server.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending } from './common/sending.js';
import { currentTimeService } from './common/standard-services.js';

const glucoseFeatureUuid = '2a51';

/** A glucose meter: sends only what its record access control point is asked for. */
export const glucose: GattBehaviourFactory = (host) => {
  const sending = new Sending(host);
  const { store, habits, faults } = host;

  const sendContext = async ({ companion }: StoredRecord): Promise<void> => {
    if (companion === null || faults.losesContexts) return;
    await sending.value('notify', glucoseContextUuid, companion);
  };

  async function report(records: readonly StoredRecord[]): Promise<void> {
    for (const record of records) {
      await sending.value('notify', glucoseMeasurementUuid, record.reading.octets);
      record.sent = true;
      if (habits.contexts === 'interleaved') await sendContext(record);
    }
    if (habits.contexts === 'last') for (const record of records) await sendContext(record);
  }

  return {
    services: [
      {
        uuid: glucoseServiceUuid,
        characteristics: [
          {
            uuid: glucoseMeasurementUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: glucoseContextUuid, properties: ['notify'] },
          {
            uuid: glucoseFeatureUuid,
            properties: ['read'],
            onRead: () => Uint8Array.of(0, 0),
          },
          recordAccessPoint(host, sending, report),
        ],
      },
      ...(habits.clock === 'none' ? [] : [currentTimeService(host)]),
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const sequence = store.nextSequence();
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence });
      const companion = writeGlucoseContext({ ...reading, context: taken.context ?? {} });
      store.add(reading, companion);
      return reading;
    },
  };
};
