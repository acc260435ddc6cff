import { Command, InvalidArgumentError } from 'commander';
import { CodedError } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { loadSettings } from '@hemma/runtime/config.js';
import { createLog } from '@hemma/runtime/log.js';
import { bluezOf } from '../transports/bluetooth.js';
import { rosterOf } from '../roster.js';
import type { Roster } from '../roster.js';
import { settingsSchema } from '../settings.js';
import type { PairingPolicy } from '../transports/bluez/agent.js';
import type { BluezTransport } from '../transports/bluez/bluez.js';
import { bondStates, inWords } from './bond-states.js';
import { Typist } from './typist.js';

/** `hemma-gateway pair | bonds | forget`: bonds are made and ended while somebody stands by. */

const defaultSeconds = 60;
/** Devices stay in pairing mode for a minute or two. */
const mostSeconds = 600;
/** Some starts of a scan hear nothing; while somebody waits, a fresh one is worth its cost. */
const rescanMs = 4_000;
/** Core 6.0 Vol 3 Part H §2.3.5.3: six decimal digits. */
const maxPasskey = 999_999;

interface Options {
  readonly settings: string;
}

interface PairOptions extends Options {
  readonly again?: boolean;
  readonly passkey?: number;
  readonly seconds: number;
}

export function pairCommand(): Command {
  return withSettings(new Command('pair'))
    .description('make a bond with a device of this home that is in pairing mode')
    .argument('<address>', 'its address in the settings', upper)
    .option('--again', 'forget the bond that there is first: the device has lost its own')
    .option('--passkey <digits>', 'what the device shows, if it is known before', digits)
    .option('--seconds <number>', 'how long to look for it', seconds, defaultSeconds)
    .action(async (address: string, options: PairOptions) => {
      const typist = new Typist(options.passkey ?? null);
      await withBluez(options.settings, typist.passkey, async (radio, roster) => {
        try {
          await pair(radio, roster, { address, ...options });
        } catch (error) {
          throw typist.explained(error);
        }
      });
    });
}

export function bondsCommand(): Command {
  return withSettings(new Command('bonds'))
    .description('list the devices of this home, and which of them have a bond')
    .option('--json', 'as JSON')
    .action(async (options: Options & { readonly json?: boolean }) => {
      await withBluez(options.settings, nobody, (radio, roster) => {
        const states = bondStates(roster.radioDevices, radio.bonds);
        const text = options.json === true ? JSON.stringify(states) : inWords(states);
        process.stdout.write(`${text}\n`);
        return Promise.resolve();
      });
    });
}

export function forgetCommand(): Command {
  return withSettings(new Command('forget'))
    .description('end the bond with a device, also with one that has left this home')
    .argument('<address>', 'as `hemma-gateway bonds` tells it', upper)
    .action(async (address: string, options: Options) => {
      await withBluez(options.settings, nobody, async (radio) => {
        if (!isBonded(radio, address)) throw new CodedError('not_found', 'There is no such bond.');
        await radio.forget(address);
        process.stdout.write(`Forgotten. The device may still keep its own half of the bond.\n`);
      });
    });
}

async function pair(
  radio: BluezTransport,
  roster: Roster,
  options: PairOptions & { readonly address: string },
): Promise<void> {
  const { address, again, seconds: looked } = options;
  if (!roster.has(address))
    throw new CodedError(
      'not_found',
      'The settings of this home name no device with this address.',
    );
  if (isBonded(radio, address)) {
    if (again !== true)
      throw new CodedError('wrong_state', 'There is a bond already; --again makes it anew.');
    await radio.forget(address);
  }
  process.stdout.write('Looking for the device. Put it in pairing mode now, if it is not.\n');
  await radio.hearing(address, looked * 1_000);
  process.stdout.write('Heard it; pairing.\n');
  await radio.pair(address);
  process.stdout.write('Paired. A gateway that runs reads it from its next measurement on.\n');
}

/** Opens BlueZ for one command; says what is wrong in words, and ends the process. */
async function withBluez(
  source: string,
  passkey: PairingPolicy['passkey'],
  work: (radio: BluezTransport, roster: Roster) => Promise<void>,
): Promise<void> {
  const settings = loadSettings(settingsSchema, source);
  const roster = rosterOf(settings, source);
  const policy = {
    ...{ capability: 'KeyboardOnly' as const, passkey },
    mayBond: (address: string) => roster.has(address),
  };
  const clock = new SystemClock({ trust: 'unknown' });
  const radio = bluezOf(settings, policy, { clock, log: createLog('bonds', 'silent'), rescanMs });
  try {
    await radio.open();
    await work(radio, roster);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new Error(`${error.code}: ${error.message}${adviceFor(error)}`, { cause: error });
  } finally {
    await radio.stop();
  }
}

function isBonded(radio: BluezTransport, address: string): boolean {
  return radio.bonds.some((bond) => bond.address === address);
}

function adviceFor({ code }: CodedError): string {
  const advice: Readonly<Record<string, string>> = {
    bus_unavailable: ' Is D-Bus installed and running? See: systemctl status dbus',
    bluetooth_stopped:
      ' Is BlueZ installed (Debian: bluez)? Start it with: systemctl start bluetooth',
    bluetooth_stuck: ' It runs but does not answer: systemctl restart bluetooth',
    bluetooth_denied: ' This user must belong to the group "bluetooth".',
    adapter_unavailable: ' Is there an adapter, and is it on? See: bluetoothctl show',
    device_timeout: ' Is the device near, and in pairing mode?',
    pairing_refused:
      ' Is it in pairing mode? A bond that it keeps with another gateway must go first.',
  };
  return advice[code] ?? '';
}

function nobody(): Promise<null> {
  return Promise.resolve(null);
}

function withSettings(command: Command): Command {
  return command.requiredOption('--settings <file>', 'settings file (JSON)');
}

function upper(address: string): string {
  return address.toUpperCase();
}

function digits(text: string): number {
  if (/^\d{6}$/.test(text) && Number(text) <= maxPasskey) return Number(text);
  throw new InvalidArgumentError('six digits are needed.');
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= mostSeconds) return value;
  throw new InvalidArgumentError(`seconds from 1 to ${mostSeconds} are needed.`);
}
