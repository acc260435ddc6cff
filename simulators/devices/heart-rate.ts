import {
  heartRateMeasurementUuid,
  heartRateServiceUuid,
} from '@hemma/protocols/profiles/heart-rate.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { Sending, start } from './common/sending.js';

/** How long the strap is worn for one measurement. */
const wornSeconds = 90;
const secondMs = 1_000;

/** A strap: one value a second while it is worn, and no memory. */
export const heartRate: GattBehaviourFactory = (host) => {
  let worn = 0;
  const sending = new Sending(host, () => worn > 0);
  return {
    services: [
      {
        uuid: heartRateServiceUuid,
        characteristics: [
          {
            uuid: heartRateMeasurementUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
        ],
      },
    ],
    waiting: () => worn > 0,
    take: (taken, { past }) => {
      const mark = { deviceTime: null, sequence: null };
      const reading = stamped(taken, host.device.profile, mark);
      if (past) return reading;
      worn += 1;
      start(async () => {
        for (let second = 0; second < wornSeconds; second += 1) {
          await host.timers.sleep(secondMs);
          await sending.sample(heartRateMeasurementUuid, reading.octets);
        }
        worn -= 1;
      });
      return reading;
    },
  };
};
