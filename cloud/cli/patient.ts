import type { Command } from 'commander';
import { runningEpisodes } from '../episodes/episodes.js';
import { People } from '../people/people.js';
import { groupBy } from '../plans/group.js';
import { table } from '@hemma/runtime/table.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly ref?: string;
  readonly test?: boolean;
}

/** `hemma-cloud patient add | list` */
export function addPatientCommands(program: Command, common: (command: Command) => Command): void {
  const patient = program.command('patient').description('patients: names, references, plans');
  common(patient.command('add'))
    .description('enrol a patient; prints the random reference that everything else uses')
    .requiredOption('--name <name>', 'name shown to staff; kept in the people store alone')
    .option('--ref <ref>', 'reference to use instead of a random one')
    .option('--test', 'does not exist: may follow a draft')
    .action((options: AddOptions) => withStore(options, (context) => add(context, options)));
  common(patient.command('list'))
    .description('all patients')
    .action((options: CommonOptions) => withStore(options, list));
}

async function add({ database, clock }: CommandContext, options: AddOptions): Promise<Result> {
  const { name: displayName, ref, test: isTest = false } = options;
  const person = { displayName, isTest, ...(ref === undefined ? {} : { ref }) };
  const patient = await new People(database.db).add(person, clock.wall().ms);
  return { value: { ref: patient }, lines: [patient] };
}

async function list({ database }: CommandContext): Promise<Result> {
  const patients = await new People(database.db).list();
  const refs = patients.map((it) => it.ref);
  const episodes = groupBy(await runningEpisodes(database.db, refs), (it) => it.patient);
  const listed = patients.map((it) => ({
    ...it,
    plans: (episodes.get(it.ref) ?? []).map(({ plan }) => plan),
  }));
  const rows = listed.map(({ ref, displayName, plans }) => [
    ...[ref, displayName, plans.join(' ') || '-'],
  ]);
  return { value: { patients: listed }, lines: table(['reference', 'name', 'plans'], rows) };
}
