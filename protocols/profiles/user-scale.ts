/**
 * Body composition scales with users: Weight Scale (181D), Body Composition (181B) and User Data
 * (181C). Nothing is told before the user has consented, and the composition of a weighing comes
 * after its weight, without a time or a user. Source: ble-scale-sync, Beurer BF720.
 */
import { toHex } from '../bytes.js';
import { CodecRefusal } from '../codec.js';
import type { GattConversation, GattProfile, Uuid } from '../device.js';
import { CodedError } from '../errors.js';
import {
  bodyCompositionMeasurement,
  type BodyCompositionMeasurement,
} from '../gatt/body-composition-measurement.js';
import { userControlPoint } from '../gatt/user-control-point.js';
import { weightMeasurement } from '../gatt/weight-measurement.js';
import type { Reading } from '../reading.js';
import { Collector } from './common/collect.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { optionally } from './common/optionally.js';
import { failed, outcomeOf, readingOf, timeOf, valueOf, type Outcome } from './common/readings.js';
import { toCm, toKg } from './common/units.js';
import { readWeight, writeWeight } from './common/weight-reading.js';
import { weightMeasurementUuid, weightScaleServiceUuid } from './weight-scale.js';

export const bodyCompositionServiceUuid: Uuid = '181b';
export const userDataServiceUuid: Uuid = '181c';
export const bodyCompositionUuid: Uuid = '2a9c';
export const userControlPointUuid: Uuid = '2a9f';
export const databaseChangeUuid: Uuid = '2a99';

/** Date of birth, gender, height and (Beurer) activity: what is confirmed, unchanged, by writing. */
const profileUuids: readonly Uuid[] = ['2a85', '2a8c', '2a8e', 'fff3'];
/** Database Change Increment: "something changed", as the maker's own application writes it. */
const changed = Uint8Array.of(1, 0, 0, 0);
const consentOpCode = 2;
/** As long as makers' own protocols get; some scales say nothing to a wrong user at all. */
const answerMs = 10_000;
const unknownUser = 255;

export interface UserScaleOptions {
  /**
   * When the measurements are turned on: before the clock is set (Beurer), or once the user has
   * consented, because the scale sends them at that moment (A&D). Default `first`.
   */
  readonly turnsOn?: 'first' | 'after-consent';
  /** Whether the user's profile has to be confirmed for a composition; default true. */
  readonly confirmsProfile?: boolean;
}

/** The profile says its options, for the virtual device of the same name. */
export interface UserScaleProfile extends GattProfile {
  readonly name: 'user-scale';
  readonly confirmsProfile: boolean;
}

/** Body fat, with what else of the catalogue the frame carries. A fat of 0 is an empty frame. */
function compositionOutcome(measured: BodyCompositionMeasurement): Outcome {
  const { bodyFatPercentage, massUnit, weight, height, heightUnit } = measured;
  if (bodyFatPercentage === null) return failed('aborted');
  return outcomeOf(
    { body_fat_percentage: bodyFatPercentage },
    { body_weight: toKg(weight, massUnit), body_height: toCm(height, heightUnit) },
  );
}

function readComposition(octets: Uint8Array): Reading {
  const measured = bodyCompositionMeasurement.decode(octets);
  return readingOf('body_composition', octets, {
    ...compositionOutcome(measured),
    deviceTime: timeOf(measured.timestamp),
    userSlot: measured.userId === unknownUser ? null : measured.userId,
  });
}

/** A composition frame as Beurer scales send it, without a time or a user. */
export function writeComposition(reading: Pick<Reading, 'values'>): Uint8Array {
  return bodyCompositionMeasurement.encode({
    massUnit: 'kg',
    bodyFatPercentage: valueOf(reading, 'body_fat_percentage'),
    measurementUnsuccessful: false,
    multiplePacket: false,
    timestamp: null,
    userId: null,
    basalMetabolismKj: null,
    musclePercentage: null,
    muscleMass: null,
    fatFreeMass: null,
    softLeanMass: null,
    bodyWaterMass: null,
    impedanceOhm: null,
    weight: null,
    height: null,
  });
}

/** Whether the octets are a weight and nothing else: codecs pass over what a later version adds. */
function isWeight(octets: Uint8Array): boolean {
  try {
    return toHex(weightMeasurement.encode(weightMeasurement.decode(octets))) === toHex(octets);
  } catch (error) {
    if (error instanceof CodecRefusal) return false;
    throw error;
  }
}

/** A frame of either kind by itself; in a conversation its characteristic tells which it is. */
function read(octets: Uint8Array): Reading {
  if (!isWeight(octets)) return readComposition(octets);
  return readWeight(weightMeasurement.decode(octets), octets);
}

/** Weight and composition of one weighing, which come apart. */
class Weighings {
  readonly #conversation: GattConversation;
  #last: Reading | null = null;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  readonly weight = async (octets: Uint8Array): Promise<void> => {
    const reading = readWeight(weightMeasurement.decode(octets), octets);
    this.#last = reading.failure === null ? reading : null;
    await this.#conversation.take(reading);
  };

  /** Refuses one without its weight: nobody knows whose it is, nor when. */
  readonly composition = async (octets: Uint8Array): Promise<void> => {
    const reading = readComposition(octets);
    if (valueOf(reading, 'body_fat_percentage') === 0) return;
    const weight = this.#last;
    const [named, weighed] = [reading.userSlot, weight?.userSlot ?? null];
    const isOthers = named !== null && weighed !== null && named !== weighed;
    if (weight === null || isOthers) throw new CodecRefusal('format', 'no weight goes with it');
    await this.#conversation.take({
      ...reading,
      deviceTime: reading.deviceTime ?? weight.deviceTime,
      userSlot: named ?? weighed,
    });
  };
}

/** Asks for the records of the home's user. Throws `device_refused`. */
class Consent {
  readonly #conversation: GattConversation;
  #accepted: boolean | null = null;

  constructor(conversation: GattConversation) {
    this.#conversation = conversation;
  }

  readonly handler = (octets: Uint8Array): void => {
    const answer = userControlPoint.decode(octets);
    if (answer.name !== 'responseCode' || answer.requestOpCode !== consentOpCode) return;
    this.#accepted = answer.responseName === 'success';
  };

  async ask(collector: Collector): Promise<void> {
    const consent = this.#conversation.consent();
    if (consent === null) throw new CodedError('device_refused', 'no consent in the settings');
    const request = userControlPoint.encode({
      opCode: consentOpCode,
      name: 'consent',
      userIndex: consent.user,
      consentCode: consent.code,
    });
    await this.#conversation.write(userControlPointUuid, request);
    await collector.until(() => this.#accepted !== null, answerMs);
    if (this.#accepted !== true) throw new CodedError('device_refused', 'the consent');
  }
}

/**
 * Writes back what the scale knows of its user, and tells it so: until then the compositions that
 * it sends are zero.
 */
async function confirmProfile(conversation: GattConversation): Promise<void> {
  for (const uuid of profileUuids.filter((one) => conversation.has(one))) {
    await optionally(async () => conversation.write(uuid, await conversation.read(uuid)));
  }
  if (!conversation.has(databaseChangeUuid)) return;
  await optionally(() => conversation.write(databaseChangeUuid, changed));
}

async function turnOn(conversation: GattConversation): Promise<void> {
  await conversation.subscribe(weightMeasurementUuid);
  await conversation.subscribe(bodyCompositionUuid);
}

/** A scale that asks for the consent of its user; see {@link UserScaleOptions}. */
export function userScale(options: UserScaleOptions = {}): UserScaleProfile {
  const { turnsOn = 'first', confirmsProfile = true } = options;
  return {
    name: 'user-scale',
    services: [weightScaleServiceUuid, bodyCompositionServiceUuid, userDataServiceUuid],
    clock: 'set',
    confirmsProfile,
    read,
    write: (reading) =>
      reading.kind === 'body_composition'
        ? writeComposition(reading)
        : weightMeasurement.encode(writeWeight(reading)),
    async converse(conversation) {
      await greet(conversation);
      const weighings = new Weighings(conversation);
      const consent = new Consent(conversation);
      const collector = new Collector(conversation, {
        [userControlPointUuid]: consent.handler,
        [weightMeasurementUuid]: weighings.weight,
        [bodyCompositionUuid]: weighings.composition,
      });
      if (turnsOn === 'first') await turnOn(conversation);
      await conversation.subscribe(userControlPointUuid);
      await setClock(conversation, await tellClock(conversation));
      await consent.ask(collector);
      if (confirmsProfile) await confirmProfile(conversation);
      if (turnsOn === 'after-consent') await turnOn(conversation);
      await collector.untilQuiet();
    },
  };
}

/** Whether the profile is one of these. */
export function isUserScale(profile: GattProfile): profile is UserScaleProfile {
  return profile.name === 'user-scale';
}
