/**
 * Microlife monitors with the vendor service FFF0: the clock is set, the whole memory is asked for
 * in one answer, the monitor is told to leave. Source: blood-pressure-monitor-fl, Microlife.
 */
import { fromHex } from '../bytes.js';
import type { GattConversation, GattProfile } from '../device.js';
import { CodedError } from '../errors.js';
import type { Reading } from '../reading.js';
import {
  microlifeDisconnect,
  microlifeFrame,
  microlifeGetRecords,
  microlifeRecord,
  microlifeRecords,
  microlifeReplies,
  microlifeSetTime,
  type MicrolifeRecords,
} from '../vendor/microlife.js';
import { Frames } from './common/frames.js';
import { greet } from './common/greeting.js';
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

/** A monitor that does not take its time is read all the same. */
async function setTime(conversation: GattConversation, frames: Frames): Promise<void> {
  const now = conversation.localTime();
  if (now === null) return;
  try {
    await frames.ask(microlifeSetTime(now), acknowledgement);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'device_timeout') throw error;
  }
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
      const { records } = await frames.ask(microlifeGetRecords, memory);
      for (const record of records) await conversation.take(read(microlifeRecord.encode(record)));
      await frames.send(microlifeDisconnect);
    },
  };
}
