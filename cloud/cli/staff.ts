import type { Command } from 'commander';
import { z } from 'zod';
import { CodedError } from '@hemma/protocols/errors.js';
import { roles } from '../staff/actor.js';
import { Staff } from '../staff/staff.js';
import { table } from '@hemma/runtime/table.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly role: readonly string[];
  readonly licensed?: boolean;
  readonly unit?: string;
}

/** `hemma-cloud staff add | list | leave` */
export function addStaffCommands(program: Command, common: (command: Command) => Command): void {
  const staff = program.command('staff').description('members of staff: names, roles, units');
  common(staff.command('add'))
    .description('add a member of staff; prints the random reference that everything else uses')
    .requiredOption('--name <name>', 'name shown to colleagues and patients')
    .requiredOption('--role <role...>', `one or more of ${roles.join(', ')}`)
    .option('--licensed', 'is a licensed professional, who may prescribe and set limits')
    .option('--unit <id>', 'where they work')
    .action((options: AddOptions) => withStore(options, (context) => add(context, options)));
  common(staff.command('list'))
    .description('those who work here')
    .action((options: CommonOptions) => withStore(options, list));
  common(staff.command('leave <ref>'))
    .description('they work here no more; what they did stays theirs')
    .action((ref: string, options: CommonOptions) =>
      withStore(options, (context) => leave(context, ref)),
    );
}

async function add({ database, clock }: CommandContext, options: AddOptions): Promise<Result> {
  const asked = z.array(z.enum(roles)).safeParse(options.role);
  if (!asked.success)
    throw new CodedError('request_invalid', `A role is one of ${roles.join(', ')}.`);
  const member = {
    ...{ displayName: options.name, roles: asked.data, licensed: options.licensed ?? false },
    unit: options.unit ?? null,
  };
  const ref = await new Staff(database.db).add(member, clock.wall().ms);
  return { value: { ref }, lines: [ref] };
}

async function list({ database }: CommandContext): Promise<Result> {
  const staff = await new Staff(database.db).list();
  const rows = staff.map((it) => [
    ...[it.staff, it.displayName, it.unit ?? '-', it.licensed ? 'yes' : 'no', it.roles.join(' ')],
  ]);
  const head = ['reference', 'name', 'unit', 'licensed', 'roles'];
  return { value: { staff }, lines: table(head, rows) };
}

async function leave({ database, clock }: CommandContext, ref: string): Promise<Result> {
  await new Staff(database.db).leave(ref, clock.wall().ms);
  return { value: { ref }, lines: [`${ref} works here no more`] };
}
