import { mkdirSync } from 'node:fs';
import type { CodedError } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { Lifecycle } from '@hemma/runtime/lifecycle.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { ServiceManager } from '@hemma/runtime/service-manager.js';
import { Downlink } from './downlink.js';
import { healerOf } from './healing/healer-of.js';
import { Health } from './health.js';
import { Intake } from './intake.js';
import { Outbox } from './outbox/outbox.js';
import { Owners } from './owner/owners.js';
import { dayMs } from './outbox/space.js';
import { LogCue } from './prompts/log-cue.js';
import { Prompts } from './prompts/prompts.js';
import { rosterOf } from './roster.js';
import { RecordProgress } from './session/record-progress.js';
import { Radio } from './session/radio.js';
import { SerialPortPart } from './session/serial-port.js';
import { outboxFileIn, promptsFileIn } from './settings.js';
import type { Settings } from './settings.js';
import { traceGatt } from './trace/gatt.js';
import { tracingTo } from './trace/recorder.js';
import { traceSerial } from './trace/serial.js';
import { radioOf } from './transports/bluetooth.js';
import { SerialPortTransport } from './transports/serial.js';
import { Uplink } from './uplink.js';
import { Upkeep } from './upkeep.js';

export interface GatewayContext {
  readonly log: Log;
  /** Version of this software. */
  readonly version: string;
  /** Where the settings come from, for messages about them. */
  readonly source: string;
}

/**
 * The gateway on one screen: radio and serial lines → sessions → intake → outbox (durability point
 * one) → uplink; downlink → prompts. Throws {@link SettingsError} for devices that are not in the catalogue.
 */
export function createGateway(settings: Settings, context: GatewayContext): Lifecycle {
  const { gateway, secret, broker, timeZone } = settings;
  const roster = rosterOf(settings, context.source);
  const clock = new SystemClock({ trust: settings.clock === 'trusted' ? 'synced' : 'unknown' });
  const logOf = (part: string): Log => context.log.child({ part });

  const outbox = new Outbox({
    file: outboxFileIn(settings.dataDir),
    clock,
    log: logOf('outbox'),
    limits: {
      maxRows: settings.outbox.maxRows,
      maxOctets: settings.outbox.maxMiB * 1_048_576,
      maxAgeMs: settings.outbox.maxAgeDays * dayMs,
    },
  });
  const prompts = new Prompts({
    file: promptsFileIn(settings.dataDir),
    ...{ clock, log: logOf('prompts'), cue: new LogCue(logOf('cue')) },
  });
  const onTaken = prompts.noteTaken.bind(prompts);
  const owners = new Owners({
    ...{ outbox, clock, log: logOf('owners'), onTaken },
    ownershipOf: roster.ownershipOf.bind(roster),
  });
  const intake = new Intake({ outbox, owners, clock, log: logOf('intake'), timeZone, onTaken });
  const upkeep = new Upkeep({ outbox, intake, owners, clock, log: logOf('upkeep') });

  const bluetooth = radioOf(settings, roster, { clock, log: logOf('radio') });

  const downlink = new Downlink({
    ...{ gateway, log: logOf('downlink') },
    apply: (command) => prompts.apply(command),
    tell: () => uplink.publishStatus(),
  });
  const uplink = new Uplink({
    ...{ gateway, secret, broker, outbox, clock, log: logOf('uplink') },
    report: () => health.report(),
    onTime: () => upkeep.releaseHeld(),
    onCommand: (payload) => downlink.hear(payload),
  });
  const health = new Health({
    software: context.version,
    outbox,
    clock,
    radioAvailable: () => bluetooth?.available ?? true,
    command: () => ({ version: prompts.version, problem: downlink.problem }),
    healing: { problems: () => healer?.problems ?? [], report: () => healer?.report() },
    publish: () => uplink.publishStatus(),
  });

  const progress = new RecordProgress(outbox, intake);
  const session = {
    ...{ clock, timeZone, log: logOf('session') },
    ...{ take: progress.take, lastSequence: progress.lastSequence },
    onClock: intake.noteClock.bind(intake),
    onSession: (identity: string, fault: CodedError | null) => {
      intake.endSession(identity);
      progress.noteSession(identity, fault);
      health.noteSession(identity, fault);
    },
  };
  const tracing = settings.trace && tracingTo(settings.trace, clock, context);
  const serial = new SerialPortTransport(clock);
  const transport = tracing ? traceSerial(serial, tracing) : serial;
  const lines = roster.ports.map((port) => new SerialPortPart({ ...session, ...port, transport }));
  const find = roster.find.bind(roster);
  const { unbonded } = settings.noble;
  const heard = bluetooth && (tracing ? traceGatt(bluetooth, tracing) : bluetooth);
  const radio =
    heard &&
    new Radio({
      ...{ ...session, transport: heard, find, unbonded },
      onHeard: () => healer?.noteHeard(),
      onConnection: (address, fault) => healer?.noteConnection(address, fault),
    });
  const alone = (job: () => Promise<void>): Promise<void> => radio?.alone(job) ?? job();
  const healer = bluetooth && healerOf(bluetooth, settings, { clock, log: logOf('healer'), alone });

  const dataDir: Part = {
    name: 'dataDir',
    start: () => void mkdirSync(settings.dataDir, { recursive: true }),
    stop: () => undefined,
  };
  const radios = [radio, healer].filter((part) => part !== null);
  const service = { clock, log: logOf('service'), environment: process.env };
  const keepers = [outbox, prompts, upkeep, uplink, health];
  const manager = new ServiceManager(service);
  return new Lifecycle([dataDir, ...keepers, ...lines, ...radios, manager], context.log);
}
