/**
 * The AndesFit spirometer: asked twice a second whether it is ready, it then tells the number of its
 * newest result, and the result of a number. Source: LivecareBluetoothSDK, SpirometerAndesFit.
 */
import type { GattConversation, GattProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { andesfitSpirometer, andesfitState } from '../vendor/andesfit-spirometer.js';
import { Collector } from './common/collect.js';
import { greet } from './common/greeting.js';
import { measured, outcomeOf, readingOf, valueOf } from './common/readings.js';

export const andesfitServiceUuid = 'fff0';
export const andesfitAnswersUuid = 'ff0a';
export const andesfitCommandsUuid = 'ff0b';

/** As often as the cited client asks. */
const pollMs = 500;
/**
 * Two minutes, in which somebody blows. The cited client asks for ten; meanwhile no other device of
 * the home would be heard, and the spirometer is connected to again when it advertises.
 */
const maxPolls = 240;
/** Twenty of its own polls: who has said that it is ready has its result at hand. */
const answerMs = 10_000;

/** Commands behind the octet 55. */
export const andesfitCommands = { isReady: 6, newest: 1, result: 2, end: 3 } as const;
const commandMark = 0x55;

function read(octets: Uint8Array): Reading {
  const { fev1L, pefLpm } = andesfitSpirometer.decode(octets);
  return readingOf('spirometry', octets, {
    ...outcomeOf({ fev1: measured(fev1L) }, { pef: measured(pefLpm) }),
  });
}

function write(reading: Reading): Uint8Array {
  return andesfitSpirometer.encode({
    fev1L: valueOf(reading, 'fev1') ?? 0,
    pefLpm: valueOf(reading, 'pef') ?? 0,
  });
}

/** What the spirometer has said so far. */
class Course {
  readonly #conversation: GattConversation;
  isReady = false;
  newest: number | null = null;
  isTaken = false;
  isEnded = false;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  tell(...command: readonly number[]): Promise<void> {
    return this.#conversation.write(andesfitCommandsUuid, Uint8Array.of(commandMark, ...command));
  }

  readonly answer = async (octets: Uint8Array): Promise<void> => {
    const state = andesfitState(octets);
    if (state === null) await this.#result(octets);
    else if (state.state === 'ready') this.isReady = true;
    else if (state.state === 'newest') this.newest = state.number;
    else if (state.state === 'ended') this.isEnded = true;
  };

  /** The number of a result keeps it one reading however often it is sent: it has no time. */
  async #result(octets: Uint8Array): Promise<void> {
    const reading = read(octets);
    if (this.newest === null || this.isTaken) return;
    await this.#conversation.take({ ...reading, sequence: this.newest });
    this.isTaken = true;
  }
}

async function untilReady(course: Course, collector: Collector): Promise<boolean> {
  for (let poll = 0; poll < maxPolls; poll += 1) {
    await course.tell(andesfitCommands.isReady);
    if (await collector.until(() => course.isReady, pollMs)) return true;
  }
  return false;
}

/** An AndesFit spirometer. */
export function andesfit(): GattProfile {
  return {
    name: 'andesfit-spirometer',
    services: [andesfitServiceUuid],
    clock: 'untouched',
    read,
    write,
    async converse(conversation) {
      await greet(conversation);
      const course = new Course(conversation);
      const collector = new Collector(conversation, { [andesfitAnswersUuid]: course.answer });
      await conversation.subscribe(andesfitAnswersUuid);
      if (!(await untilReady(course, collector))) return;
      await course.tell(andesfitCommands.newest);
      await collector.until(() => course.newest !== null, answerMs);
      if (course.newest === null) return;
      await course.tell(andesfitCommands.result, course.newest, 0);
      if (!(await collector.until(() => course.isTaken, answerMs))) return;
      await course.tell(andesfitCommands.end);
      await collector.until(() => course.isEnded, answerMs);
    },
  };
}
