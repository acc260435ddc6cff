import { randomBytes } from 'node:crypto';
import { type GoalInterval, maxOwnGoals } from '@hemma/protocols/api/programmes.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import { startGuard } from '../plans/parameters.js';
import { problem } from '../plans/problems.js';
import type { Person } from '../prescribing/authority.js';
import { mustGoOn, say } from '../prescribing/limits.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { mustHaveNoProblem } from '../prescribing/refused.js';
import type { CareEvent } from '../record/events.js';
import { mustTakePart } from './authority.js';
import { choosableIn } from './choice.js';
import { countable, goalsSet } from './goals.js';
import { type Known, planOf } from './known.js';
import { mustKnow } from './read.js';

/** What patient and staff set together: goals, and which activities how often. Each is one event. */

type GoalEvent = Extract<CareEvent, { kind: 'goal' }>;

export interface GoalRequest {
  /** One that there is; a new one in own words when it is left out. */
  readonly goal?: string | undefined;
  readonly words?: string | undefined;
  readonly target: number;
  /** Over the last week when it is left out. */
  readonly interval?: GoalInterval | undefined;
  readonly counts?: string | null | undefined;
}

/**
 * Sets a goal from now on. Gives its id. Throws {@link CodedError} `not_found`, `not_allowed`,
 * `wrong_state`, `programme_limit`, or `request_invalid` for what cannot be a goal.
 */
export async function setGoal(
  parts: PrescribingParts,
  person: Person,
  id: string,
  asked: GoalRequest,
): Promise<string> {
  return withProgramme(parts, person, id, (known) => {
    const event = goalEvent(known, asked);
    return { event, value: event.goal };
  });
}

function goalEvent(known: Known, asked: GoalRequest): GoalEvent {
  const ofPlan = planOf(known).goals.find((it) => it.id === asked.goal);
  return ofPlan === undefined ? ownGoal(known, asked) : planGoal(ofPlan, asked);
}

function planGoal(
  { id, parameter, evaluate }: Plan['goals'][number],
  { words, target }: GoalRequest,
): GoalEvent {
  if (parameter !== null)
    throw new CodedError('request_invalid', `Its target is the setting "${parameter}".`);
  if (words !== undefined) throw new CodedError('request_invalid', 'The plan names this goal.');
  const interval = evaluate.startsWith('P') ? 'week' : 'programme';
  return { kind: 'goal', goal: id, words: null, target, interval, counts: null };
}

/** What is not told stays as it was. */
function ownGoal(known: Known, asked: GoalRequest): GoalEvent {
  const own = [...goalsSet(known.events).values()].filter((it) => it.event.words !== null);
  const before = own.find((it) => it.event.goal === asked.goal)?.event;
  if (asked.goal !== undefined && before === undefined)
    throw new CodedError('not_found', 'There is no such goal.');
  if (before === undefined && own.length >= maxOwnGoals)
    throw new CodedError('programme_limit', `There are ${maxOwnGoals} goals already.`);
  const { words, interval, counts } = { ...(before ?? noGoal), ...given(asked) };
  if (words === null) throw new CodedError('request_invalid', 'A goal of your own needs words.');
  if (counts !== null && !countable(known).has(counts))
    throw new CodedError('request_invalid', 'What is to be counted is none of the activities.');
  if (!(asked.target > 0)) throw new CodedError('request_invalid', 'The target is above nothing.');
  const goal = asked.goal ?? newGoal();
  return { kind: 'goal', goal, words, target: asked.target, interval, counts };
}

const noGoal: Pick<GoalEvent, 'words' | 'interval' | 'counts'> = {
  ...{ words: null, interval: 'week', counts: null },
};

function given({ words, interval, counts }: GoalRequest): Partial<typeof noGoal> {
  return {
    ...(words !== undefined && { words }),
    ...(interval !== undefined && { interval }),
    ...(counts !== undefined && { counts }),
  };
}

const idOctets = 4;

function newGoal(): string {
  return `own-${randomBytes(idOctets).toString('hex')}`;
}

/** Ends a goal in own words, or goes back to the target of the plan. Throws `not_found`. */
export async function endGoal(
  parts: PrescribingParts,
  person: Person,
  id: string,
  goal: string,
): Promise<void> {
  await withProgramme(parts, person, id, (known) => {
    if (!goalsSet(known.events).has(goal))
      throw new CodedError('not_found', 'There is no such goal.');
    return { event: { kind: 'goal-end', goal }, value: null };
  });
}

export interface ChoiceRequest {
  /** Times a week, by activity. */
  readonly counts: Readonly<Record<string, number>>;
  readonly minutesEach?: number | undefined;
  readonly restAfter?: number | undefined;
  readonly reason: string | null;
}

/**
 * Sets which activities the patient does, how often and how long (requirement R51), within what the
 * plan allows. Throws `PrescriptionRefused` with every reason at once.
 */
export async function chooseActivities(
  parts: PrescribingParts,
  person: Person,
  id: string,
  { counts, reason, ...more }: ChoiceRequest,
): Promise<void> {
  await withProgramme(parts, person, id, (known) => {
    const plan = planOf(known);
    const choosable = choosableIn(plan);
    if (choosable === null)
      throw new CodedError('wrong_state', 'The plan leaves no activities to choose.');
    const { activities, perWeek, minutesEach, restAfter } = choosable;
    const times = Object.values(counts).reduce((sum, it) => sum + it, 0);
    const parameters = {
      [activities.id]: Object.keys(counts),
      [perWeek.id]: times,
      ...(minutesEach && more.minutesEach !== undefined && { minutesEach: more.minutesEach }),
      ...(restAfter && more.restAfter !== undefined && { restAfter: more.restAfter }),
    };
    const missing =
      times === 0 ? [problem('start_parameter_missing', 'parameters.activities')] : [];
    const next = { ...known.episode.parameters, ...parameters };
    mustHaveNoProblem([...missing, ...startGuard(plan, next)]);
    const event = { kind: 'choice', parameters, counts: { ...counts }, reason } as const;
    return { event, value: null, parameters: next };
  });
}

interface Decision<T> {
  readonly event: CareEvent;
  readonly value: T;
  /** The settings from now on, where they change. */
  readonly parameters?: Known['episode']['parameters'];
}

async function withProgramme<T>(
  parts: PrescribingParts,
  person: Person,
  id: string,
  decide: (known: Known) => Decision<T>,
): Promise<T> {
  return parts.db.transaction().execute(async (trx) => {
    const episode = await mustGoOn({ db: trx }, id);
    mustTakePart(person, episode.kind);
    const { event, value, parameters } = decide(await mustKnow(parts, id, trx));
    if (parameters !== undefined)
      await trx
        .updateTable('episodes')
        .set({ parameters: JSON.stringify(parameters) })
        .where('id', '=', id)
        .execute();
    await say(trx, { parts, person, episode }, event);
    return value;
  });
}
