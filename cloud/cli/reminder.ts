import type { Command } from 'commander';
import { languages, wallTimeSchema } from '@hemma/protocols/plans/text.js';
import type { Language } from '@hemma/protocols/plans/text.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { table } from '@hemma/runtime/table.js';
import { loadCatalogue } from '../catalogue.js';
import { contentDir } from '../folders.js';
import { addAddress, removeAddress } from '../people/addresses.js';
import { choose, setOwnTime } from '../reminders/choices.js';
import type { NamedWindow } from '../reminders/choices.js';
import { shownReminders } from '../reminders/shown.js';
import { moment, withStore } from './context.js';
import type { CommandContext, Result } from './context.js';
import { openLibrary } from './library.js';
import { acting, oneOf } from './prescribe.js';
import type { Common } from './prescribe.js';
import { talkerOf } from './talker.js';
import type { ActingOptions } from './prescribing-context.js';

interface SetOptions extends ActingOptions {
  readonly of?: string;
  readonly time?: string;
  readonly language?: string;
  readonly email?: string;
  readonly webhook?: string;
  readonly log?: boolean;
  readonly stop?: string;
  readonly on?: boolean;
}

interface OffOptions extends ActingOptions {
  readonly of?: string;
}

const windowHelp = 'what is reminded of, as `reminder show` names it: plan/task/window';

/** `hemma-cloud reminder show | set | off` */
export function addReminderCommands(program: Command, common: Common): void {
  const reminder = program
    .command('reminder')
    .description('reminders of a patient: one neutral sentence, at the patient’s own times');
  acting(common(reminder.command('show <patient>')))
    .description('what is reminded of and when, where it is sent, and what could not be')
    .action((patient: string, options: ActingOptions) =>
      withStore(options, (context) => show(context, patient, options)),
    );
  acting(common(reminder.command('set <patient>')))
    .description('an own time, the language, an address; on again what was off')
    .option('--of <window>', windowHelp)
    .option('--time <HH:MM>', 'own time for --of; without it that of the plan, and on')
    .option('--language <language>', languages.join(', '))
    .option('--on', 'on again as a whole')
    .option('--email <address>', 'send by e-mail')
    .option('--webhook <url>', 'send to a program')
    .option('--log', 'send to the log of the cloud')
    .option('--stop <address>', 'send to this address no more')
    .action((patient: string, options: SetOptions) =>
      withStore(options, (context) => set(context, patient, options)),
    );
  acting(common(reminder.command('off <patient>')))
    .description('no reminders, or none of one window')
    .option('--of <window>', windowHelp)
    .action((patient: string, options: OffOptions) =>
      withStore(options, (context) => off(context, patient, options)),
    );
}

async function show(
  context: CommandContext,
  patient: string,
  options: ActingOptions,
): Promise<Result> {
  await talkerOf(context, patient, options);
  return shown(context, patient);
}

async function set(context: CommandContext, patient: string, options: SetOptions): Promise<Result> {
  const person = await talkerOf(context, patient, options);
  const { of, time, language, on } = options;
  const parts = await partsOf(context);
  if (time !== undefined && of === undefined)
    throw new CodedError('request_invalid', 'Say with --of what the time is for.');
  if (of !== undefined) {
    const own = { time: time === undefined ? null : wallTime(time), isOff: false };
    await setOwnTime(parts, person, patient, { ...named(of), ...own });
  }
  if (language !== undefined || on === true)
    await choose(parts, person, patient, {
      language: language === undefined ? undefined : languageOf(language),
      isOff: on === true ? false : undefined,
    });
  await setAddresses(context, patient, options);
  return shown(context, patient);
}

async function off(context: CommandContext, patient: string, options: OffOptions): Promise<Result> {
  const person = await talkerOf(context, patient, options);
  const parts = await partsOf(context);
  if (options.of === undefined) await choose(parts, person, patient, { isOff: true });
  else await setOwnTime(parts, person, patient, { ...named(options.of), time: null, isOff: true });
  return shown(context, patient);
}

async function setAddresses(
  { database: { db }, clock }: CommandContext,
  patient: string,
  { email, webhook, log, stop }: SetOptions,
): Promise<void> {
  const now = clock.wall().ms;
  if (email !== undefined) await addAddress(db, patient, { channel: 'email', address: email }, now);
  if (webhook !== undefined)
    await addAddress(db, patient, { channel: 'webhook', address: webhook }, now);
  if (log === true) await addAddress(db, patient, { channel: 'log', address: '' }, now);
  if (stop !== undefined) await removeAddress(db, patient, stop);
}

async function shown(context: CommandContext, patient: string): Promise<Result> {
  const value = await shownReminders(await partsOf(context), patient, context.clock.wall().ms);
  const rows = value.reminders.map((it) => [
    ...[`${it.plan}/${it.item}`, it.isOff ? 'off' : it.time, it.isOwn ? 'own' : 'plan'],
    ...[`${it.atMost} at most, ${it.repeatMinutes} min apart`, it.title.en],
  ]);
  const addresses = value.addresses.map((it) => [
    ...[it.channel, it.address || '-', String(it.failed), it.code ?? '-'],
  ]);
  const lines = [
    ...table(['window', 'time', 'chosen by', 'reminders', 'what'], rows),
    ...table(['channel', 'address', 'failed', 'why'], addresses),
    `language ${value.language}, ${value.isOff ? 'off' : `next ${moment(value.nextAt)}`}`,
  ];
  return { value, lines };
}

async function partsOf({ database, clock }: CommandContext) {
  const { content, planOf } = await openLibrary({ database });
  return { db: database.db, clock, content, planOf, catalogue: loadCatalogue(contentDir()) };
}

/** `plan/task/window`. */
function named(text: string): NamedWindow {
  const [plan = '', ...item] = text.split('/');
  return { plan, item: item.join('/') };
}

function wallTime(text: string): string {
  if (wallTimeSchema.safeParse(text).success) return text;
  throw new CodedError('request_invalid', 'A time is like 07:30.');
}

function languageOf(text: string): Language {
  return oneOf(languages, text, 'language');
}
