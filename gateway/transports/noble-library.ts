import type { EventEmitter } from 'node:events';
import type { NobleLibrary } from '../settings.js';

/**
 * The part of the noble API that both packages share, as the transport uses it. They differ only in
 * how an instance is made.
 */

export interface NobleCharacteristic extends EventEmitter {
  readonly uuid: string;
  readonly properties: readonly string[];
  readAsync(): Promise<Buffer>;
  writeAsync(data: Buffer, withoutResponse: boolean): Promise<void>;
  subscribeAsync(): Promise<void>;
  unsubscribeAsync(): Promise<void>;
}

export interface NoblePeripheral extends EventEmitter {
  readonly id: string;
  readonly address: string;
  readonly state: string;
  readonly advertisement: {
    readonly localName?: string;
    readonly serviceUuids?: readonly string[];
    readonly manufacturerData?: Buffer;
  };
  connectAsync(): Promise<void>;
  disconnectAsync(): Promise<void>;
  discoverAllServicesAndCharacteristicsAsync(): Promise<{
    readonly characteristics: readonly NobleCharacteristic[];
  }>;
}

export interface Noble extends EventEmitter {
  readonly state: string;
  startScanningAsync(services: string[], allowDuplicates: boolean): Promise<void>;
  stopScanningAsync(): Promise<void>;
}

/** Loads the chosen package; only then does anything of it take memory. */
export async function loadNoble(library: NobleLibrary): Promise<Noble> {
  if (library === 'abandonware') {
    const loaded: { default: unknown } = await import('@abandonware/noble');
    // The package's own types lack the events; the shape is what both packages document.
    return loaded.default as Noble;
  }
  const { withBindings } = await import('@stoprocent/noble');
  return withBindings('hci', {});
}
