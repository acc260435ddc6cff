import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import { catalogue } from '@hemma/protocols/devices/catalogue.generated.js';
import { isUserScale } from '@hemma/protocols/profiles/user-scale.js';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import type { ReadTrace } from '@hemma/protocols/trace/text.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { untilSignal } from '@hemma/runtime/lifecycle.js';
import { createLog } from '@hemma/runtime/log.js';
import { virtualConsent } from './devices/common/virtual-user.js';
import { serveModel, serveTrace } from './solo-device.js';
import type { Place, SoloDevice, SoloOptions } from './solo-device.js';

/** `hemma-sim device`: one virtual device, of the catalogue or out of a trace, until it is stopped. */

interface Options {
  readonly replay?: string;
  readonly socket?: string;
  readonly pty?: string;
  readonly address?: string;
  readonly every: number;
}

const secondMs = 1_000;
/** A day: longer than anybody lets a virtual device run by hand. */
const mostSeconds = 86_400;

function seconds(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= mostSeconds) return value;
  throw new InvalidArgumentError(`seconds from 1 to ${mostSeconds} are needed.`);
}

export function deviceCommand(): Command {
  return new Command('device')
    .description('one virtual device, of the catalogue or out of a trace, until stopped')
    .argument('[model]', 'id of a device file, see hemma-gateway devices')
    .option('--replay <file>', 'a trace to play back instead: docs/formats/trace.md')
    .option(
      '--socket <path>',
      'unix socket of its radio or its line, for programs with the preload',
    )
    .option('--pty <path>', 'pseudo-terminal of its line, for any program (needs socat)')
    .option('--address <address>', 'Bluetooth address AA:BB:CC:DD:EE:FF')
    .option(
      '--every <seconds>',
      'how often it measures, or says all of its trace again',
      seconds,
      60,
    )
    .action(async (model: string | undefined, options: Options, command: Command) => {
      const place = placeOf(options);
      if (place === null) command.error('error: either --socket or --pty is needed');
      const device = await served(model, options, { ...soloOptions(options), place }, command);
      process.stdout.write(`${inWords(device, place, model ?? null)}\n`);
      await untilSignal();
      await device.close();
      // Virtual devices may still be waiting for something: nothing of it matters any more.
      process.exit();
    });
}

function placeOf({ socket, pty }: Options): Place | null {
  if (socket !== undefined && pty === undefined) return { socket };
  return pty !== undefined && socket === undefined ? { pty } : null;
}

function soloOptions({ address, every }: Options): Omit<SoloOptions, 'place'> {
  const clock = new SystemClock({ trust: 'synced' });
  const common = { clock, log: createLog('device', 'warn'), everyMs: every * secondMs };
  return address === undefined ? common : { ...common, address };
}

async function served(
  model: string | undefined,
  { replay }: Options,
  options: SoloOptions,
  command: Command,
): Promise<SoloDevice> {
  if ((model === undefined) === (replay === undefined))
    command.error('error: either a model or --replay is needed');
  if (replay !== undefined) {
    const { trace, notes } = readTrace(replay);
    for (const note of notes) process.stderr.write(`note: ${note}\n`);
    return await serveTrace(trace, options);
  }
  const device = catalogue.find(({ id }) => id === model);
  if (device === undefined)
    command.error(`error: there is no model "${model ?? ''}", see hemma-gateway devices`);
  if (device.transport === 'none')
    command.error(`error: nobody can speak with "${device.id}" yet, so there is no virtual one`);
  return await serveModel(device, options);
}

/** What the settings need for a device with users; empty for others. */
function consentFor(model: string | null): string {
  const device = catalogue.find(({ id }) => id === model);
  const hasUsers = device?.transport === 'gatt' && isUserScale(device.profile);
  return hasUsers ? `,"consent":${JSON.stringify(virtualConsent)}` : '';
}

function readTrace(file: string): ReadTrace {
  const text = readFileSync(file, 'utf8');
  try {
    return parseTrace(text);
  } catch (error) {
    if (error instanceof CodecRefusal)
      throw new Error(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** How a gateway comes to hear it. */
function inWords({ address }: SoloDevice, place: Place, model: string | null): string {
  const id = model ?? '<id of a device file>';
  if ('pty' in place)
    return `Say in a gateway's settings: {"model":"${id}","port":"${place.pty}","serialNumber":"1"}`;
  if (address === null) {
    const ports = JSON.stringify([{ path: '/dev/ttyVirtual0', socket: place.socket }]);
    return [
      `Start a program with: HEMMA_VIRTUAL_SERIAL='${ports}' NODE_OPTIONS='--import @hemma/simulators/preload.js'`,
      `and in a gateway's settings: {"model":"${id}","port":"/dev/ttyVirtual0","serialNumber":"1"}`,
    ].join('\n');
  }
  return [
    `Start a program with: HEMMA_VIRTUAL_HCI=${place.socket} NODE_OPTIONS='--import @hemma/simulators/preload.js'`,
    `and in a gateway's settings: {"model":"${id}","address":"${address}"${consentFor(model)}}, "bluetooth":"noble","noble":{"unbonded":"try"}`,
  ].join('\n');
}
