/**
 * Oximeters with the Pulse Oximeter Service (1822): Pulse Oximeter Profile 1.0.1. Stored spot
 * checks come through the record store, new ones by themselves; an oximeter that has no spot checks
 * at all streams, and every finger gives one reading.
 */
import type { GattConversation, GattProfile } from '../device.js';
import { Collector, type Handler } from './common/collect.js';
import { FingerEpisode } from './common/finger-episode.js';
import { greet, setClock, tellClock } from './common/greeting.js';
import { optionally } from './common/optionally.js';
import { continuousSample, readSpotCheck, writeSpotCheck } from './common/plx-reading.js';
import { RecordAccess, recordAccessUuid } from './common/record-access.js';

export const pulseOximeterServiceUuid = '1822';
export const spotCheckUuid = '2a5e';
export const continuousUuid = '2a5f';

/** A spot check takes up to 45 s with a cold finger; the patient may still be putting it in. */
export const measuringMs = 60_000;

/**
 * Oximeters of this service that stream send one value a second. They average over up to eight
 * seconds; twice that leaves none of the first unsure beats in the average.
 */
const streamRules = { samplesPerSecond: 1, settleSeconds: 16 } as const;

/** Stored spot checks, then those that are being made. */
async function spotChecks(conversation: GattConversation): Promise<void> {
  const store = new RecordAccess(conversation);
  const collector = new Collector(conversation, {
    [spotCheckUuid]: (octets) => conversation.take(readSpotCheck(octets)),
    [recordAccessUuid]: store.handler,
  });
  store.waitWith(collector);
  await conversation.subscribe(spotCheckUuid);
  if (conversation.has(recordAccessUuid)) {
    await conversation.subscribe(recordAccessUuid);
    if ((await store.count()) !== 0) await optionally(() => store.report());
  }
  await collector.untilQuiet(measuringMs);
}

async function stream(conversation: GattConversation): Promise<void> {
  const finger = new FingerEpisode(streamRules);
  let last: Uint8Array = new Uint8Array(0);
  const handler: Handler = async (octets) => {
    last = octets.slice();
    const reading = finger.add(continuousSample(octets));
    if (reading !== null) await conversation.take(reading);
  };
  const collector = new Collector(conversation, { [continuousUuid]: handler });
  await conversation.subscribe(continuousUuid);
  await collector.untilQuiet();
  const broken = finger.end(last);
  if (broken !== null) await conversation.take(broken);
}

/** An oximeter of the standard service. */
export function pulseOximeter(): GattProfile {
  return {
    name: 'pulse-oximeter',
    services: [pulseOximeterServiceUuid],
    clock: 'set',
    read: readSpotCheck,
    write: writeSpotCheck,
    async converse(conversation) {
      await greet(conversation);
      await setClock(conversation, await tellClock(conversation));
      if (conversation.has(spotCheckUuid)) await spotChecks(conversation);
      else await stream(conversation);
    },
  };
}
