import { toHex } from '@hemma/protocols/bytes.js';
import {
  po60AnswersUuid,
  po60Commands,
  po60CommandsUuid,
  po60ServiceUuid,
} from '@hemma/protocols/profiles/beurer-po60.js';
import { beurerPo60Record, contecCommand } from '@hemma/protocols/vendor/contec-seven-bit.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { Sending, start } from './common/sending.js';

const batchSize = 10;
/** What it answers to the request before the records; what stands in it is not known. */
const requestAnswer = contecCommand(0xf0, 0x05);

/** A PO60: tells its memory in batches of ten when it is asked, and keeps it. */
export const beurerPo60: GattBehaviourFactory = (host) => {
  const { store, habits } = host;
  const sending = new Sending(host);
  let told = 0;

  async function tellBatch(): Promise<void> {
    const all = store.all();
    const batch = all.slice(told, told + batchSize);
    for (const [index, record] of batch.entries()) {
      told += 1;
      const content = beurerPo60Record.decode(record.reading.octets);
      const octets = beurerPo60Record.encode({ ...content, index, last: told === all.length });
      await sending.pieces(po60AnswersUuid, octets);
      record.sent = true;
    }
    if (habits.leaves && told === all.length) host.server?.disconnect();
  }

  function obey(octets: Uint8Array): void {
    const command = toHex(octets);
    if (command === toHex(po60Commands.request)) {
      start(() => sending.answer(po60AnswersUuid, requestAnswer, 'notify'));
    } else if (command === toHex(po60Commands.firstBatch)) {
      told = 0;
      start(tellBatch);
    } else if (command === toHex(po60Commands.nextBatch)) start(tellBatch);
  }

  return {
    services: [
      {
        uuid: po60ServiceUuid,
        characteristics: [
          {
            uuid: po60AnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: po60CommandsUuid, properties: ['write'], onWrite: obey },
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
