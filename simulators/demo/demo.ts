import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { SystemClock } from '@hemma/runtime/clock.js';
import { untilSignal } from '@hemma/runtime/lifecycle.js';
import { createLog } from '@hemma/runtime/log.js';
import { seededRandom } from '../radio/random.js';
import { emptyFolder } from './folder.js';
import { Home } from './home.js';
import { demoHomes } from './homes.js';
import type { DemoHome } from './homes.js';
import { freePortFrom } from './ports.js';
import { cloudCommand, startCloud } from './program.js';
import type { RunningProgram } from './program.js';
import { openUnit, prescribe } from './prescribe.js';
import { Progress } from './progress.js';
import { Resident } from './resident.js';
import { statusOf, untilUp } from './status.js';

/** The whole system on this computer: the cloud, four homes, history, then life. */

export interface DemoOptions {
  readonly seed?: number;
  readonly days: number;
  readonly port: number;
  readonly data: string;
  readonly trends: string;
}

/** Between two looks at how far the history has come. */
const progressMs = 500;
/** Somebody measures somewhere this often once the history is there. */
const liveMs = 4_000;
const brokerPort = 1_883;

interface Demo {
  readonly folder: string;
  readonly address: string;
  readonly settingsFile: string;
  readonly brokerPort: number;
  readonly seed: number;
}

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('demo', 'error');
const print = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs until Ctrl-C, or until a program ends by itself. Gives the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const running: { stop(): Promise<void> }[] = [];
  const abort = new AbortController();
  const stopped = untilSignal().then(() => abort.abort());
  try {
    await Promise.race([play(options, running, abort.signal), stopped]);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    abort.abort();
    print('\nStopping …');
    for (const part of running.reverse()) await part.stop();
  }
}

async function play(
  options: DemoOptions,
  running: { stop(): Promise<void> }[],
  signal: AbortSignal,
): Promise<void> {
  const demo = await prepare(options);
  print(
    `Hemma with four simulated homes (seed ${demo.seed}). Not for emergencies, not for real care.`,
  );
  const homes = await enrol(demo);
  const cloud = startCloud(
    { name: 'cloud', settingsFile: demo.settingsFile, logFile: join(demo.folder, 'cloud.log') },
    clock,
  );
  running.push(cloud);
  await Promise.race([untilUp(demo.address, clock, signal), cloud.ended]);
  const total = remember(homes, options.days, demo.seed);
  for (const { home } of homes) {
    if (signal.aborted) return;
    running.push(home);
    await home.start();
  }
  const ends = [cloud, ...homes.map(({ home }) => home)].map(({ ended }) => ended);
  await Promise.race([loaded(demo.address, total, signal), ...ends]);
  tell(demo, cloud, homes);
  await Promise.race([live(homes, demo.seed, signal), ...ends]);
}

/** The patient pages of the homes are the free ports above. */
const firstPagePort = 8_480;

async function prepare(options: DemoOptions): Promise<Demo> {
  const folder = await emptyFolder(options.data);
  const httpPort = await freePortFrom(options.port);
  const demo: Demo = {
    folder,
    address: `http://127.0.0.1:${httpPort}`,
    settingsFile: join(folder, 'cloud.json'),
    brokerPort: await freePortFrom(brokerPort),
    seed: options.seed ?? clock.wall().ms % 2 ** 31,
  };
  const settings = {
    dataDir: join(folder, 'cloud'),
    http: { port: httpPort },
    brokerListen: { port: demo.brokerPort },
    trends: options.trends,
  };
  writeFileSync(demo.settingsFile, JSON.stringify(settings, null, 2));
  return demo;
}

interface EnrolledHome {
  readonly description: DemoHome;
  readonly home: Home;
}

/** Patients and gateways are enrolled by the cloud's own commands, as staff would do it. */
async function enrol(demo: Demo): Promise<readonly EnrolledHome[]> {
  const command = (...args: readonly string[]) =>
    cloudCommand(...args, '--settings', demo.settingsFile);
  const unit = await openUnit(command);
  const enrolled: EnrolledHome[] = [];
  let pagePort = firstPagePort;
  for (const [i, description] of demoHomes.entries()) {
    const { displayName, plan, parameters, gateway } = description;
    const patient = z
      .looseObject({ ref: z.string() })
      .parse(await command('patient', 'add', '--name', displayName)).ref;
    await prescribe(command, unit, { patient, plan, parameters });
    const { secret } = z
      .looseObject({ secret: z.string() })
      .parse(await command('gateway', 'add', gateway, '--patient', patient));
    pagePort = await freePortFrom(pagePort + 1);
    const home = new Home({
      pagePort,
      ...{ number: i + 1, gateway, secret, patient, clock, log },
      brokerPort: demo.brokerPort,
      folder: demo.folder,
      scenario: description.scenario,
      random: seededRandom(demo.seed + i),
    });
    enrolled.push({ description, home });
  }
  return enrolled;
}

/** Puts the history into the memories of the devices; gives how many measurements it has. */
function remember(homes: readonly EnrolledHome[], days: number, seed: number): number {
  let total = 0;
  for (const [i, { description, home }] of homes.entries()) {
    const history = description.scenario.days(days, clock.wall().ms, seed + i);
    home.remember(history);
    total += history.length;
  }
  return total;
}

async function loaded(address: string, total: number, signal: AbortSignal): Promise<void> {
  const progress = new Progress(total, process.stdout);
  for (;;) {
    const done = (await statusOf(address))?.journalled ?? 0;
    progress.show(done);
    if (done >= total || signal.aborted) return;
    await clock.sleep(progressMs, signal);
  }
}

function tell(demo: Demo, cloud: RunningProgram, homes: readonly EnrolledHome[]): void {
  const pages = homes.map(({ home }) => home.pageAddress);
  print(
    [
      '',
      `  page for clinicians   ${demo.address}/`,
      `  pages in the homes    ${pages.join(' ')}`,
      `  broker (gateways)     mqtt://127.0.0.1:${demo.brokerPort}`,
      `  settings and logs     ${demo.folder} (${cloud.name}.log, demo-home-*.log)`,
      '',
      '  Everything listens on this computer only. A reading comes in every few seconds. The first of home 2',
      '  is beyond a limit: its gateway asks for a rest and a repeat before anybody at the clinic is troubled.',
      '  Ctrl-C ends everything.',
    ].join('\n'),
  );
}

async function live(
  homes: readonly EnrolledHome[],
  seed: number,
  signal: AbortSignal,
): Promise<void> {
  const random = seededRandom(seed);
  const residents = homes.map(
    ({ description, home }) =>
      new Resident({
        measure: (one) => home.measure(one),
        asked: () => home.asked(),
        next: description.scenario.live(random),
        first: description.first ?? null,
      }),
  );
  for (let turn = 0; !signal.aborted; turn += 1) {
    await residents[turn % residents.length]?.turn();
    await clock.sleep(liveMs, signal);
  }
}
