import { fromHex, OctetReader, OctetWriter, toHex } from '@hemma/protocols/bytes.js';
import {
  verioAnswersUuid,
  verioCommands,
  verioCommandsUuid,
  verioServiceUuid,
} from '@hemma/protocols/profiles/onetouch-verio.js';
import { verioClock, verioFrame, verioStream } from '@hemma/protocols/vendor/onetouch-verio.js';
import { StreamFramer } from '@hemma/protocols/serial/framer.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory, GattHost } from './common/model.js';
import { Sending, start } from './common/sending.js';

const prefix = 3;
const done = 0x06;

/** The payload of an answer with these octets. */
function answer(octets: Uint8Array = new Uint8Array(0)): string {
  return toHex(Uint8Array.of(done, ...octets));
}

function newestNumber({ store }: GattHost): number {
  return Math.max(0, ...store.all().map(({ reading }) => reading.sequence ?? 0));
}

/** The frame of an answer; null where a command has none. */
function answerTo(payload: string, host: GattHost): Uint8Array | null {
  const { deviceClock, store } = host;
  const say = (text: string): Uint8Array => verioFrame.encode({ prefix, payload: text });
  if (payload === verioCommands.readClock) return say(answer(verioClock.encode(deviceClock.now())));
  if (payload === verioCommands.newest)
    return say(answer(new OctetWriter().uint32(newestNumber(host)).octets()));
  if (payload === verioCommands.count)
    return say(answer(new OctetWriter().uint16(store.all().length).octets()));
  if (!payload.startsWith(verioCommands.record)) return null;
  const number = new OctetReader(fromHex(payload).subarray(1)).uint16();
  const record = store.all().find(({ reading }) => reading.sequence === number);
  if (record === undefined) return null;
  record.sent = true;
  return record.reading.octets;
}

/** A OneTouch meter with Bluetooth LE: says every answer twice where it is told to. */
export const onetouchVerio: GattBehaviourFactory = (host) => {
  const { store, habits } = host;
  const sending = new Sending(host);
  let framer = new StreamFramer(verioStream);

  async function say(frame: Uint8Array): Promise<void> {
    const isRecord = 'record' in verioFrame.decode(frame);
    if (isRecord) await sending.value('notify', verioAnswersUuid, frame);
    else await sending.answer(verioAnswersUuid, frame, 'notify');
    if (habits.repeatsAnswers) await sending.answer(verioAnswersUuid, frame, 'notify');
  }

  function obey(frame: Uint8Array): void {
    const command = verioFrame.decode(frame);
    if ('ack' in command) return;
    const { payload } = command;
    start(async () => {
      await sending.answer(verioAnswersUuid, verioFrame.encode({ ack: true }), 'notify');
      if (payload.startsWith(verioCommands.setClock)) {
        host.deviceClock.set(verioClock.decode(fromHex(payload).subarray(2)));
        return;
      }
      const said = answerTo(payload, host);
      if (said !== null) await say(said);
    });
  }

  return {
    services: [
      {
        uuid: verioServiceUuid,
        characteristics: [
          {
            uuid: verioAnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (!on) return;
              sending.begin();
              framer = new StreamFramer(verioStream);
            },
          },
          {
            uuid: verioCommandsUuid,
            properties: ['write'],
            onWrite: (octets) => framer.push(octets).forEach(obey),
          },
        ],
      },
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const sequence = store.nextSequence();
      const read = stamped(taken, host.device.profile, { deviceTime, sequence });
      const reading = { ...read, sequence };
      store.add(reading);
      return reading;
    },
  };
};
