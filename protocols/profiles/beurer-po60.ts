/**
 * Beurer PO60 over Bluetooth LE, Contec's protocol: the stored measurements are asked for in batches
 * of ten. Nothing is ever deleted (`99 7F` would). Sources: LivecareBluetoothSDK, a public PO60
 * client.
 */
import type { GattConversation, GattProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { sum8 } from '../serial/fields.js';
import {
  beurerPo60Record,
  contecCommand,
  decodeContecFrame,
  po60RecordStart,
} from '../vendor/contec-seven-bit.js';
import { Collector } from './common/collect.js';
import { greet } from './common/greeting.js';
import { timeFor } from './common/pressures.js';
import { measured, outcomeOf, readingOf, valueOf } from './common/readings.js';

export const po60ServiceUuid = 'ff12';
export const po60CommandsUuid = 'ff01';
export const po60AnswersUuid = 'ff02';

/** The commands that are sent; none of them deletes. */
export const po60Commands = {
  request: contecCommand(0x90, 0x05),
  firstBatch: contecCommand(0x99, 0x00),
  nextBatch: contecCommand(0x99, 0x01),
} as const;

const recordLength = 24;
/** Number within the batch and the mark of the last one, which say nothing of the measurement. */
const placeOctet = 1;
const batchSize = 10;
/** The manual says a hundred measurements; twice as many. */
const maxBatches = 20;
/** A batch of ten is ten times two notifications. */
const batchMs = 5_000;

/**
 * The record with its place in the batch taken out: the same measurement has another place once a
 * newer one is stored, and must stay the same reading.
 */
function withoutPlace(octets: Uint8Array): Uint8Array {
  const record = octets.slice();
  record[placeOctet] = 0;
  record[recordLength - 1] = sum8(record.subarray(0, -1)) & 0x7f;
  return record;
}

function read(octets: Uint8Array): Reading {
  const { endTime, spo2, pulseRate } = beurerPo60Record.decode(octets);
  const values = { spo2: measured(spo2.average), pulse_rate: measured(pulseRate.average) };
  return readingOf('spo2', withoutPlace(octets), { ...outcomeOf(values), deviceTime: endTime });
}

function write(reading: Reading): Uint8Array {
  const spread = (value: number) => ({ max: value, min: value, average: value });
  return beurerPo60Record.encode({
    index: 0,
    last: false,
    startTime: timeFor(reading),
    endTime: timeFor(reading),
    spo2: spread(valueOf(reading, 'spo2') ?? 0),
    pulseRate: spread(valueOf(reading, 'pulse_rate') ?? 0),
  });
}

/** Puts records together from their two notifications. */
class Batches {
  readonly #conversation: GattConversation;
  #pieces: Uint8Array = new Uint8Array(0);
  taken = 0;
  isLast = false;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  readonly piece = async (octets: Uint8Array): Promise<void> => {
    const isBeginning = octets[0] === po60RecordStart;
    // Any other answer ends within its notification, and says nothing that is needed.
    if (!isBeginning && this.#pieces.length === 0) void decodeContecFrame(octets);
    else this.#pieces = isBeginning ? octets.slice() : joined(this.#pieces, octets);
    if (this.#pieces.length < recordLength) return;
    const record = this.#pieces;
    this.#pieces = new Uint8Array(0);
    this.taken += 1;
    this.isLast = beurerPo60Record.decode(record).last;
    await this.#conversation.take(read(record));
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return Uint8Array.of(...first, ...second);
}

/** A PO60. */
export function beurerPo60(): GattProfile {
  return {
    name: 'beurer-po60',
    services: [po60ServiceUuid],
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      await conversation.subscribe(po60AnswersUuid);
      const batches = new Batches(conversation);
      const collector = new Collector(conversation, { [po60AnswersUuid]: batches.piece });
      await conversation.write(po60CommandsUuid, po60Commands.request);
      for (let batch = 0; batch < maxBatches && !batches.isLast; batch += 1) {
        const command = batch === 0 ? po60Commands.firstBatch : po60Commands.nextBatch;
        await conversation.write(po60CommandsUuid, command);
        const due = batches.taken + batchSize;
        const isWhole = await collector.until(
          () => batches.isLast || batches.taken >= due,
          batchMs,
        );
        if (!isWhole) return;
      }
    },
  };
}
