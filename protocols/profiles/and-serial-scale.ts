/**
 * A&D scales that send ASCII lines over RS-232 or the Serial Port Profile: `ST,+075.20kg` CR LF for
 * a stable weight. Sent once after each weighing, or without end while somebody stands on the
 * scale.
 */
import type { SerialConversation, SerialProfile } from '../device.js';
import type { Reading } from '../reading.js';
import {
  andSerialWeight,
  andWeightLines,
  type AndSerialWeight,
} from '../serial/and-serial-weight.js';
import { Line, silenceMs } from './common/line.js';
import { failed, outcomeOf, readingOf, valueOf, type Outcome } from './common/readings.js';
import { toKg } from './common/units.js';

/**
 * A stream repeats its line several times a second; after this much silence a line is a new
 * weighing.
 */
const weighingGapMs = 3_000;

function outcome({ header, value, unit }: AndSerialWeight): Outcome {
  if (header === 'OL') return failed('out_of_device_range');
  return header === 'ST' ? outcomeOf({ body_weight: toKg(value, unit) }) : failed('aborted');
}

/** A line; one that is not stable is no weighing yet and reads as a run that was broken off. */
function read(octets: Uint8Array): Reading {
  return readingOf('body_weight', octets, outcome(andSerialWeight.decode(octets)));
}

function write(reading: Reading): Uint8Array {
  const weight = valueOf(reading, 'body_weight');
  const over = reading.failure === 'out_of_device_range';
  return andSerialWeight.encode({
    stable: weight !== null,
    header: over ? 'OL' : weight === null ? 'US' : 'ST',
    value: over ? null : (weight ?? 0),
    unit: 'kg',
  });
}

/** Whether the line says that there is a result: stable and loaded, or out of range. */
function isResult(weight: AndSerialWeight): boolean {
  return weight.header === 'OL' || (weight.stable && (weight.value ?? 0) > 0);
}

/** One reading for each weighing: the first result after a line without one, or after silence. */
class Weighings {
  readonly #conversation: SerialConversation;
  #taken = false;

  constructor(conversation: SerialConversation) {
    this.#conversation = conversation;
  }

  readonly line = async (octets: Uint8Array): Promise<void> => {
    const result = isResult(andSerialWeight.decode(octets));
    if (result && !this.#taken) await this.#conversation.take(read(octets));
    this.#taken = result;
  };

  /** How long the line may be silent before {@link silence} is told. */
  get patienceMs(): number {
    return this.#taken ? weighingGapMs : silenceMs;
  }

  /**
   * Whether more may come after this much silence: the load is off, another weighing may follow.
   */
  silence(): boolean {
    const after = this.#taken;
    this.#taken = false;
    return after;
  }
}

async function converse(conversation: SerialConversation): Promise<void> {
  const line = new Line(conversation, andWeightLines);
  const weighings = new Weighings(conversation);
  let open = true;
  while (open) {
    const frame = await line.next(weighings.patienceMs);
    if (frame === null) open = weighings.silence();
    else await line.give(frame, weighings.line);
  }
}

/** A scale that sends lines by itself. */
export function andSerialScale(): SerialProfile {
  return { name: 'and-serial-scale', clock: 'untouched', read, write, converse };
}
