import type { Command } from 'commander';
import type { z } from 'zod';
import {
  choiceRequestSchema,
  commentRequestSchema,
  completionRequestSchema,
  goalIntervals,
  goalRequestSchema,
} from '@hemma/protocols/api/programmes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { episodesOf } from '../episodes/episodes.js';
import { comment } from '../programmes/comments.js';
import { complete, undo } from '../programmes/complete.js';
import { chooseActivities, endGoal, setGoal } from '../programmes/decide.js';
import { programmeOf } from '../programmes/programme.js';
import type { Person } from '../prescribing/authority.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { withStore } from './context.js';
import type { CommonOptions, Result } from './context.js';
import { type Common, acting } from './prescribe.js';
import { episodeOf, partsOf, personOf } from './prescribing-context.js';
import type { ActingOptions } from './prescribing-context.js';
import { programmeLines } from './programme-lines.js';

interface DoneOptions extends ActingOptions {
  readonly step?: string;
  readonly activity?: string;
  readonly at?: string;
  readonly minutes?: string;
  readonly note?: string;
  readonly key?: string;
}

interface CommentOptions extends ActingOptions {
  readonly text: string;
}

interface GoalOptions extends ActingOptions {
  readonly target: string;
  readonly words?: string;
  readonly change?: string;
  readonly interval?: string;
  readonly counts?: string;
}

interface ActivityOptions extends ActingOptions {
  readonly minutes?: string;
  readonly rest?: string;
  readonly reason?: string;
}

/** `hemma-cloud programme show | done | undo | comment | goal | end-goal | activities` */
export function addProgrammeCommands(program: Command, common: Common): void {
  const programme = program
    .command('programme')
    .description('modules, activities, goals and comments of a patient, week by week');
  common(programme.command('show <patient> <plan>'))
    .description('the weeks with what was done, talks and forms, goals and comments')
    .action((patient: string, plan: string, options: CommonOptions) =>
      show(options, patient, plan),
    );
  addDone(programme, common);
  addAgreed(programme, common);
}

function addDone(programme: Command, common: Common): void {
  acting(common(programme.command('done <patient> <plan> <task>')))
    .description('something was done; saying it again is the same. Prints the entry')
    .option('--step <n>', 'the module, from 1; the one that opened last when left out')
    .option('--activity <id>', 'one of the patient’s activities; the only one when left out')
    .option('--at <time>', 'its own day 2026-03-01, or time 2026-03-01T18:30+01:00; now')
    .option('--minutes <n>', 'how long it took')
    .option('--note <text>', 'something to tell the therapist')
    .option('--key <key>', 'tells a second time in a day from a repeat, 8 to 64 letters or digits')
    .action((patient: string, plan: string, task: string, options: DoneOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        const completed = await complete(parts, person, episode, doneAsked(task, options));
        return { value: completed, lines: [completed.entry] };
      }),
    );
  acting(common(programme.command('undo <patient> <plan> <entry>')))
    .description('take back what was said to be done, or a comment of one’s own')
    .action((patient: string, plan: string, entry: string, options: ActingOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        await undo(parts, person, episode, entry);
        return { value: { entry }, lines: [`taken back: ${entry}`] };
      }),
    );
  acting(common(programme.command('comment <patient> <plan> <about>')))
    .description('write to the patient about an entry, or goal:<id>')
    .requiredOption('--text <text>', 'what is written')
    .action((patient: string, plan: string, about: string, options: CommentOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        const asked = checked(commentRequestSchema, { about, text: options.text });
        const entry = await comment(parts, person, episode, asked);
        return { value: { entry }, lines: [entry] };
      }),
    );
}

function addAgreed(programme: Command, common: Common): void {
  acting(common(programme.command('goal <patient> <plan>')))
    .description('set a goal in own words, or another target for one that there is')
    .requiredOption('--target <number>', 'what is aimed at')
    .option('--words <text>', 'the goal in the patient’s own words')
    .option('--change <goal>', 'the goal that gets another target')
    .option('--interval <interval>', goalIntervals.join(', '))
    .option('--counts <activity>', 'the activity, or task, that counts towards it')
    .action((patient: string, plan: string, options: GoalOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        const goal = await setGoal(parts, person, episode, goalAsked(options));
        return { value: { goal }, lines: [goal] };
      }),
    );
  acting(common(programme.command('end-goal <patient> <plan> <goal>')))
    .description('end a goal in own words, or go back to the target of the plan')
    .action((patient: string, plan: string, goal: string, options: ActingOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        await endGoal(parts, person, episode, goal);
        return { value: { goal }, lines: [`ended: ${goal}`] };
      }),
    );
  acting(common(programme.command('activities <patient> <plan> <activity=times...>')))
    .description('which activities, and how often a week each: physical=3 brain-rest=4')
    .option('--minutes <n>', 'minutes each time')
    .option('--rest <n>', 'minutes of rest after each')
    .option('--reason <text>', 'why it changes')
    .action((patient: string, plan: string, given: string[], options: ActivityOptions) =>
      act(options, [patient, plan], async (parts, person, episode) => {
        const asked = activitiesAsked(given, options);
        await chooseActivities(parts, person, episode, asked);
        return { value: { counts: asked.counts }, lines: ['set'] };
      }),
    );
}

function show(options: CommonOptions, patient: string, plan: string): Promise<void> {
  return withStore(options, async (context) => {
    const parts = await partsOf(context);
    const all = await episodesOf(parts.db, patient);
    const episode = all.find((it) => it.plan === plan);
    if (episode === undefined)
      throw new CodedError('not_found', `The patient has not followed "${plan}".`);
    const programme = await programmeOf(parts, episode.id);
    return { value: programme, lines: programmeLines(programme) };
  });
}

type Act = (parts: PrescribingParts, person: Person, episode: string) => Promise<Result>;

/** Does something with the episode of a plan that goes on. */
function act(
  options: ActingOptions,
  [patient, plan]: readonly [string, string],
  doIt: Act,
): Promise<void> {
  return withStore(options, async (context) => {
    const episode = await episodeOf(context, patient, plan);
    return doIt(await partsOf(context), await personOf(context, options), episode);
  });
}

function doneAsked(task: string, { step, minutes, at, activity, note, key }: DoneOptions) {
  return checked(completionRequestSchema, {
    ...{ task, activity, note, key },
    ...(step !== undefined && { step: numberOf(step) }),
    ...(minutes !== undefined && { minutes: numberOf(minutes) }),
    ...(at !== undefined && timeOf(at)),
  });
}

/** A date, or an instant with its offset from UTC. */
function timeOf(text: string): { readonly at: number } | { readonly date: string } {
  if (!text.includes('T')) return { date: text };
  const hasOffset = /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = Date.parse(text);
  if (hasOffset && !Number.isNaN(at)) return { at };
  throw new CodedError('request_invalid', 'The time is like 2026-03-01T18:30+01:00.');
}

function goalAsked({ target, words, change, interval, counts }: GoalOptions) {
  const more = { words, goal: change, interval, counts };
  return checked(goalRequestSchema, { target: numberOf(target), ...more });
}

function activitiesAsked(given: readonly string[], options: ActivityOptions) {
  const counts = given.map((it) => {
    const [id = '', times = ''] = it.split('=');
    return [id, numberOf(times)] as const;
  });
  const { minutes, rest, reason } = options;
  return checked(choiceRequestSchema, {
    counts: Object.fromEntries(counts),
    ...(minutes !== undefined && { minutesEach: numberOf(minutes) }),
    ...(rest !== undefined && { restAfter: numberOf(rest) }),
    ...(reason !== undefined && { reason }),
  });
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

/** Throws {@link CodedError} `request_invalid` that names the option. */
function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (it) => `${it.path.map(String).join('.')}: ${it.message}`,
  );
  throw new CodedError('request_invalid', problems.join('; '));
}
