import { toHex } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import {
  isOmronMemory,
  omronAnswersUuid,
  omronClockOctets,
  omronCommandsUuid,
  omronMemoryServiceUuid,
  omronRejected,
  omronTypes,
  omronUnlock,
  omronUnlockUuid,
} from '@hemma/protocols/profiles/omron-memory.js';
import { omronClock } from '@hemma/protocols/vendor/omron-record.js';
import {
  omronTransferFrame,
  type OmronTransferFrame,
} from '@hemma/protocols/vendor/omron-transfer-frame.js';
import type { GattBehaviour, GattBehaviourFactory, GattHost } from './common/model.js';
import { stamped } from './common/model.js';
import { Sending, start } from './common/sending.js';

const memoryOctets = 0x1000;
/** What a slot that was never written reads as. */
const erased = 0xff;
const noAddress = '0000';

/** A monitor whose records lie in an EEPROM. */
class OmronMonitor {
  readonly #host: GattHost;
  readonly #sending: Sending;
  #isUnlocked = false;

  constructor(host: GattHost) {
    this.#host = host;
    this.#sending = new Sending(host);
  }

  get behaviour(): GattBehaviour {
    const { store, device } = this.#host;
    return {
      services: [
        {
          uuid: omronMemoryServiceUuid,
          characteristics: [
            { uuid: omronAnswersUuid, properties: ['notify'], onSubscribe: this.#begin },
            { uuid: omronCommandsUuid, properties: ['write'], onWrite: this.#command },
            { uuid: omronUnlockUuid, properties: ['write', 'notify'], onWrite: this.#unlock },
          ],
        },
      ],
      waiting: () => store.unsent().length > 0,
      take: (taken, { deviceTime }) => {
        const mark = { deviceTime, sequence: store.nextSequence() };
        const read = stamped(taken, device.profile, mark);
        const reading = { ...read, userSlot: this.#memory.users.length > 1 ? 1 : null };
        store.add(reading);
        return reading;
      },
    };
  }

  get #memory() {
    const { profile } = this.#host.device;
    if (!isOmronMemory(profile)) throw new TypeError('not an Omron memory');
    return profile.memory;
  }

  readonly #begin = (on: boolean): void => {
    if (!on) return;
    this.#isUnlocked = false;
    this.#sending.begin();
  };

  readonly #unlock = (octets: Uint8Array): void => {
    if (octets[0] !== omronUnlock.ask) return;
    this.#isUnlocked = true;
    const granted = Uint8Array.of(...omronUnlock.granted, ...octets.subarray(1, 5));
    start(() => this.#sending.answer(omronUnlockUuid, granted, 'notify'));
  };

  readonly #command = (octets: Uint8Array): void => {
    const command = decoded(octets);
    if (command === null) return;
    start(async () => {
      await this.#sending.pieces(omronAnswersUuid, omronTransferFrame.encode(this.#reply(command)));
      if (command.type === omronTypes.close) this.#closed();
    });
  };

  #reply({ type, address, size }: OmronTransferFrame): OmronTransferFrame {
    const isKnown = type === omronTypes.open || type === omronTypes.close;
    if (isKnown) return { type: `8${type.slice(1)}`, address, size: 0 };
    if (type !== omronTypes.read || !this.#isUnlocked) {
      return { type: omronRejected, address: noAddress, size: 0 };
    }
    const at = Number.parseInt(address, 16);
    return { type: '8100', address, size, data: toHex(this.#image().slice(at, at + size)) };
  }

  #closed(): void {
    const { store, habits, server } = this.#host;
    for (const record of store.all()) record.sent = true;
    if (habits.leaves) server?.disconnect();
  }

  /** The whole memory as it is now: the first user's records, the newest that have room. */
  #image(): Uint8Array {
    const { users, slotOctets, clockAddress } = this.#memory;
    const { store, deviceClock, habits } = this.#host;
    const image = new Uint8Array(memoryOctets).fill(erased);
    const clock = omronClock.encode({ dateTime: deviceClock.now() });
    image.set(clock.subarray(0, omronClockOctets), clockAddress);
    const [first] = users;
    if (first === undefined) return image;
    const all = store.all();
    const kept =
      habits.order === 'oldest-first' ? all.slice(-first.slots) : all.slice(0, first.slots);
    for (const [slot, { reading }] of kept.entries()) {
      image.set(reading.octets, first.address + slot * slotOctets);
    }
    return image;
  }
}

function decoded(octets: Uint8Array): OmronTransferFrame | null {
  try {
    return omronTransferFrame.decode(octets);
  } catch (error) {
    if (error instanceof CodecRefusal) return null;
    throw error;
  }
}

/** An Omron monitor that is read as an EEPROM. */
export const omronMemory: GattBehaviourFactory = (host) => new OmronMonitor(host).behaviour;
