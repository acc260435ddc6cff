import type { Command } from 'commander';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import type { StaffedHours } from '@hemma/protocols/api/units.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { nextStaffed } from '../coverage/coverage.js';
import { addRecipient, deliveriesOf, removeRecipient } from '../notify/notifications.js';
import type { ChannelName } from '../notify/tables.js';
import { parseJson } from '../plans/check.js';
import { refusals } from '../plans/problems.js';
import { uncovered, Units } from '../units/units.js';
import type { UnitSettings } from '../units/units.js';
import { table } from '@hemma/runtime/table.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { readText } from './files.js';

interface UnitOptions extends CommonOptions {
  readonly name?: string;
  readonly hours?: string;
  readonly responsible?: string;
  readonly substitute?: string;
  readonly budget?: string;
}

interface TellOptions extends CommonOptions {
  readonly email?: string;
  readonly webhook?: string;
  readonly log?: boolean;
  readonly technology?: boolean;
  readonly stop?: string;
}

/** Office hours, until a unit says its own. */
const officeHours: StaffedHours = staffedHoursSchema.parse({
  week: Array.from({ length: 7 }, (_, day) => (day < 5 ? [{ from: '08:00', to: '16:30' }] : [])),
});
const defaultBudget = 300;

/** `hemma-cloud unit add | set | tell | list` */
export function addUnitCommands(program: Command, common: (command: Command) => Command): void {
  const unit = program.command('unit').description('care units: staffed hours, who answers');
  settings(common(unit.command('add <id>')).description('a new unit; open on weekdays 8 to 16:30'))
    .requiredOption('--name <name>', 'name shown to staff and patients')
    .action((id: string, options: UnitOptions) =>
      withStore(options, (context) => add(context, id, options)),
    );
  settings(common(unit.command('set <id>')).description('change what is named'))
    .option('--name <name>', 'name shown to staff and patients')
    .action((id: string, options: UnitOptions) =>
      withStore(options, (context) => set(context, id, options)),
    );
  common(unit.command('tell <id>'))
    .description(
      'who is told that something waits; without an address: who is, and what could not be told',
    )
    .option('--email <address>', 'tell by e-mail')
    .option('--webhook <url>', 'tell a program')
    .option('--log', 'tell the log of the cloud')
    .option('--technology', 'tell of what is for medical technology, and not for the clinic')
    .option('--stop <address>', 'tell this address no more')
    .action((id: string, options: TellOptions) =>
      withStore(options, (context) => tell(context, id, options)),
    );
  common(unit.command('list'))
    .description('all units, when somebody looks next, and what they lack')
    .action((options: CommonOptions) => withStore(options, list));
}

function settings(command: Command): Command {
  return command
    .option('--hours <file>', 'staffed hours (JSON: week, closures, openings)')
    .option('--responsible <ref>', 'member of staff who answers')
    .option('--substitute <ref>', 'member of staff who stands in')
    .option('--budget <minutes>', 'minutes a week for findings');
}

async function add(
  { database, clock }: CommandContext,
  id: string,
  options: UnitOptions,
): Promise<Result> {
  const standard: UnitSettings = {
    ...{ name: '', hours: officeHours, responsible: null, substitute: null },
    budgetMinutes: defaultBudget,
  };
  const unit = { ...standard, ...said(options) };
  await new Units(database.db).add(id, unit, clock.wall().ms);
  return { value: { id }, lines: [id] };
}

async function set(
  { database }: CommandContext,
  id: string,
  options: UnitOptions,
): Promise<Result> {
  await new Units(database.db).set(id, said(options));
  return { value: { id }, lines: [id] };
}

async function list({ database, clock }: CommandContext): Promise<Result> {
  const now = clock.wall().ms;
  const units = await Promise.all(
    (await new Units(database.db).list()).map(async (unit) => ({
      ...unit,
      nextStaffedAt: nextStaffed(unit.hours, now),
      lacks: await uncovered(database.db, unit, now),
    })),
  );
  const rows = units.map((it) => [
    ...[it.id, it.name, moment(it.nextStaffedAt), String(it.budgetMinutes)],
    it.lacks.join(' ') || '-',
  ]);
  const head = ['unit', 'name', 'staffed next', 'minutes a week', 'lacks'];
  return { value: { units }, lines: table(head, rows) };
}

async function tell(
  { database: { db } }: CommandContext,
  id: string,
  { email, webhook, log, technology, stop }: TellOptions,
): Promise<Result> {
  await new Units(db).find(id);
  const audience = technology === true ? 'technology' : 'clinic';
  const told: readonly (readonly [ChannelName, string | undefined])[] = [
    ['email', email],
    ['webhook', webhook],
    ['log', log === true ? '' : undefined],
  ];
  for (const [channel, address] of told)
    if (address !== undefined) await addRecipient(db, id, { channel, address, audience });
  if (stop !== undefined) await removeRecipient(db, id, stop);
  const recipients = await deliveriesOf(db, id);
  const rows = recipients.map((it) => [
    ...[it.channel, it.address || '-', it.audience, String(it.waiting), String(it.givenUp)],
    it.code ?? '-',
  ]);
  const head = ['channel', 'address', 'of', 'waiting', 'given up', 'why'];
  return { value: { unit: id, recipients }, lines: table(head, rows) };
}

function said({
  name,
  hours,
  responsible,
  substitute,
  budget,
}: UnitOptions): Partial<UnitSettings> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(hours === undefined ? {} : { hours: readHours(hours) }),
    ...(responsible === undefined ? {} : { responsible }),
    ...(substitute === undefined ? {} : { substitute }),
    ...(budget === undefined ? {} : { budgetMinutes: minutes(budget) }),
  };
}

function minutes(text: string): number {
  if (!/^\d{1,4}$/.test(text))
    throw new CodedError('request_invalid', 'The budget is a number of minutes.');
  return Number(text);
}

function readHours(file: string): StaffedHours {
  const value = parseJson(readText(file));
  if (value === undefined) throw new CodedError('request_invalid', `${file}: is not JSON.`);
  const hours = staffedHoursSchema.safeParse(value);
  if (hours.success) return hours.data;
  const reasons = refusals(hours.error).map(({ path, message }) => `  ${path}: ${message}`);
  throw new CodedError('request_invalid', [`${file}:`, ...reasons].join('\n'));
}
