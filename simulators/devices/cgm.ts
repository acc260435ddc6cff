import { cgmFeature } from '@hemma/protocols/gatt/cgm-feature.js';
import { cgmSessionStartTime } from '@hemma/protocols/gatt/cgm-session-start-time.js';
import { cgmStatus } from '@hemma/protocols/gatt/cgm-status.js';
import { plusMinutes } from '@hemma/protocols/gatt/date-time.js';
import {
  cgmFeatureUuid,
  cgmMeasurementUuid,
  cgmServiceUuid,
  cgmSessionStartUuid,
  cgmStatusUuid,
} from '@hemma/protocols/profiles/cgm.js';
import { secondsBetween } from '@hemma/protocols/profiles/common/keep-clock.js';
import type { LocalDateTime } from '@hemma/protocols/reading.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { recordAccessPoint } from './common/record-access-server.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending } from './common/sending.js';

const secondsPerMinute = 60;
/** Interstitial fluid, in subcutaneous tissue (CGM Service 1.0.2 §3.2). */
const fluid = { raw: 0, features: [], type: 9, sampleLocation: 5, e2eCrc: 'notSupported' } as const;
const zone = { timeZoneMinutes: 60, dstOffsetMinutes: 0 } as const;
/** What fits into a notification with the smallest MTU: three records of six octets. */
const recordsPerNotification = 3;

/** A sensor whose session begins with its first record. */
export const cgm: GattBehaviourFactory = (host) => {
  const { store, habits, deviceClock } = host;
  const sending = new Sending(host);
  let sessionStart: LocalDateTime | null = null;

  const minutesUntil = (time: LocalDateTime): number =>
    Math.floor(secondsBetween(sessionStart ?? time, time) / secondsPerMinute);

  async function report(records: readonly StoredRecord[]): Promise<void> {
    const together = habits.packsRecords ? recordsPerNotification : 1;
    for (let at = 0; at < records.length; at += together) {
      const packed = records.slice(at, at + together);
      const octets = Uint8Array.from(packed.flatMap(({ reading }) => [...reading.octets]));
      await sending.value('notify', cgmMeasurementUuid, octets);
      for (const record of packed) record.sent = true;
    }
  }

  const startOctets = (): Uint8Array =>
    cgmSessionStartTime.encode({
      sessionStart: sessionStart ?? deviceClock.now(),
      ...zone,
      e2eCrc: 'absent',
    });
  const statusOctets = (): Uint8Array =>
    cgmStatus.encode({
      timeOffsetMinutes: minutesUntil(deviceClock.now()),
      status: { raw: 0, flags: [] },
      e2eCrc: 'absent',
    });

  return {
    services: [
      {
        uuid: cgmServiceUuid,
        characteristics: [
          {
            uuid: cgmMeasurementUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: cgmFeatureUuid, properties: ['read'], onRead: () => cgmFeature.encode(fluid) },
          { uuid: cgmStatusUuid, properties: ['read'], onRead: statusOctets },
          { uuid: cgmSessionStartUuid, properties: ['read'], onRead: startOctets },
          recordAccessPoint(host, sending, report),
        ],
      },
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const time = deviceTime ?? deviceClock.now();
      sessionStart ??= time;
      const sequence = Math.max(0, minutesUntil(time));
      const read = stamped(taken, host.device.profile, { deviceTime: time, sequence });
      const reading = { ...read, deviceTime: plusMinutes(sessionStart, sequence) };
      store.add(reading);
      return reading;
    },
  };
};
