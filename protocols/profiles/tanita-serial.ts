/**
 * Tanita scales and body composition analysers that send one ASCII telegram after each weighing,
 * whether or not anybody listens. Sources: Tanita manuals SC-240 p.24, HD-351BT p.4, WB-3000 p.10,
 * BD-815U p.12.
 */
import { CodecRefusal } from '../codec.js';
import type { SerialConversation, SerialProfile } from '../device.js';
import type { Reading } from '../reading.js';
import { tanita, tanitaLines, type TanitaTelegram } from '../serial/tanita.js';
import { Line } from './common/line.js';
import { outcomeOf, readingOf, valueOf } from './common/readings.js';
import { toKg } from './common/units.js';

const gramsPerKg = 1_000;

export interface TanitaOptions {
  /** What stands in the telegrams of a virtual scale. */
  readonly model: string;
}

/** The weight just taken, in kg; null for a telegram that only recalls one, or a gain. */
function weightOf({ weightKg, weightLb, weightG }: TanitaTelegram): number | null {
  if (weightKg !== undefined) return weightKg;
  if (weightG !== undefined) return weightG / gramsPerKg;
  const converted = toKg(weightLb ?? null, 'lb');
  return typeof converted === 'number' ? converted : null;
}

function toWeight(telegram: TanitaTelegram, octets: Uint8Array): Reading {
  const weight = weightOf(telegram);
  // A weight recalled from the memory of the scale was somebody's, some day.
  if (weight === null) throw new CodecRefusal('format', 'no weight of now');
  const body = { body_height: orNull(telegram.heightCm), bmi: orNull(telegram.bmi) };
  return readingOf('body_weight', octets, outcomeOf({ body_weight: weight }, body));
}

/** Null where the telegram has none, or the fat could not be measured. */
function toComposition({ fatPercent }: TanitaTelegram, octets: Uint8Array): Reading | null {
  const fat = orNull(fatPercent);
  if (fat === null) return null;
  return readingOf('body_composition', octets, outcomeOf({ body_fat_percentage: fat }));
}

/** What was not measured or entered is left out, or sent as 0. */
function orNull(value: number | undefined): number | null {
  return value === undefined || value === 0 ? null : value;
}

function toTelegram(reading: Reading, { model }: TanitaOptions): TanitaTelegram {
  const weight = valueOf(reading, 'body_weight');
  if (weight === null) throw new CodecRefusal('range');
  const [fat, height] = [valueOf(reading, 'body_fat_percentage'), valueOf(reading, 'body_height')];
  const bmi = valueOf(reading, 'bmi');
  return {
    model,
    weightKg: weight,
    ...(height === null ? {} : { heightCm: height }),
    ...(fat === null ? {} : { fatPercent: fat }),
    ...(bmi === null ? {} : { bmi }),
  };
}

/** A weight is one whatever scale it comes from; what an analyser adds is a reading of its own. */
async function takeTelegram(conversation: SerialConversation, octets: Uint8Array): Promise<void> {
  const telegram = tanita.decode(octets);
  await conversation.take(toWeight(telegram, octets));
  const composition = toComposition(telegram, octets);
  if (composition !== null) await conversation.take(composition);
}

/** A Tanita scale; see {@link TanitaOptions}. */
export function tanitaSerial(options: TanitaOptions): SerialProfile {
  return {
    name: 'tanita-serial',
    clock: 'untouched',
    read: (octets) => toWeight(tanita.decode(octets), octets),
    write: (reading) => tanita.encode(toTelegram(reading, options)),
    async converse(conversation) {
      const line = new Line(conversation, tanitaLines);
      for (let frame = await line.next(); frame !== null; frame = await line.next()) {
        await line.give(frame, (octets) => takeTelegram(conversation, octets));
      }
    },
  };
}
