import type { Command } from 'commander';
import { monitoringKinds } from '@hemma/protocols/plans/plan.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { considerChange, considerStart } from '../prescribing/consider.js';
import type { Shown } from '../prescribing/consider.js';
import { episodeOverviews } from '../prescribing/overview.js';
import { plansFor } from '../prescribing/plan-list.js';
import { startEpisode } from '../prescribing/start.js';
import { runningEpisodes } from '../episodes/episodes.js';
import { table } from '@hemma/runtime/table.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { limitsAsked, partsOf, personOf, readParameters } from './prescribing-context.js';
import type { LimitOptions } from './prescribing-context.js';
import { episodeLines, shownLines } from './prescribing-lines.js';

interface StartOptions extends LimitOptions {
  readonly kind: string;
  readonly unit?: string;
  readonly suitable: readonly string[];
  readonly version?: string;
}

interface DryRunOptions extends CommonOptions {
  readonly parameters: string;
  readonly unit?: string;
  readonly to?: string;
}

export type Common = (command: Command) => Command;

/** `hemma-cloud plan list | dry-run | start | episodes` */
export function addStartCommands(plan: Command, common: Common): void {
  common(plan.command('list <patient>'))
    .description('plans with their checklist, and why one cannot start for this patient')
    .action((patient: string, options: CommonOptions) =>
      withStore(options, (context) => list(context, patient)),
    );
  common(plan.command('dry-run <patient> <plan>'))
    .description('show limits, what they would have raised in 90 days, and what confirms them')
    .option('--parameters <json>', 'limits that are set, {"id": value}', '{}')
    .option('--unit <id>', 'the unit whose time is looked at')
    .option('--to <version>', 'a newer version for one who follows the plan')
    .action((patient: string, id: string, options: DryRunOptions) =>
      withStore(options, (context) => dryRun(context, [patient, id], options)),
    );
  withLimits(acting(common(plan.command('start <patient> <plan>'))))
    .description('start a plan for a patient, after `plan dry-run` has shown its limits')
    .option('--kind <kind>', monitoringKinds.join(', '), 'prescribed')
    .option('--unit <id>', 'the unit that answers')
    .option('--suitable <items...>', 'items of the checklist that are ticked', [])
    .option('--version <version>', 'another version than the newest')
    .action((patient: string, id: string, options: StartOptions) =>
      withStore(options, (context) => start(context, [patient, id], options)),
    );
  common(plan.command('episodes <patient>'))
    .description('what a patient follows and has followed, with state, phase and what is due')
    .action((patient: string, options: CommonOptions) =>
      withStore(options, (context) => episodes(context, patient)),
    );
}

/** A command that somebody is responsible for. */
export function acting(command: Command): Command {
  return command.option(
    '--as <staff>',
    'who acts, by staff reference; without it the patient alone',
  );
}

/** A command that sets limits. */
export function withLimits(command: Command): Command {
  return command
    .option('--parameters <json>', 'limits that are set, {"id": value}', '{}')
    .option('--confirm <digest>', 'of the limits as `plan dry-run` has shown them')
    .option('--confirmed-by <staff>', 'the licensed professional, when that is not who acts')
    .option('--over-budget <reason>', 'why they may take more time than the unit has');
}

async function list(context: CommandContext, patient: string): Promise<Result> {
  const plans = await plansFor(await partsOf(context), patient);
  const rows = plans.map(({ plan, problems }) => [
    ...[plan.id, plan.version, plan.monitoringKinds.join(' ')],
    problems.map((it) => it.code).join(' ') || 'yes',
    plan.suitability.map((it) => (it.required ? it.id : `(${it.id})`)).join(' '),
  ]);
  const value = plans.map(({ plan, problems }) => ({
    ...{ id: plan.id, version: plan.version, title: plan.title, kinds: plan.monitoringKinds },
    ...{ startable: problems.length === 0, problems, suitability: plan.suitability },
    parameters: plan.parameters,
  }));
  const head = ['plan', 'version', 'kinds', 'startable', 'checklist'];
  return { value: { plans: value }, lines: table(head, rows) };
}

async function dryRun(
  context: CommandContext,
  [patient, id]: readonly [string, string],
  options: DryRunOptions,
): Promise<Result> {
  const parts = await partsOf(context);
  const parameters = readParameters(options.parameters);
  const running = await runningEpisodes(parts.db, [patient]);
  const episode = running.find((it) => it.plan === id);
  const version = options.to === undefined ? {} : { version: options.to };
  const shown =
    episode === undefined
      ? await considerStart(parts, {
          ...{ patient, plan: id, unit: options.unit ?? null, parameters },
          ...version,
        })
      : await considerChange(parts, episode.id, { ...version, parameters });
  return { value: valueOf(shown), lines: shownLines(shown) };
}

function valueOf({ plan, ...shown }: Shown): unknown {
  const { limitNotice, emergencyNotice, suitability } = plan;
  const texts = { limitNotice, emergencyNotice, suitability };
  return { plan: plan.id, version: plan.version, ...shown, ...texts };
}

async function start(
  context: CommandContext,
  [patient, plan]: readonly [string, string],
  options: StartOptions,
): Promise<Result> {
  const kind = oneOf(monitoringKinds, options.kind, 'kind');
  const episode = await startEpisode(await partsOf(context), await personOf(context, options), {
    ...{ patient, plan, kind, unit: options.unit ?? null, suitability: options.suitable },
    ...(options.version === undefined ? {} : { version: options.version }),
    parameters: readParameters(options.parameters),
    ...limitsAsked(options),
  });
  return { value: { episode }, lines: [episode] };
}

async function episodes(context: CommandContext, patient: string): Promise<Result> {
  const overviews = await episodeOverviews(await partsOf(context), patient);
  const value = overviews.map(({ episode, course, ...it }) => ({
    ...{ ...episode, ...it, phase: it.phase?.id ?? null },
    planName: course?.plan.title ?? null,
  }));
  return { value: { episodes: value }, lines: episodeLines(overviews) };
}

/** Throws {@link CodedError} `request_invalid` with what can be said. */
export function oneOf<T extends string>(known: readonly T[], text: string, what: string): T {
  const found = known.find((it) => it === text);
  if (found !== undefined) return found;
  throw new CodedError('request_invalid', `The ${what} is one of ${known.join(', ')}.`);
}
