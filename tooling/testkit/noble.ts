import { createRequire } from 'node:module';
import type { EventEmitter } from 'node:events';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { Air } from '@hemma/simulators/radio/air.js';
import { seededRandom } from '@hemma/simulators/radio/random.js';

/** Both noble packages as centrals of a virtual radio, and what a test does with them again and again. */

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readAsync(): Promise<Buffer>;
  writeAsync(octets: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<unknown>;
  unsubscribeAsync(): Promise<unknown>;
}

export interface NoblePeripheral extends EventEmitter {
  readonly address: string;
  readonly addressType: string;
  readonly advertisement: {
    readonly localName: string;
    readonly serviceUuids: string[];
    readonly manufacturerData: Buffer | undefined;
  };
  readonly state: string;
  readonly mtu: number | null;
  connectAsync(): Promise<void>;
  disconnectAsync(): Promise<void>;
  updateRssiAsync(): Promise<number>;
  discoverAllServicesAndCharacteristicsAsync(): Promise<{
    readonly services: readonly { readonly uuid: string }[];
    readonly characteristics: readonly NobleCharacteristic[];
  }>;
}

export interface Noble extends EventEmitter {
  startScanningAsync(services: string[], allowDuplicates: boolean): Promise<unknown>;
  stopScanningAsync(): Promise<unknown>;
}

export type NoblePackage = '@stoprocent/noble' | '@abandonware/noble';

const require = createRequire(import.meta.url);

/** A new central over whatever HCI socket is installed now; resolves when the adapter is on. */
export async function startNoble(name: NoblePackage): Promise<Noble> {
  const noble = newNoble(name);
  await new Promise<void>((resolve) => {
    noble.on('stateChange', (state) => {
      if (state === 'poweredOn') resolve();
    });
  });
  return noble;
}

function newNoble(name: NoblePackage): Noble {
  // Neither package's types cover the way to a second instance, nor what the two have in common.
  if (name === '@stoprocent/noble') {
    const { withBindings } = require(name) as { withBindings: (kind: string) => Noble };
    return withBindings('hci');
  }
  const create = require('@abandonware/noble/with-custom-binding') as (options: object) => Noble;
  return create({});
}

/** A virtual radio in real time that says nothing and advertises fast. */
export function testAir(seed = 1): Air {
  return new Air({
    clock: new SystemClock({ trust: 'unknown' }),
    random: seededRandom(seed),
    log: createLog('radio', 'silent'),
    advertisingIntervalMs: 20,
  });
}

/** Scans until so many devices with the service were heard; by address. */
export async function discover(
  noble: Noble,
  service: string,
  count: number,
): Promise<ReadonlyMap<string, NoblePeripheral>> {
  const heard = new Map<string, NoblePeripheral>();
  const enough = new Promise<void>((resolve) => {
    const onDiscover = (peripheral: NoblePeripheral): void => {
      heard.set(peripheral.address.toUpperCase(), peripheral);
      if (heard.size < count) return;
      noble.removeListener('discover', onDiscover);
      resolve();
    };
    noble.on('discover', onDiscover);
  });
  await noble.startScanningAsync([service], false);
  await enough;
  await noble.stopScanningAsync();
  return heard;
}

/** Finds everything a connected device has; characteristics by UUID. */
export async function explore(
  peripheral: NoblePeripheral,
): Promise<ReadonlyMap<string, NobleCharacteristic>> {
  const { characteristics } = await peripheral.discoverAllServicesAndCharacteristicsAsync();
  return new Map(characteristics.map((one) => [one.uuid, one]));
}
