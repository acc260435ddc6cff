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

/** An answer of this many octets behind the first, which begin as told and are 0 then. */
function filled(first: number, length: number, begin: readonly number[] = []): Uint8Array {
  const octets = new Uint8Array(1 + length);
  octets.set([first, ...begin]);
  return octets;
}

/** A curve of two frames; what the flow was from moment to moment is of no use here. */
const curve = filled(contecAnswer.wave, 4 + 2 * 8, [1, 0, ...sevenBits(2)]);

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

  /** The answer of a command that has one of its own; null for others. */
  function answerTo(octets: Uint8Array): Uint8Array | null {
    switch (octets[0]) {
      case command.hello:
        return filled(contecAnswer.hello, 1);
      case command.setTime:
        setClock(host, octets);
        return filled(contecAnswer.timeSet, 2);
      case command.identify:
        return filled(contecAnswer.identity, 7);
      case command.predict:
        return filled(contecAnswer.predicted, 22);
      case command.count:
        return filled(contecAnswer.count, 9, sevenBits(store.all().length));
      case command.wave:
        return curve;
      default:
        return null;
    }
  }

  function obey(octets: Uint8Array): void {
    const octetsOfAnswer = answerTo(octets);
    if (octetsOfAnswer !== null) answer(octetsOfAnswer);
    else if (octets[0] === command.record) tellRecord(octets[1] ?? which.first);
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
