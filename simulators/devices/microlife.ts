import { fromHex, toHex } from '@hemma/protocols/bytes.js';
import {
  microlifeAnswersUuid,
  microlifeCommandsUuid,
  microlifeServiceUuid,
} from '@hemma/protocols/profiles/microlife.js';
import { toLocal } from '@hemma/protocols/serial/local-time.js';
import {
  microlifeCommands,
  microlifeFrame,
  microlifeRecord,
  microlifeRecords,
  microlifeUserPayload,
} from '@hemma/protocols/vendor/microlife.js';
import { StreamFramer } from '@hemma/protocols/serial/framer.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory, GattHost } from './common/model.js';
import { Sending, start } from './common/sending.js';

const command = { setTime: 0x0d, getUser: 0x05, getRecords: 0x00, disconnect: 0x04 } as const;
const chosenUser = 1;

function setClock({ deviceClock }: GattHost, fields: Uint8Array): void {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  deviceClock.set(toLocal({ year: 2000 + year, month, day, hour, minute, second }));
}

/** A monitor that tells its whole memory in one answer. */
export const microlife: GattBehaviourFactory = (host) => {
  const { store } = host;
  const sending = new Sending(host);
  let framer = new StreamFramer(microlifeCommands);

  const reply = (payload: string): Promise<void> =>
    sending.pieces(microlifeAnswersUuid, microlifeFrame.encode({ direction: 'reply', payload }));

  async function tellRecords(): Promise<void> {
    const all = store.all();
    const records = all.map(({ reading }) => microlifeRecord.decode(reading.octets));
    await reply(toHex(microlifeRecords.encode({ records })));
    for (const record of all) record.sent = true;
  }

  function obey(frame: Uint8Array): void {
    const payload = fromHex(microlifeFrame.decode(frame).payload);
    if (payload[0] === command.disconnect) host.server?.disconnect();
    else if (payload[0] === command.getRecords) start(tellRecords);
    else if (payload[0] === command.getUser) start(() => reply(microlifeUserPayload(chosenUser)));
    else if (payload[0] === command.setTime) {
      setClock(host, payload.subarray(1));
      start(() => reply('81'));
    }
  }

  return {
    services: [
      {
        uuid: microlifeServiceUuid,
        characteristics: [
          {
            uuid: microlifeAnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (!on) return;
              sending.begin();
              framer = new StreamFramer(microlifeCommands);
            },
          },
          {
            uuid: microlifeCommandsUuid,
            properties: ['write'],
            onWrite: (octets) => framer.push(octets).forEach(obey),
          },
        ],
      },
    ],
    waiting: () => store.unsent().length > 0,
    take: (taken, { deviceTime }) => {
      const read = stamped(taken, host.device.profile, { deviceTime, sequence: null });
      const reading = { ...read, userSlot: chosenUser };
      store.add(reading);
      return reading;
    },
  };
};
