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
import { lentTo, underLoan } from './owner/loan.js';
import { Owners } from './owner/owners.js';
import { dayMs } from './outbox/space.js';
import { cueOf } from './prompts/cue-of.js';
import { PageServer } from './page/server.js';
import type { PageParts } from './page/parts.js';
import { Prompts } from './prompts/prompts.js';
import { rosterOf } from './roster.js';
import { Home } from './schedule/home.js';
import { Reminders } from './schedule/reminders.js';
import { RecordProgress } from './session/record-progress.js';
import { Radio } from './session/radio.js';
import { SerialPortPart } from './session/serial-port.js';
import { homeFilesIn, outboxFileIn, promptsFileIn } from './settings.js';
import type { Settings } from './settings.js';
import { traceGatt } from './trace/gatt.js';
import { Taken } from './taken.js';
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

  const outbox = createOutbox(settings, clock, logOf('outbox'));
  const cue = cueOf(settings, clock, logOf('cue'));
  const prompts = new Prompts({
    file: promptsFileIn(settings.dataDir),
    ...{ clock, log: logOf('prompts'), cue },
  });
  const home = new Home({
    ...homeFilesIn(settings.dataDir),
    ...{ log: logOf('home'), changed: () => page?.touch() },
  });
  const onTaken = prompts.noteTaken.bind(prompts);
  const inForce = home.inForce.bind(home);
  const owners = new Owners({
    ...{ outbox, clock, log: logOf('owners'), onTaken },
    ownershipOf: (identity) => underLoan(roster.ownershipOf(identity), identity, home.state.loan),
  });
  const patientNow = (of: string): string => lentTo(of, settings.patient, home.state.loan);
  const intake = new Intake({
    ...{ outbox, owners, clock, log: logOf('intake'), timeZone, inForce, patientNow, onTaken },
  });
  const taken = new Taken(outbox);
  const reminders = new Reminders({ home, taken, clock, cue, timeZone });
  const parts = { outbox, home, prompts, taken, intake, owners, clock, log: logOf('page') };
  const page = createPage(settings, parts);
  const upkeep = new Upkeep({ outbox, intake, owners, clock, log: logOf('upkeep') });

  const bluetooth = radioOf(settings, roster, { clock, log: logOf('radio') });

  const downlink = new Downlink({
    ...{ gateway, log: logOf('downlink') },
    apply: (command) => {
      const isAsked = prompts.apply(command);
      const isTold = home.apply(command);
      page?.touch();
      return isTold || isAsked;
    },
    tell: () => uplink.publishStatus(),
  });
  const uplink = new Uplink({
    ...{ gateway, secret, broker, outbox, clock, log: logOf('uplink') },
    report: () => health.report(),
    onTime: () => upkeep.releaseHeld(),
    onReceipt: () => page?.touch(),
    onCommand: (payload) => downlink.hear(payload),
  });
  const health = new Health({
    ...{ software: context.version, outbox, clock },
    radioAvailable: () => bluetooth?.available ?? true,
    command: () => ({
      version: Math.min(prompts.version, home.version),
      problem: downlink.problem ?? home.problem,
      schedules: home.revisions,
    }),
    healing: {
      problems: () => devices.healer?.problems ?? [],
      report: () => devices.healer?.report(),
    },
    publish: () => uplink.publishStatus(),
  });

  const devices = createDevices(settings, {
    ...{ context, roster, clock, logOf, bluetooth, outbox, intake, health },
  });
  const pages = page === null ? [] : [page];
  const service = { clock, log: logOf('service'), environment: process.env };
  const manager = new ServiceManager(service);
  const core = [outbox, cue, prompts, home, reminders, upkeep, uplink, health];
  const all = [folderOf(settings), ...core, ...pages, ...devices.parts, manager];
  return new Lifecycle(all, context.log);
}

function createOutbox({ dataDir, outbox }: Settings, clock: SystemClock, log: Log): Outbox {
  const limits = {
    maxRows: outbox.maxRows,
    maxOctets: outbox.maxMiB * 1_048_576,
    maxAgeMs: outbox.maxAgeDays * dayMs,
  };
  return new Outbox({ file: outboxFileIn(dataDir), clock, log, limits });
}

interface DeviceNeeds {
  readonly context: GatewayContext;
  readonly roster: ReturnType<typeof rosterOf>;
  readonly clock: SystemClock;
  readonly logOf: (part: string) => Log;
  readonly bluetooth: ReturnType<typeof radioOf>;
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly health: Health;
}

interface Devices {
  readonly parts: readonly Part[];
  /** Null where nothing of the radio can be mended. */
  readonly healer: ReturnType<typeof healerOf> | null;
}

/** Everything that listens to devices: one line for each port, and one radio with who mends it. */
function createDevices(settings: Settings, needs: DeviceNeeds): Devices {
  const { context, roster, clock, logOf, bluetooth, outbox, intake, health } = needs;
  const { timeZone } = settings;
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

  const radios = [radio, healer].filter((part) => part !== null);
  return { parts: [...lines, ...radios], healer };
}

/** Nothing else can start without it. */
function folderOf({ dataDir }: Settings): Part {
  return {
    name: 'dataDir',
    start: () => void mkdirSync(dataDir, { recursive: true }),
    stop: () => undefined,
  };
}

type PageNeeds = Pick<
  PageParts,
  'outbox' | 'home' | 'prompts' | 'taken' | 'intake' | 'clock' | 'log'
> & { readonly owners: Owners };

/** The page for people in the home; null where the settings want none. */
function createPage(settings: Settings, needs: PageNeeds): PageServer | null {
  const { page, patient, devices, language, timeZone } = settings;
  if (!page.enabled) return null;
  const { outbox, home } = needs;
  const people = (): readonly string[] => {
    const now = (of: string): string => lentTo(of, patient, home.state.loan);
    const others = devices.map((it) => now(it.patient ?? patient));
    return [...new Set([now(patient), ...others, ...home.state.schedules.map((it) => it.patient)])];
  };
  const parts = {
    ...needs,
    timeZone,
    doubts: needs.owners,
    patients: people,
  };
  const server = new PageServer(parts, { listen: page, names: page.names, language });
  outbox.onAppended(() => server.touch());
  return server;
}
