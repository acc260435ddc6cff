/**
 * Omron monitors of the newer firmware that are read as an EEPROM: after a bond, an exchange of four
 * octets opens the memory, whose slots are then read block by block. Nothing is written to it.
 * Sources: hass-omron, omblepy.
 */
import { fromHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile, Uuid } from '../device.js';
import { CodedError } from '../errors.js';
import type { Reading } from '../reading.js';
import { frameOf, type FrameRule } from '../serial/framer.js';
import { omronClock, omronRecord, type OmronRecord } from '../vendor/omron-record.js';
import { omronTransferFrame, type OmronTransferFrame } from '../vendor/omron-transfer-frame.js';
import { Collector } from './common/collect.js';
import { Frames } from './common/frames.js';
import { greet } from './common/greeting.js';
import { pressuresOf, readPressures } from './common/pressures.js';
import { flagsWhere } from './common/readings.js';

export const omronMemoryServiceUuid: Uuid = 'fe4a';
export const omronCommandsUuid: Uuid = 'db5b55e0aee711e1965e0002a5d5c51b';
export const omronAnswersUuid: Uuid = '49123040aee811e1a74d0002a5d5c51b';
export const omronUnlockUuid: Uuid = 'b305b680aee711e1a7300002a5d5c51b';

/** The records of one user: where they begin, and how many slots there are. */
export interface OmronUser {
  readonly address: number;
  readonly slots: number;
}

export interface OmronMemory {
  readonly users: readonly OmronUser[];
  /** From one record to the next; the record is in the first 14 octets. */
  readonly slotOctets: 14 | 16;
  /** Where the 16 octets with the clock are. */
  readonly clockAddress: number;
}

/** The profile says its memory, for the virtual device of the same name. */
export interface OmronMemoryProfile extends GattProfile {
  readonly name: 'omron-memory';
  readonly memory: OmronMemory;
}

export const omronRecordOctets = 14;
export const omronClockOctets = 16;
/** Slots of one read: 42 or 48 octets, which is what these models transfer at most. */
export const omronSlotsPerRead = 3;

export const omronTypes = { open: '0000', read: '0100', close: '0f00' } as const;
/** The answer to a close, and to anything that the monitor rejects. */
export const omronRejected = '8f00';

/** "Not a stored secret": the monitor sends back whichever four octets it is given. */
const token = [0x48, 0x65, 0x6d, 0x61] as const;
export const omronUnlock = { ask: 0x11, granted: [0x91, 0x00] } as const;
const unlockOctets = 20;
/** As long as the cited client waits. */
const unlockMs = 5_000;

const surroundings = 8;
/** The answer to the largest read. */
const longestFrame = surroundings + omronSlotsPerRead * 16;
const isReplyBit = 0x80;

/** Where the answers are in what the monitor notifies; each begins with its length. */
const answers: FrameRule = {
  longest: longestFrame,
  look: (octets) => {
    const [length = 0, type] = octets;
    if (length < surroundings || length > longestFrame) return 'skip';
    if (type !== undefined && (type & isReplyBit) === 0) return 'skip';
    return octets.length < length ? 'more' : frameOf(length);
  },
};

function toReading(record: OmronRecord, octets: Uint8Array, userSlot: number | null): Reading {
  return readPressures(record, octets, {
    flags: flagsWhere({
      irregular_pulse: record.irregularPulse,
      body_movement: record.bodyMovement,
      cuff_loose: !record.cuffFits,
      improper_position: record.improperPosition,
      device_clock_unset: record.timestamp === null,
    }),
    deviceTime: record.timestamp,
    sequence: record.sequence,
    userSlot,
  });
}

function write(reading: Reading): Uint8Array {
  const has = (flag: Reading['flags'][number]): boolean => reading.flags.includes(flag);
  return omronRecord.encode({
    ...pressuresOf(reading),
    timestamp: reading.deviceTime,
    irregularPulse: has('irregular_pulse'),
    bodyMovement: has('body_movement'),
    cuffFits: !has('cuff_loose'),
    improperPosition: has('improper_position'),
    sequence: reading.sequence ?? 0,
  });
}

/** Opens the memory outside of the pairing mode too. Throws `device_refused`. */
async function unlock(conversation: GattConversation): Promise<void> {
  let granted = false;
  const collector = new Collector(conversation, {
    [omronUnlockUuid]: (octets) => {
      granted = [...omronUnlock.granted, ...token].every((octet, at) => octets[at] === octet);
    },
  });
  const request = new Uint8Array(unlockOctets);
  request.set([omronUnlock.ask, ...token]);
  await conversation.write(omronUnlockUuid, request);
  if (!(await collector.until(() => granted, unlockMs))) {
    throw new CodedError('device_refused', 'the memory stays closed');
  }
}

/** Commands and answers of one conversation. */
class Eeprom {
  readonly #frames: Frames;

  constructor(conversation: GattConversation) {
    this.#frames = new Frames(conversation, {
      commands: omronCommandsUuid,
      answers: omronAnswersUuid,
      rule: answers,
    });
  }

  async open(): Promise<void> {
    await this.#ask({ type: omronTypes.open, address: '0000', size: 16 });
  }

  async close(): Promise<void> {
    await this.#ask({ type: omronTypes.close, address: '0000', size: 0 });
  }

  async read(address: number, size: number): Promise<Uint8Array> {
    const place = address.toString(16).padStart(4, '0');
    const { data } = await this.#ask({ type: omronTypes.read, address: place, size });
    const octets = fromHex(data ?? '');
    if (octets.length < size) throw new CodedError('device_refused', 'a short block');
    return octets;
  }

  refuse(octets: Uint8Array, reason: string): void {
    this.#frames.refuse(octets, reason);
  }

  /** A reply has the type of its command with the highest bit set, and the same address. */
  #ask(command: OmronTransferFrame): Promise<OmronTransferFrame> {
    const type = `8${command.type.slice(1)}`;
    return this.#frames.ask(omronTransferFrame.encode(command), (frame) => {
      const reply = omronTransferFrame.decode(frame);
      const isMine = reply.type === type && reply.address === command.address;
      if (!isMine && reply.type === omronRejected) throw new CodedError('device_refused');
      return isMine ? reply : null;
    });
  }
}

/** Records of this block of slots; empty ones are left out, damaged ones refused. */
function recordsIn(block: Uint8Array, slotOctets: number, eeprom: Eeprom): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (let at = 0; at < block.length; at += slotOctets) {
    const octets = block.subarray(at, at + omronRecordOctets);
    try {
      omronRecord.decode(octets);
      records.push(octets);
    } catch (error) {
      if (!(error instanceof CodecRefusal)) throw error;
      if (error.reason !== 'empty') eeprom.refuse(octets, error.message);
    }
  }
  return records;
}

/** An Omron monitor that is read as an EEPROM; see {@link OmronMemory}. */
export function omronMemory(memory: OmronMemory): OmronMemoryProfile {
  const { users, slotOctets, clockAddress } = memory;

  async function takeUser(conversation: GattConversation, eeprom: Eeprom, index: number) {
    const { address, slots } = users[index] ?? { address: 0, slots: 0 };
    const userSlot = users.length > 1 ? index + 1 : null;
    for (let slot = 0; slot < slots; slot += omronSlotsPerRead) {
      const count = Math.min(omronSlotsPerRead, slots - slot);
      const block = await eeprom.read(address + slot * slotOctets, count * slotOctets);
      for (const octets of recordsIn(block, slotOctets, eeprom)) {
        await conversation.take(toReading(omronRecord.decode(octets), octets, userSlot));
      }
    }
  }

  return {
    name: 'omron-memory',
    services: [omronMemoryServiceUuid],
    clock: 'read',
    memory,
    read: (octets) => toReading(omronRecord.decode(octets), octets, null),
    write,
    async converse(conversation) {
      await greet(conversation);
      await conversation.subscribe(omronAnswersUuid);
      await conversation.subscribe(omronUnlockUuid);
      await unlock(conversation);
      const eeprom = new Eeprom(conversation);
      await eeprom.open();
      tellClock(conversation, await eeprom.read(clockAddress, omronClockOctets));
      for (let user = 0; user < users.length; user += 1) {
        await takeUser(conversation, eeprom, user);
      }
      await eeprom.close();
    },
  };
}

/** A clock that was never set shows no time. */
function tellClock(conversation: GattConversation, octets: Uint8Array): void {
  try {
    conversation.deviceClock(omronClock.decode(octets).dateTime);
  } catch (error) {
    if (!(error instanceof CodecRefusal)) throw error;
    conversation.deviceClock(null);
  }
}

/** Whether the profile is one of these. */
export function isOmronMemory(profile: GattProfile): profile is OmronMemoryProfile {
  return profile.name === 'omron-memory';
}
