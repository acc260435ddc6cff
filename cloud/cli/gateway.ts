import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Command } from 'commander';
import { mosquittoFiles } from '../broker/mosquitto-files.js';
import { Fleet } from '../fleet/fleet.js';
import { healingsOf } from '../fleet/healings.js';
import { addToKit, handOut } from '../fleet/kits.js';
import { listGaps } from '../journal/custody.js';
import { table } from '@hemma/runtime/table.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { count, gatewayLines, lastStepWords } from './gateway-lines.js';

type HandOutOptions = LoanOptions & { readonly device?: readonly string[] };
type LoanOptions = CommonOptions & { readonly patient: string };

/** `hemma-cloud gateway add | lend | hand-out | device | list | show | gaps | mosquitto-files` */
export function addGatewayCommands(program: Command, common: (command: Command) => Command): void {
  const gateway = program.command('gateway').description('gateways: enrolment, loans, custody');
  common(gateway.command('add <id>'))
    .description('enrol a gateway; prints its secret, once')
    .requiredOption('--patient <ref>', 'whose home it is lent to')
    .action((id: string, options: LoanOptions) =>
      withStore(options, (context) => add(context, id, options.patient)),
    );
  common(gateway.command('lend <id>'))
    .description('lend a gateway to another patient from now on')
    .requiredOption('--patient <ref>', 'whose home it is lent to')
    .action((id: string, options: LoanOptions) =>
      withStore(options, (context) => lend(context, id, options.patient)),
    );
  common(gateway.command('hand-out <id>'))
    .description(
      'lend a gateway with its devices to a patient from now on; the home is told by itself',
    )
    .requiredOption('--patient <ref>', 'whose home it is lent to')
    .option('--device <identity...>', 'devices that go with it: ble:AA:BB:…')
    .action((id: string, options: HandOutOptions) =>
      withStore(options, (context) => giveOut(context, id, options)),
    );
  common(gateway.command('device <id> <identity>'))
    .description('a device goes with this gateway: readings of it from another home are refused')
    .action((id: string, identity: string, options: CommonOptions) =>
      withStore(options, (context) => device(context, id, identity)),
    );
  common(gateway.command('list'))
    .description('all gateways and what they last said of themselves')
    .action((options: CommonOptions) => withStore(options, list));
  common(gateway.command('show <id>'))
    .description('one gateway: what is wrong, and how its radio was healed')
    .action((id: string, options: CommonOptions) =>
      withStore(options, (context) => show(context, id)),
    );
  common(gateway.command('gaps <id>'))
    .description('rows that were gone before the gateway could send them')
    .action((id: string, options: CommonOptions) =>
      withStore(options, (context) => gaps(context, id)),
    );
  common(gateway.command('mosquitto-files <folder>'))
    .description('write password, access and settings files for a Mosquitto broker')
    .action((folder: string, options: CommonOptions) =>
      withStore(options, (context) => writeMosquittoFiles(context, folder)),
    );
}

async function add(context: CommandContext, id: string, patient: string): Promise<Result> {
  const fleet = new Fleet(context.database.db);
  const secret = await fleet.add(id, patient, context.clock.wall().ms);
  return { value: { gateway: id, patient, secret }, lines: [secret] };
}

async function lend(context: CommandContext, id: string, patient: string): Promise<Result> {
  await new Fleet(context.database.db).lend(id, patient, context.clock.wall().ms);
  return { value: { gateway: id, patient }, lines: [`${id} is lent to ${patient}`] };
}

async function giveOut(
  context: CommandContext,
  gateway: string,
  { patient, device: devices = [] }: HandOutOptions,
): Promise<Result> {
  await handOut(context.database.db, { gateway, patient, devices }, context.clock.wall().ms);
  const lines = [`${gateway} is lent to ${patient}`, ...devices.map((it) => `${it} goes with it`)];
  return { value: { gateway, patient, devices }, lines };
}

async function device(context: CommandContext, id: string, identity: string): Promise<Result> {
  await addToKit(context.database.db, id, identity, context.clock.wall().ms);
  return { value: { gateway: id, identity }, lines: [`${identity} goes with ${id}`] };
}

async function list({ database }: CommandContext): Promise<Result> {
  const gateways = await new Fleet(database.db).overview();
  const rows = gateways.map((one) => [
    one.id,
    one.patients.join(' '),
    one.state,
    count(one.waiting),
    count(one.held),
    count(one.doubtful),
    moment(one.lastSeenAt),
    one.command,
    lastStepWords(one.healing),
    one.problems.join(' '),
  ]);
  const head = ['gateway', 'patients', 'state', 'waiting', 'held', 'doubtful'].concat(
    ...['last seen', 'command', 'healing', 'problems'],
  );
  return { value: { gateways }, lines: table(head, rows) };
}

async function show({ database }: CommandContext, id: string): Promise<Result> {
  const healings = await healingsOf(database.db, id);
  const gateway = (await new Fleet(database.db).overview()).find((one) => one.id === id);
  if (gateway === undefined) throw new CodedError('not_found', 'There is no such gateway.');
  return { value: { gateway: { ...gateway, healings } }, lines: gatewayLines(gateway, healings) };
}

async function gaps({ database }: CommandContext, id: string): Promise<Result> {
  const known = await new Fleet(database.db).loansOf([id]);
  if (!known.has(id)) throw new CodedError('not_found', 'There is no such gateway.');
  const found = await listGaps(database.db, id);
  const rows = found.map((gap) => [
    gap.first === gap.last ? String(gap.first) : `${gap.first}-${gap.last}`,
    gap.code,
    moment(gap.at),
    gap.ledger,
  ]);
  const lines = rows.length === 0 ? ['no gaps'] : table(['rows', 'code', 'told', 'ledger'], rows);
  return { value: { gateway: id, gaps: found }, lines };
}

async function writeMosquittoFiles(context: CommandContext, folder: string): Promise<Result> {
  const login = context.settings.brokerLogin;
  if (login === undefined)
    throw new CodedError('request_invalid', 'The settings have no "brokerLogin" for the cloud.');
  const gateways = await new Fleet(context.database.db).secretHashes();
  const files = mosquittoFiles({ gateways, login, folder: resolve(folder) });
  mkdirSync(folder, { recursive: true });
  // Hashes of random secrets, but nobody else's business.
  for (const { name, text } of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const names = files.map(({ name }) => join(folder, name));
  return { value: { files: names, gateways: gateways.length }, lines: names };
}
