import {
  andesfitAnswersUuid,
  andesfitCommands,
  andesfitCommandsUuid,
  andesfitServiceUuid,
} from '@hemma/protocols/profiles/andesfit-spirometer.js';
import {
  andesfitStateOctets,
  type AndesfitState,
} from '@hemma/protocols/vendor/andesfit-spirometer.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { Sending, start } from './common/sending.js';

/** A spirometer that is asked until it is ready, and then tells its newest result. */
export const andesfitSpirometer: GattBehaviourFactory = (host) => {
  const { store } = host;
  const sending = new Sending(host);
  const isWaiting = (): boolean => store.unsent().length > 0;

  const say = (state: AndesfitState): void =>
    start(() => sending.answer(andesfitAnswersUuid, andesfitStateOctets(state), 'notify'));
  const newest = (): number =>
    Math.max(0, ...store.all().map(({ reading }) => reading.sequence ?? 0));

  function tellResult(number: number): void {
    const record = store.all().find(({ reading }) => reading.sequence === number);
    if (record === undefined) return;
    start(() => sending.value('notify', andesfitAnswersUuid, record.reading.octets));
  }

  function end(): void {
    for (const record of store.all()) record.sent = true;
    say({ state: 'ended' });
  }

  function obey([, code, number = 0]: Uint8Array): void {
    if (code === andesfitCommands.isReady) say({ state: isWaiting() ? 'ready' : 'other' });
    else if (code === andesfitCommands.newest) say({ state: 'newest', number: newest() });
    else if (code === andesfitCommands.result) tellResult(number);
    else if (code === andesfitCommands.end) end();
  }

  return {
    services: [
      {
        uuid: andesfitServiceUuid,
        characteristics: [
          {
            uuid: andesfitAnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              if (on) sending.begin();
            },
          },
          { uuid: andesfitCommandsUuid, properties: ['write'], onWrite: obey },
        ],
      },
    ],
    waiting: isWaiting,
    take: (taken) => {
      const sequence = store.nextSequence();
      const read = stamped(taken, host.device.profile, { deviceTime: null, sequence });
      const reading = { ...read, sequence };
      store.add(reading);
      return reading;
    },
  };
};
