import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Command } from 'commander';
import { beginEpisode, runningEpisodes } from '../episodes/episodes.js';
import { contentDir } from '../folders.js';
import { People } from '../people/people.js';
import { loadContent } from '../plans/content.js';
import { groupBy } from '../plans/group.js';
import { startGuard } from '../plans/parameters.js';
import type { ParameterValues } from '../plans/parameters.js';
import { table, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

interface AddOptions extends CommonOptions {
  readonly name: string;
  readonly plan?: string;
  readonly ref?: string;
  readonly parameters: string;
}

/** `hemma-cloud patient add | list` */
export function addPatientCommands(program: Command, common: (command: Command) => Command): void {
  const patient = program.command('patient').description('patients: names, references, plans');
  common(patient.command('add'))
    .description('enrol a patient; prints the random reference that everything else uses')
    .requiredOption('--name <name>', 'name shown to staff; kept in the people store alone')
    .option('--plan <id>', 'monitoring plan that begins now')
    .option('--ref <ref>', 'reference to use instead of a random one')
    .option('--parameters <json>', 'what is set for this patient, {"id": value}', '{}')
    .action((options: AddOptions) => withStore(options, (context) => add(context, options)));
  common(patient.command('list'))
    .description('all patients')
    .action((options: CommonOptions) => withStore(options, list));
}

async function add({ database, clock }: CommandContext, options: AddOptions): Promise<Result> {
  const parameters = readParameters(options.parameters);
  const plan = options.plan === undefined ? null : startable(options.plan, parameters);
  const { name: displayName, ref } = options;
  const { db } = database;
  const startedAt = clock.wall().ms;
  const person = { displayName, ...(ref === undefined ? {} : { ref }) };
  const patient = await new People(db).add(person, startedAt);
  if (plan !== null)
    await db.transaction().execute((trx) =>
      beginEpisode(trx, {
        ...{ patient, plan: plan.id, planVersion: plan.version, kind: 'prescribed', parameters },
        ...{ unit: null, startedAt },
      }),
    );
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

function startable(id: string, parameters: ParameterValues): Plan {
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
  if (problems.length === 0) return plan;
  const reasons = problems.map(({ path, message }) => `  ${path}: ${message}`);
  throw new CodedError(
    'request_invalid',
    [`The plan "${id}" cannot be started with these parameters:`, ...reasons].join('\n'),
  );
}
