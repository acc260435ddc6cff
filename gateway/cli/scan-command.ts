import { Command, InvalidArgumentError, Option } from 'commander';
import type { Advertisement, GattDevice } from '@hemma/protocols/device.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { recognise } from '@hemma/protocols/devices/recognise.js';
import { errorCodes } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { createLog } from '@hemma/runtime/log.js';
import { table } from '@hemma/runtime/table.js';
import { bluezOf, defaultBluetooth } from '../transports/bluetooth.js';
import type { GattTransport } from '../transports/link.js';
import { nobleLibraries } from '../settings.js';
import type { NobleLibrary } from '../settings.js';
import { NobleTransport } from '../transports/noble.js';

/** `hemma-gateway scan`: what is on the air here, and which device file would read it. */

interface Options {
  readonly seconds: number;
  readonly bluetooth: 'bluez' | 'noble';
  readonly library: NobleLibrary;
  readonly all?: boolean;
  readonly json?: boolean;
}

type How = Pick<Options, 'bluetooth' | 'library'>;

const defaultSeconds = 20;
/** Devices advertise for a minute or two after a measurement; nobody waits longer. */
const mostSeconds = 600;
/** A block of flats has some hundreds of things on the air; further ones are counted only. */
const maxHeard = 512;

/** A thing on the air: names and services often come in different reports, here they are together. */
export interface Heard {
  readonly address: string;
  readonly name: string | null;
  readonly services: readonly string[];
  /** The file that reads it; null when there is none. */
  readonly device: GattDevice | null;
  /** Whether the maker's model is not known: it is read by its standard service alone. */
  readonly isGeneric: boolean;
}

/** Everything heard so far, in the order of first hearing. */
export class Hearing {
  readonly #heard = new Map<string, Heard>();
  /** Things beyond the limit, each time one of them spoke. */
  overlooked = 0;

  readonly hear = ({ address, name, services }: Advertisement): void => {
    const before = this.#heard.get(address);
    if (before === undefined && this.#heard.size >= maxHeard) {
      this.overlooked += 1;
      return;
    }
    const seen = {
      name: name ?? before?.name ?? null,
      services: [...new Set([...(before?.services ?? []), ...services])],
    };
    const device = recognise(seen, catalogue);
    const isGeneric = device !== null && device.recognition.namePrefix === undefined;
    this.#heard.set(address, { address, ...seen, device, isGeneric });
  };

  get heard(): readonly Heard[] {
    return [...this.#heard.values()];
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= mostSeconds) return value;
  throw new InvalidArgumentError(`seconds from 1 to ${mostSeconds} are needed.`);
}

export function scanCommand(): Command {
  return new Command('scan')
    .description('listen for Bluetooth devices, and tell which model reads each of them')
    .option('--seconds <number>', 'how long to listen', seconds, defaultSeconds)
    .addOption(
      new Option('--bluetooth <name>', 'through bluetoothd, or noble alone')
        .choices(['bluez', 'noble'])
        .default(defaultBluetooth()),
    )
    .addOption(
      new Option('--library <name>', 'which noble package')
        .choices(nobleLibraries)
        .default('stoprocent'),
    )
    .option('--all', 'also what no device file reads')
    .option('--json', 'as JSON')
    .action(scan);
}

async function scan({ seconds: listened, all, json, ...how }: Options): Promise<void> {
  const clock = new SystemClock({ trust: 'unknown' });
  const hearing = new Hearing();
  const transport = transportFor(how, { clock, log: createLog('scan', 'error') });
  transport.onAdvertisement(hearing.hear);
  await transport.start();
  await clock.sleep(listened * 1_000);
  const code = transport.available ? null : (transport.care?.fault ?? 'adapter_unavailable');
  await transport.stop();
  if (code !== null && hearing.heard.length === 0) {
    process.stderr.write(`${code}: ${errorCodes[code].meaning}\n`);
    process.exit(1);
  }
  process.stdout.write(`${json === true ? asJson(hearing) : inWords(hearing, all === true)}\n`);
  // noble keeps the adapter's socket, and with it the process.
  process.exit();
}

function transportFor(
  { bluetooth, library }: How,
  context: { clock: Clock; log: Log },
): GattTransport {
  if (bluetooth === 'noble') return new NobleTransport({ library, ...context });
  const nobody = { mayBond: () => false, passkey: () => Promise.resolve(null) };
  return bluezOf({ bluez: {} }, { capability: 'NoInputNoOutput', ...nobody }, context);
}

function asJson({ heard }: Hearing): string {
  return JSON.stringify(
    heard.map(({ device, isGeneric, ...seen }) => ({
      ...seen,
      model: device?.id ?? null,
      known: device === null ? 'no' : isGeneric ? 'service-only' : 'model',
    })),
  );
}

/** A table of what can be read, and how many other things there were. */
export function inWords({ heard, overlooked }: Hearing, all: boolean): string {
  const shown = all ? heard : heard.filter(({ device }) => device !== null);
  const rows = shown.map(({ address, name, device, isGeneric }) => [
    address,
    name ?? '-',
    device?.id ?? '-',
    device === null
      ? 'not readable'
      : isGeneric
        ? 'unknown model, standard service'
        : 'known model',
  ]);
  const hidden = heard.length - shown.length + overlooked;
  const rest = hidden === 0 ? [] : [`${hidden} other things on the air (--all names them)`];
  if (shown.length === 0) return ['No device that can be read was heard.', ...rest].join('\n');
  return [...table(['address', 'name', 'model', 'what it is'], rows), ...rest].join('\n');
}
