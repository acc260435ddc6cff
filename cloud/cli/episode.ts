import type { Command } from 'commander';
import {
  contactChannels,
  contactPurposes,
  maxContactMinutes,
} from '@hemma/protocols/api/contacts.js';
import { endReasons, pauseReasons } from '@hemma/protocols/api/prescribing.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { setBaseline } from '../prescribing/baseline.js';
import type { Person } from '../prescribing/authority.js';
import { noteContact } from '../prescribing/contact.js';
import {
  endEpisode,
  moveToPhase,
  orderSeries,
  pauseEpisode,
  resumeEpisode,
} from '../prescribing/course.js';
import { changeLimits, moveToVersion } from '../prescribing/limits.js';
import type { PrescribingParts } from '../prescribing/parts.js';
import { endSnooze, snoozeRule } from '../prescribing/snooze.js';
import { withStore } from './context.js';
import { type Common, acting, oneOf, withLimits } from './prescribe.js';
import {
  episodeOf,
  limitsAsked,
  partsOf,
  personOf,
  readParameters,
} from './prescribing-context.js';
import type { ActingOptions, LimitOptions } from './prescribing-context.js';

type ReasonedLimits = LimitOptions & { readonly reason: string };
type VersionOptions = ReasonedLimits & { readonly to: string };

interface PauseOptions extends ActingOptions {
  readonly from: string;
  readonly to?: string;
  readonly reason: string;
}

interface SnoozeOptions extends ActingOptions {
  readonly to: string;
  readonly reason: string;
}

interface ContactOptions extends ActingOptions {
  readonly channel: string;
  readonly minutes: string;
  readonly replacesVisit?: boolean;
  readonly purpose?: string;
}

interface EndOptions extends ActingOptions {
  readonly reason: string;
  readonly note?: string;
  readonly without?: string;
}

interface BaselineOptions extends ActingOptions {
  readonly reason?: string;
  readonly from?: string;
  readonly values?: string;
}

/** `hemma-cloud plan limits | version | pause | resume | snooze | wake | phase | order | baseline | contact | end` */
export function addEpisodeCommands(plan: Command, common: Common): void {
  addDeciding(plan, common);
  addCourse(plan, common);
  addTalkAndEnd(plan, common);
}

function addDeciding(plan: Command, common: Common): void {
  withLimits(acting(common(plan.command('limits <patient> <plan>'))))
    .description('change limits from now on, after `plan dry-run` has shown them')
    .requiredOption('--reason <text>', 'why they change')
    .action((patient: string, id: string, options: ReasonedLimits) =>
      decide(options, [patient, id], (parts, person, episode) =>
        changeLimits(parts, person, episode, asked(options)),
      ),
    );
  withLimits(acting(common(plan.command('version <patient> <plan>'))))
    .description('move to a newer version of the plan, with its limits confirmed anew')
    .requiredOption('--to <version>', 'the newer version')
    .requiredOption('--reason <text>', 'why')
    .action((patient: string, id: string, options: VersionOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        moveToVersion(parts, person, episode, { ...asked(options), version: options.to }),
      ),
    );
  acting(common(plan.command('baseline <patient> <plan>')))
    .description('take the zero measurement now; a new one needs a reason, the old one is kept')
    .option('--from <date>', 'first day of the window it is taken from')
    .option('--values <json>', 'stated by staff instead, {"spo2": 91}')
    .option('--reason <text>', 'why there is a new one')
    .action((patient: string, id: string, options: BaselineOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        setBaseline(parts, person, episode, {
          ...{ from: options.from ?? null, reason: options.reason ?? null },
          values: options.values === undefined ? null : readNumbers(options.values),
        }),
      ),
    );
}

function addCourse(plan: Command, common: Common): void {
  acting(common(plan.command('pause <patient> <plan>')))
    .description('an agreed pause: nothing is due, nothing is missed')
    .requiredOption('--from <date>', 'first day, like 2026-03-01')
    .option('--to <date>', 'last day; open when it is not known')
    .requiredOption('--reason <reason>', pauseReasons.join(', '))
    .action((patient: string, id: string, options: PauseOptions) =>
      decide(options, [patient, id], (parts, person, episode) => {
        const reason = oneOf(pauseReasons, options.reason, 'reason');
        const { from, to = null } = options;
        return pauseEpisode(parts, person, episode, { from, to, reason });
      }),
    );
  acting(common(plan.command('resume <patient> <plan>')))
    .description('end the pause that goes on, or take back the next one')
    .action((patient: string, id: string, options: ActingOptions) =>
      decide(options, [patient, id], resumeEpisode),
    );
  acting(common(plan.command('snooze <patient> <plan> <rule>')))
    .description(
      'no task of a rule until the end of a day; its findings are kept, others come as ever',
    )
    .requiredOption('--to <date>', 'last day, within two weeks')
    .requiredOption('--reason <text>', 'why it is known')
    .action((patient: string, id: string, rule: string, options: SnoozeOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        snoozeRule(parts, person, episode, { rule, to: options.to, reason: options.reason }),
      ),
    );
  acting(common(plan.command('wake <patient> <plan> <rule>')))
    .description('end a snooze early: what goes on gives its task now')
    .action((patient: string, id: string, rule: string, options: ActingOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        endSnooze(parts, person, episode, rule),
      ),
    );
  acting(common(plan.command('phase <patient> <plan> <phase>')))
    .description('move the patient to another phase from today on')
    .action((patient: string, id: string, phase: string, options: ActingOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        moveToPhase(parts, person, episode, phase),
      ),
    );
  acting(common(plan.command('order <patient> <plan> <series>')))
    .description('order a measuring series from today on')
    .action((patient: string, id: string, series: string, options: ActingOptions) =>
      decide(options, [patient, id], (parts, person, episode) =>
        orderSeries(parts, person, episode, series),
      ),
    );
}

function addTalkAndEnd(plan: Command, common: Common): void {
  acting(common(plan.command('contact <patient> <plan>')))
    .description('a contact with the patient that took place now, with the time that it took')
    .requiredOption('--channel <channel>', contactChannels.join(', '))
    .requiredOption('--minutes <minutes>', 'how long it took')
    .option('--replaces-visit', 'it was in place of a physical visit')
    .option('--purpose <purpose>', `${contactPurposes.join(', ')} of a programme`)
    .action((patient: string, id: string, options: ContactOptions) =>
      decide(options, [patient, id], (parts, person, episode) => {
        const channel = oneOf(contactChannels, options.channel, 'channel');
        const minutes = minutesIn(options.minutes);
        const replacesVisit = options.replacesVisit ?? false;
        const purpose =
          options.purpose === undefined
            ? {}
            : { purpose: oneOf(contactPurposes, options.purpose, 'purpose') };
        const contact = { channel, minutes, replacesVisit, ...purpose };
        return noteContact(parts, person, episode, contact);
      }),
    );
  acting(common(plan.command('end <patient> <plan>')))
    .description('end the plan for this patient')
    .requiredOption('--reason <reason>', endReasons.join(', '))
    .option('--note <text>', 'what else is to be known')
    .option('--without <reason>', 'why it ends without the closing talk or forms of its programme')
    .action((patient: string, id: string, options: EndOptions) =>
      decide(options, [patient, id], (parts, person, episode) => {
        const reason = oneOf(endReasons, options.reason, 'reason');
        const { note = null, without = null } = options;
        return endEpisode(parts, person, episode, { reason, note, without });
      }),
    );
}

function minutesIn(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= maxContactMinutes) return Number(text);
  throw new CodedError('request_invalid', `The minutes are 0 to ${maxContactMinutes}.`);
}

type Decide = (parts: PrescribingParts, person: Person, episode: string) => Promise<void>;

/** Does something with the episode of a plan that goes on. */
function decide(
  options: ActingOptions,
  [patient, plan]: readonly [string, string],
  doIt: Decide,
): Promise<void> {
  return withStore(options, async (context) => {
    const episode = await episodeOf(context, patient, plan);
    await doIt(await partsOf(context), await personOf(context, options), episode);
    return { value: { episode }, lines: [`done for ${episode}`] };
  });
}

function asked(options: ReasonedLimits) {
  const parameters = readParameters(options.parameters);
  return { parameters, reason: options.reason, ...limitsAsked(options) };
}

function readNumbers(text: string): Readonly<Record<string, number>> {
  const values = Object.entries(readParameters(text));
  const numbers = values.flatMap(([id, it]) => (typeof it === 'number' ? [[id, it] as const] : []));
  if (numbers.length === values.length) return Object.fromEntries(numbers);
  throw new CodedError('request_invalid', 'The values are numbers.');
}
