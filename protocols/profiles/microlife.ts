/**
 * Microlife monitors with the vendor service FFF0: the clock is set, the chosen user is asked for,
 * then the whole memory in one answer, and the monitor is told to leave. Sources:
 * blood-pressure-monitor-fl (Microlife), joergmlpts/blood-pressure-monitor.
 */
import { fromHex } from '../bytes.js';
import type { GattConversation, GattProfile } from '../device.js';
import { CodedError } from '../errors.js';
import type { Reading } from '../reading.js';
import {
  microlifeDisconnect,
  microlifeFrame,
  microlifeGetRecords,
  microlifeGetUser,
  microlifeRecord,
  microlifeRecords,
  microlifeReplies,
  microlifeSetTime,
  microlifeUser,
  type MicrolifeRecords,
} from '../vendor/microlife.js';
import { Frames } from './common/frames.js';
import { greet } from './common/greeting.js';
import { keepClock } from './common/keep-clock.js';
import { onTheMinute, pressuresOf, readPressures, timeFor } from './common/pressures.js';

export const microlifeServiceUuid = 'fff0';
export const microlifeAnswersUuid = 'fff1';
export const microlifeCommandsUuid = 'fff2';

/** Payload of the answer that only acknowledges. */
const acknowledged = '81';

function read(octets: Uint8Array): Reading {
  const record = microlifeRecord.decode(octets);
  return readPressures(record, octets, { deviceTime: onTheMinute(record.timestamp) });
}

function write(reading: Reading): Uint8Array {
  return microlifeRecord.encode({ ...pressuresOf(reading), timestamp: timeFor(reading) });
}

/** Whether the frame acknowledges a command; null for another answer. */
function acknowledgement(frame: Uint8Array): true | null {
  return microlifeFrame.decode(frame).payload === acknowledged ? true : null;
}

/** The memory; null for a late acknowledgement. */
function memory(frame: Uint8Array): MicrolifeRecords | null {
  const { payload } = microlifeFrame.decode(frame);
  return payload === acknowledged ? null : microlifeRecords.decode(fromHex(payload));
}

/** The user that is chosen on the monitor; null for a late acknowledgement. */
function chosenUser(frame: Uint8Array): number | null {
  return microlifeUser(fromHex(microlifeFrame.decode(frame).payload));
}

/** Null when there was no answer: a monitor is read all the same. */
async function unlessSilent<T>(asking: Promise<T>): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'device_timeout') return null;
    throw error;
  }
}

async function setTime(conversation: GattConversation, frames: Frames): Promise<void> {
  await keepClock(conversation, null, {
    read: null,
    set: (now) => unlessSilent(frames.ask(microlifeSetTime(now), acknowledgement)),
  });
}

/** A Microlife monitor with Bluetooth. */
export function microlife(): GattProfile {
  return {
    name: 'microlife',
    services: [microlifeServiceUuid],
    clock: 'set-unread',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      const frames = new Frames(conversation, {
        commands: microlifeCommandsUuid,
        answers: microlifeAnswersUuid,
        rule: microlifeReplies,
      });
      await conversation.subscribe(microlifeAnswersUuid);
      await setTime(conversation, frames);
      const userSlot = await unlessSilent(frames.ask(microlifeGetUser, chosenUser));
      const { records } = await frames.ask(microlifeGetRecords, memory);
      for (const record of records) {
        await conversation.take({ ...read(microlifeRecord.encode(record)), userSlot });
      }
      await frames.send(microlifeDisconnect);
    },
  };
}
