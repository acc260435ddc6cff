import {
  contecLiveAnswersUuid,
  contecLiveCommandsUuid,
  contecLiveServiceUuid,
  contecStartStream,
} from '@hemma/protocols/profiles/contec-live.js';
import { toHex } from '@hemma/protocols/bytes.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { contecCommand } from '@hemma/protocols/vendor/contec-seven-bit.js';
import { stamped } from './common/model.js';
import type { GattBehaviourFactory } from './common/model.js';
import { Sending, start } from './common/sending.js';

const secondMs = 1_000;
/** Seconds of a run. */
const run = { searching: 3, measuring: 45, out: 4 } as const;
/** A point of the waveform, as it was logged. */
const waveform = contecCommand(0xeb, 0x00, 0x03, 0x48, 0x09);

/** A CMS50D-BT: notifies once it was told to, a waveform between its values. */
export const contecLive: GattBehaviourFactory = (host) => {
  const state = { isStarted: false, runs: 0 };
  const sending = new Sending(host, () => state.runs > 0);

  const second = async (reading: Reading): Promise<void> => {
    await host.timers.sleep(secondMs);
    if (!state.isStarted) return;
    await sending.sample(contecLiveAnswersUuid, waveform);
    await sending.sample(contecLiveAnswersUuid, host.device.profile.write(reading));
  };

  const play = async (reading: Reading): Promise<void> => {
    // With the finger out the last values still stand in the frame.
    const out: Reading = { ...reading, failure: 'sensor_off' };
    const searching: Reading = { ...reading, values: [], failure: 'not_a_number' };
    for (let i = 0; i < run.searching; i += 1) await second(searching);
    for (let i = 0; i < run.measuring; i += 1) await second(reading);
    for (let i = 0; i < run.out; i += 1) await second(out);
    state.runs -= 1;
  };

  return {
    services: [
      {
        uuid: contecLiveServiceUuid,
        characteristics: [
          {
            uuid: contecLiveAnswersUuid,
            properties: ['notify'],
            onSubscribe: (on) => {
              state.isStarted = false;
              if (on) sending.begin();
            },
          },
          {
            uuid: contecLiveCommandsUuid,
            properties: ['write'],
            onWrite: (octets) => {
              if (toHex(octets) === toHex(contecStartStream)) state.isStarted = true;
            },
          },
        ],
      },
    ],
    waiting: () => state.runs > 0,
    take: (taken, { past }) => {
      const mark = { deviceTime: null, sequence: null };
      const reading = stamped(taken, host.device.profile, mark);
      if (past) return reading;
      state.runs += 1;
      start(() => play(reading));
      return reading;
    },
  };
};
