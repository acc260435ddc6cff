import type { Command } from 'commander';
import { CodedError } from '@hemma/protocols/errors.js';
import { table } from '@hemma/runtime/table.js';
import { checkedDevices, retireDevice, verifyDevice } from '../devices/checks.js';
import { maxIntervalMonths } from '../devices/intervals.js';
import { Staff } from '../staff/staff.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface ByOptions extends CommonOptions {
  readonly by: string;
}

interface VerifiedOptions extends ByOptions {
  readonly on?: string;
  readonly model?: string;
  readonly gateway?: string;
  readonly unit?: string;
  readonly interval?: string;
}

/** `hemma-cloud device check list | verified | retired` */
export function addDeviceCommands(program: Command, common: (command: Command) => Command): void {
  const device = program.command('device').description('measuring devices of the homes');
  const check = device
    .command('check')
    .description('checks (calibration) by medical technology: when each is due, and who did it');
  common(check.command('list'))
    .description('all devices that are checked, the one that is due first at the top')
    .action((options: CommonOptions) => withStore(options, list));
  common(check.command('verified <device>'))
    .description('it was checked, which closes its task; what is left out stays as it was')
    .requiredOption('--by <ref>', 'member of staff who did, with the role technician')
    .option('--on <date>', 'day of the check, 2026-06-19; today when left out')
    .option('--model <id>', 'model, as `hemma-gateway devices` lists them')
    .option('--gateway <id>', 'gateway that it went home with')
    .option('--unit <id>', 'unit that checks it; asked for the first time')
    .option(
      '--interval <months>',
      `until the next check, 1 to ${maxIntervalMonths}; that of the kind of device when left out`,
    )
    .action((id: string, options: VerifiedOptions) =>
      withStore(options, (context) => verified(context, id, options)),
    );
  common(check.command('retired <device>'))
    .description('it is used no more: nobody is asked to check it')
    .requiredOption('--by <ref>', 'member of staff who says so, with the role technician')
    .action((id: string, options: ByOptions) =>
      withStore(options, (context) => retired(context, id, options)),
    );
}

async function list({ database }: CommandContext): Promise<Result> {
  const devices = await checkedDevices(database.db);
  const rows = devices.map((it) => [
    ...[it.device, it.model ?? '-', it.gateway ?? '-', it.unit, `${it.intervalMonths} months`],
    ...[it.verifiedOn, it.verifiedBy, it.dueAt === null ? 'retired' : moment(it.dueAt)],
  ]);
  const head = ['device', 'model', 'gateway', 'unit', 'every', 'verified', 'by', 'due'];
  return { value: { devices }, lines: table(head, rows) };
}

async function verified(
  { database: { db }, clock }: CommandContext,
  device: string,
  { by, on, model, gateway, unit, interval }: VerifiedOptions,
): Promise<Result> {
  const actor = await new Staff(db).actor(by);
  const intervalMonths = interval === undefined ? undefined : months(interval);
  const said = { device, on, model, gateway, unit, intervalMonths };
  await verifyDevice(db, said, actor, clock.wall().ms);
  return { value: { device }, lines: [`${device} is checked`] };
}

async function retired(
  { database: { db }, clock }: CommandContext,
  device: string,
  { by }: ByOptions,
): Promise<Result> {
  await retireDevice(db, device, await new Staff(db).actor(by), clock.wall().ms);
  return { value: { device }, lines: [`${device} is used no more`] };
}

function months(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new CodedError('request_invalid', 'The interval is a number of months.');
}
