/**
 * Contec SP10, SP70 and SP80 spirometers over Bluetooth LE: their clock is set, then every stored
 * result is asked for in turn, with the curve that goes with it. The memory is never emptied.
 * Source: contec-spirometer-ios-app.
 */
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile } from '../device.js';
import { CodedError } from '../errors.js';
import { roundTo } from '../ranges.js';
import type { Reading } from '../reading.js';
import {
  contecAnswer,
  contecAnswers,
  contecCommands,
  contecPair,
  contecSetTime,
} from '../vendor/contec-spirometer-link.js';
import { contecSpirometer, type ContecSpirometry } from '../vendor/contec-spirometer.js';
import { Frames } from './common/frames.js';
import { greet } from './common/greeting.js';
import { keepClock } from './common/keep-clock.js';
import { timeFor } from './common/pressures.js';
import { failed, measured, numbersOf, readingOf, valueOf } from './common/readings.js';

export const contecServiceUuid = 'ff12';
export const contecCommandsUuid = 'ff01';
export const contecAnswersUuid = 'ff02';

/** The count has 14 bits, but the largest home devices keep so many. */
const maxRecords = 2_000;
/** Everything, and a forced blow: the two that measure what the catalogue has. */
const blowTypes: readonly number[] = [0, 1];
const secondsPerMinute = 60;
/** Flows are told in 0.01 L/s, so that a flow in L/min has one decimal. */
const flowDecimals = 1;

function isBlow({ measureType }: ContecSpirometry): boolean {
  return blowTypes.includes(measureType);
}

function toReading(blow: ContecSpirometry, octets: Uint8Array): Reading {
  if (!isBlow(blow)) throw new CodecRefusal('format', 'no forced blow');
  const values = numbersOf({
    fev1: measured(blow.fev1L),
    fvc: measured(blow.fvcL),
    pef: measured(roundTo(blow.pefLps * secondsPerMinute, flowDecimals)),
    fev1_fvc_ratio: measured(blow.fev1FvcPercent),
  });
  return readingOf('spirometry', octets, {
    ...(values.length === 0 ? failed('not_a_number') : { values }),
    deviceTime: blow.timestamp,
  });
}

/** What a virtual spirometer says beside the blow. */
const virtualPerson = { sex: 'female', age: 60, heightCm: 170, standard: 1 } as const;
const nothingElse = {
  fev05L: 0,
  fev3L: 0,
  fev6L: 0,
  fef25Lps: 0,
  fef50Lps: 0,
  fef75Lps: 0,
  fef2575Lps: 0,
};

function write(reading: Reading): Uint8Array {
  return contecSpirometer.encode({
    ...virtualPerson,
    ...nothingElse,
    measureType: 1,
    recordNumber: 1,
    timestamp: timeFor(reading),
    postDrug: false,
    fev1L: valueOf(reading, 'fev1') ?? 0,
    fvcL: valueOf(reading, 'fvc') ?? 0,
    fev1FvcPercent: valueOf(reading, 'fev1_fvc_ratio') ?? 0,
    pefLps: roundTo((valueOf(reading, 'pef') ?? 0) / secondsPerMinute, 2),
  });
}

/** Takes only the answer that begins with this octet. */
const only =
  (first: number) =>
  (frame: Uint8Array): Uint8Array | null =>
    frame[0] === first ? frame : null;

/** Up to the count; gives how many results are stored. */
async function open(conversation: GattConversation, frames: Frames): Promise<number> {
  await frames.ask(contecCommands.hello, only(contecAnswer.hello));
  await keepClock(conversation, null, {
    read: null,
    set: (now) => frames.ask(contecSetTime(now), only(contecAnswer.timeSet)),
  });
  await frames.ask(contecCommands.identify, only(contecAnswer.identity));
  await frames.ask(contecCommands.predict, only(contecAnswer.predicted));
  const answer = await frames.ask(contecCommands.count, only(contecAnswer.count));
  const count = contecPair(answer, 1);
  if (count > maxRecords) throw new CodedError('device_rubbish', 'too many records');
  return count;
}

async function takeRecords(conversation: GattConversation, frames: Frames, count: number) {
  for (let record = 0; record < count; record += 1) {
    const command = record === 0 ? contecCommands.firstRecord : contecCommands.nextRecord;
    const octets = await frames.ask(command, only(contecAnswer.result));
    await takeRecord(conversation, frames, octets);
    // The next result is only known to come after the curve of this one.
    await frames.ask(contecCommands.wave, only(contecAnswer.wave));
  }
}

/** One damaged result must not cost the others; another manoeuvre than a blow is passed over. */
async function takeRecord(conversation: GattConversation, frames: Frames, octets: Uint8Array) {
  try {
    const blow = contecSpirometer.decode(octets);
    if (isBlow(blow)) await conversation.take(toReading(blow, octets));
  } catch (error) {
    if (!(error instanceof CodecRefusal)) throw error;
    frames.refuse(octets, error.message);
  }
}

/** A Contec spirometer of the SP family. */
export function contecSp(): GattProfile {
  return {
    name: 'contec-spirometer',
    services: [contecServiceUuid],
    clock: 'set-unread',
    read: (octets) => toReading(contecSpirometer.decode(octets), octets),
    write,
    async converse(conversation) {
      await greet(conversation);
      const frames = new Frames(conversation, {
        commands: contecCommandsUuid,
        answers: contecAnswersUuid,
        rule: contecAnswers,
      });
      await conversation.subscribe(contecAnswersUuid);
      const count = await open(conversation, frames);
      if (count === 0) return;
      await takeRecords(conversation, frames, count);
      await frames.send(contecCommands.keep);
    },
  };
}
