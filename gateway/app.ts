import { mkdirSync } from 'node:fs';
import type { CodedError } from '@hemma/protocols/errors.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { Lifecycle } from '@hemma/runtime/lifecycle.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import { ServiceManager } from '@hemma/runtime/service-manager.js';
import { Downlink } from './downlink.js';
import { Health } from './health.js';
import { Intake } from './intake.js';
import { Outbox } from './outbox/outbox.js';
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
import { NobleTransport } from './transports/noble.js';
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
  const intake = new Intake({ outbox, clock, log: logOf('intake'), timeZone, onTaken });
  const upkeep = new Upkeep({ outbox, intake, clock, log: logOf('upkeep') });

  const usesRadio = settings.noble.enabled && roster.hasRadioDevices;
  const { library, unbonded } = settings.noble;
  const noble = new NobleTransport({ library, clock, log: logOf('radio') });

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
    radioAvailable: () => !usesRadio || noble.available,
    command: () => ({ version: prompts.version, problem: downlink.problem }),
    publish: () => uplink.publishStatus(),
  });

  const progress = new RecordProgress(outbox, intake);
  const session = {
    ...{ clock, timeZone, log: logOf('session') },
    ...{ take: progress.take, lastSequence: progress.lastSequence },
    onSession: (identity: string, fault: CodedError | null) => {
      progress.noteSession(identity, fault);
      health.noteSession(identity, fault);
    },
  };
  const tracing = settings.trace && tracingTo(settings.trace, clock, context);
  const serial = new SerialPortTransport(clock);
  const transport = tracing ? traceSerial(serial, tracing) : serial;
  const lines = roster.ports.map((port) => new SerialPortPart({ ...session, ...port, transport }));
  const find = roster.find.bind(roster);
  const heard = tracing ? traceGatt(noble, tracing) : noble;
  const radio = new Radio({ ...session, transport: heard, find, unbonded });

  const dataDir: Part = {
    name: 'dataDir',
    start: () => void mkdirSync(settings.dataDir, { recursive: true }),
    stop: () => undefined,
  };
  const devices = usesRadio ? [...lines, radio] : lines;
  const service = { clock, log: logOf('service'), environment: process.env };
  const keepers = [outbox, prompts, upkeep, uplink, health];
  const manager = new ServiceManager(service);
  return new Lifecycle([dataDir, ...keepers, ...devices, manager], context.log);
}
