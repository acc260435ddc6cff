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
  /** Sends HCI_Reset; one of the packages does nothing when it is asked. */
  reset(): void;
  /** Lets go of the adapter; only the newer package can. */
  stop?(): void;
}

function resetOf(used: Noble): Noble {
  if (used.state === 'poweredOn') used.reset();
  return used;
}

/** A chosen package, and the ways to an adapter that it has. */
export interface LoadedNoble {
  readonly first: Noble;
  /** Resets the controller. Gives what is to be used from now on: another instance, or the same. */
  anew(used: Noble): Noble;
}

/** Loads the chosen package; only then does anything of it take memory. */
export async function loadNoble(library: NobleLibrary): Promise<LoadedNoble> {
  if (library === 'abandonware') {
    const loaded: { default: unknown } = await import('@abandonware/noble');
    // The package's own types lack the events; the shape is what both packages document.
    const first = loaded.default as Noble;
    // An instance of it cannot be ended, so there is one alone.
    return { first, anew: resetOf };
  }
  const { withBindings } = await import('@stoprocent/noble');
  const fresh = (): Noble => withBindings('hci', {});
  // Its reset does nothing over HCI; a new instance begins with one.
  const anew = (used: Noble): Noble => {
    used.removeAllListeners();
    used.stop?.();
    return fresh();
  };
  return { first: fresh(), anew };
}
