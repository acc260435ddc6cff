import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Command } from 'commander';
import { contentDir } from '../folders.js';
import { People } from '../people/people.js';
import { loadContent } from '../plans/content.js';
import { startGuard } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';
import { table, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly plan: string;
  readonly ref?: string;
  readonly parameters: string;
}

/** `hemma-cloud patient add | list` */
export function addPatientCommands(program: Command, common: (command: Command) => Command): void {
  const patient = program.command('patient').description('patients: names, references, plans');
  common(patient.command('add'))
    .description('enrol a patient; prints the random reference that everything else uses')
    .requiredOption('--name <name>', 'name shown to staff; kept in the people store alone')
    .requiredOption('--plan <id>', 'monitoring plan, a file of content/plans')
    .option('--ref <ref>', 'reference to use instead of a random one')
    .option('--parameters <json>', 'what is set for this patient, {"id": value}', '{}')
    .action((options: AddOptions) => withStore(options, (context) => add(context, options)));
  common(patient.command('list'))
    .description('all patients')
    .action((options: CommonOptions) => withStore(options, list));
}

async function add({ database, clock }: CommandContext, options: AddOptions): Promise<Result> {
  const parameters = readParameters(options.parameters);
  mustBeStartable(options.plan, parameters);
  const { name: displayName, plan, ref } = options;
  const patient = await new People(database.db).add(
    { displayName, plan, parameters, ...(ref === undefined ? {} : { ref }) },
    clock.wall().ms,
  );
  return { value: { ref: patient }, lines: [patient] };
}

async function list({ database }: CommandContext): Promise<Result> {
  const patients = await new People(database.db).list();
  const rows = patients.map(({ ref, displayName, plan }) => [ref, displayName, plan ?? '-']);
  return { value: { patients }, lines: table(['reference', 'name', 'plan'], rows) };
}

function readParameters(text: string): ParameterValues {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CodedError('request_invalid', 'The parameters are not JSON.');
  }
  const parameters = parameterValuesSchema.safeParse(value);
  if (parameters.success) return parameters.data;
  throw new CodedError('request_invalid', 'The parameters are not of the form {"id": value}.');
}

function mustBeStartable(id: string, parameters: ParameterValues): void {
  const { plans } = loadContent(contentDir());
  const plan = plans.get(id);
  if (plan === undefined)
    throw new CodedError(
      'not_found',
      `There is no plan "${id}"; known: ${[...plans.keys()].join(', ')}.`,
    );
  if (plan.status === 'draft')
    throw new CodedError('request_invalid', `The plan "${id}" is a draft and cannot be started.`);
  const problems = startGuard(plan, parameters);
  if (problems.length === 0) return;
  const reasons = problems.map(({ path, message }) => `  ${path}: ${message}`);
  throw new CodedError(
    'request_invalid',
    [`The plan "${id}" cannot be started with these parameters:`, ...reasons].join('\n'),
  );
}
