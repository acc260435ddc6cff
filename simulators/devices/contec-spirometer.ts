import {
  contecAnswersUuid,
  contecCommandsUuid,
  contecServiceUuid,
} from '@hemma/protocols/profiles/contec-spirometer.js';
import { toLocal } from '@hemma/protocols/serial/local-time.js';
import { contecAnswer } from '@hemma/protocols/vendor/contec-spirometer-link.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory, GattHost } from './common/model.js';
import type { StoredRecord } from './common/record-store.js';
import { Sending, start } from './common/sending.js';

/** First octets of the commands. */
const command = {
  hello: 0x80,
  setTime: 0x83,
  identify: 0x82,
  predict: 0x94,
  count: 0x90,
  record: 0x91,
  wave: 0x92,
} as const;
/** Second octet of the command for a record. */
const which = { first: 0, next: 1, keep: 0x7e } as const;

const sevenBits = (value: number): [number, number] => [value & 0x7f, value >> 7];
const filled = (first: number, ...rest: readonly number[]): Uint8Array =>
  Uint8Array.of(first, ...rest);

/** A curve of two frames; what a flow was from moment to moment is of no use here. */
const curve = filled(contecAnswer.wave, 1, 0, ...sevenBits(2), ...new Uint8Array(2 * 8));

function setClock({ deviceClock }: GattHost, octets: Uint8Array): void {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = octets.subarray(1);
  deviceClock.set(toLocal({ year: 2000 + year, month, day, hour, minute, second }));
}

/** A spirometer that is asked for its results one by one. */
export const contecSpirometer: GattBehaviourFactory = (host) => {
  const { store, habits } = host;
  const sending = new Sending(host);
  let told: StoredRecord[] = [];

  const answer = (octets: Uint8Array): void =>
    start(() => sending.pieces(contecAnswersUuid, octets));

  function tellRecord(place: number): void {
    if (place === which.keep) {
      for (const record of told) record.sent = true;
      if (habits.leaves) host.server?.disconnect();
      return;
    }
    if (place === which.first) told = [];
    const record = store.all()[told.length];
    if (record === undefined) return;
    told.push(record);
    answer(record.reading.octets);
  }

  function obey(octets: Uint8Array): void {
    switch (octets[0]) {
      case command.hello:
        return answer(filled(contecAnswer.hello, 0));
      case command.setTime:
        setClock(host, octets);
        return answer(filled(contecAnswer.timeSet, 0, 0));
      case command.identify:
        return answer(filled(contecAnswer.identity, ...new Uint8Array(7)));
      case command.predict:
        return answer(filled(contecAnswer.predicted, ...new Uint8Array(22)));
      case command.count:
        return answer(
          filled(contecAnswer.count, ...sevenBits(store.all().length), ...new Uint8Array(7)),
        );
      case command.wave:
        return answer(curve);
      case command.record:
        return tellRecord(octets[1] ?? which.first);
    }
  }

  return {
    services: [
      {
        uuid: contecServiceUuid,
        characteristics: [
          {
            uuid: contecAnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: contecCommandsUuid, properties: ['write'], onWrite: obey },
        ],
      },
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const reading = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      store.add(reading);
      return reading;
    },
  };
};
