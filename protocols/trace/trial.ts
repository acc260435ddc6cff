/** What a device file makes of a trace: its own conversation, with the recorded device at the other end. */
import { CodecRefusal } from '../codec.js';
import type {
  GattConversation,
  GattDevice,
  SerialConversation,
  SerialDevice,
  Uuid,
} from '../device.js';
import { CodedError } from '../errors.js';
import type { Reading } from '../reading.js';
import type { GattTrace, SerialTrace } from './format.js';
import { GattPlayback, type PlayedValue } from './playback.js';
import { SerialPlayback } from './serial-playback.js';

/**
 * How often a conversation may find nothing before the link counts as lost: between the steps of a
 * store a profile meets a few silences, a serial one would listen for ever.
 */
const maxSilences = 8;

export interface Trial {
  readonly readings: readonly Reading[];
  /** Why octets were refused by the codec, one entry for each value. */
  readonly refusals: readonly string[];
  /** The code of the error that ended the conversation early; null when it ended by itself. */
  readonly fault: string | null;
}

/** Counts silences and keeps what a conversation gives; what both kinds have in common. */
class Outcome {
  readonly readings: Reading[] = [];
  readonly refusals: string[] = [];
  #silences = 0;

  silence(): null {
    this.#silences += 1;
    if (this.#silences > maxSilences) throw new CodedError('link_lost');
    return null;
  }

  async of(conversation: Promise<void>): Promise<Trial> {
    const { readings, refusals } = this;
    try {
      await conversation;
      return { readings, refusals, fault: null };
    } catch (error) {
      if (error instanceof CodedError) return { readings, refusals, fault: error.code };
      if (error instanceof CodecRefusal) return { readings, refusals, fault: error.reason };
      throw error;
    }
  }
}

function ignored(): void {
  // The readings alone are of interest here.
}

async function answered<T>(answer: () => T): Promise<T> {
  await Promise.resolve();
  return answer();
}

/** Every characteristic that the recorded device has. */
function characteristicsOf({ header, events }: GattTrace): ReadonlySet<Uuid> {
  const seen = header.services.flatMap(({ characteristics }) => characteristics);
  const used = events.flatMap((event) => ('characteristic' in event ? [event.characteristic] : []));
  return new Set([...seen.map(({ uuid }) => uuid), ...used]);
}

/**
 * The recorded values, for a conversation that waits for none of them. One that only looks whether
 * there is a value already (`within` 0) finds it once it has waited as long as the device had.
 */
class Values {
  readonly #playback: GattPlayback;
  readonly #outcome: Outcome;
  #waitedMs = 0;
  #held: PlayedValue | null = null;

  constructor(playback: GattPlayback, outcome: Outcome) {
    this.#playback = playback;
    this.#outcome = outcome;
  }

  wait(ms: number): void {
    this.#waitedMs += ms;
  }

  next(withinMs: number): PlayedValue | null {
    const value = this.#held ?? this.#playback.next();
    this.#held = null;
    if (value === null) return this.#outcome.silence();
    if (withinMs === 0 && value.pauseMs > this.#waitedMs) {
      this.#held = value;
      return null;
    }
    this.#waitedMs = Math.max(0, this.#waitedMs - value.pauseMs);
    return value;
  }
}

/** The recorded device has answered to the consent of its recording, whatever is asked now. */
const anyConsent = { user: 1, code: 0 };

/** Lets the device file talk to the recorded device, at the time of the recording. */
export async function tryGattDevice(device: GattDevice, trace: GattTrace): Promise<Trial> {
  const playback = new GattPlayback(trace);
  const offered = characteristicsOf(trace);
  const outcome = new Outcome();
  const values = new Values(playback, outcome);
  const conversation: GattConversation = {
    has: (characteristic) => offered.has(characteristic),
    read: (characteristic) =>
      answered(() => {
        const octets = playback.read(characteristic);
        if (octets === null) throw new CodedError('device_refused');
        return octets;
      }),
    write: (characteristic, octets) => answered(() => playback.write(characteristic, octets)),
    subscribe: (characteristic) => answered(() => playback.subscribe(characteristic)),
    next: (withinMs) => answered(() => values.next(withinMs)),
    wait: (ms) => answered(() => values.wait(ms)),
    // Whether its clock was set is the recording's: nothing is asked that it has no answer to.
    localTime: () => null,
    deviceClock: ignored,
    clockKept: ignored,
    battery: ignored,
    information: ignored,
    lastSequence: () => null,
    consent: () => anyConsent,
    take: (reading) => answered(() => void outcome.readings.push(reading)),
    refuse: (_characteristic, _octets, reason) => void outcome.refusals.push(reason),
  };
  return await outcome.of(device.profile.converse(conversation));
}

/** As {@link tryGattDevice}, for a serial line; the end of the trace is the end of the line. */
export async function trySerialDevice(device: SerialDevice, trace: SerialTrace): Promise<Trial> {
  const playback = new SerialPlayback(trace);
  const outcome = new Outcome();
  const conversation: SerialConversation = {
    next: () =>
      answered(() => {
        const said = playback.next() ?? (playback.quiet() ? playback.next() : null);
        return said?.octets ?? outcome.silence();
      }),
    write: (octets) => answered(() => playback.hear(octets.length)),
    wait: () => Promise.resolve(),
    localTime: () => null,
    deviceClock: ignored,
    clockKept: ignored,
    information: ignored,
    take: (reading) => answered(() => void outcome.readings.push(reading)),
    refuse: (_octets, reason) => void outcome.refusals.push(reason),
  };
  return await outcome.of(device.profile.converse(conversation));
}
