import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { maxPage, newMessageSchema } from '@hemma/protocols/api/messages.js';
import type { Message, Thread } from '@hemma/protocols/api/messages.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { table } from '@hemma/runtime/table.js';
import { threadOf } from '../messages/thread.js';
import { markRead, writeMessage } from '../messages/write.js';
import { moment, withStore } from './context.js';
import type { CommandContext, Result } from './context.js';
import { openLibrary } from './library.js';
import { acting } from './prescribe.js';
import type { Common } from './prescribe.js';
import { talkerOf } from './talker.js';
import type { ActingOptions } from './prescribing-context.js';

interface ListOptions extends ActingOptions {
  readonly before?: number;
  readonly limit: number;
  readonly full?: boolean;
}

interface SendOptions extends ActingOptions {
  readonly text?: string;
  readonly id?: string;
  readonly seen?: number;
  readonly minutes: number;
}

interface ReadOptions extends ActingOptions {
  readonly upTo?: number;
}

/** What a person reads at a time. */
const defaultLimit = 20;

/** `hemma-cloud message list | send | read` */
export function addMessageCommands(program: Command, common: Common): void {
  const message = program
    .command('message')
    .description('messages between a patient and the unit that answers; never urgent care');
  acting(common(message.command('list <patient>')))
    .description('newest first, each with its beginning; what is not read is marked')
    .option('--before <n>', 'only older ones than this number', toNumber)
    .option('--limit <n>', `at most so many, up to ${maxPage}`, toNumber, defaultLimit)
    .option('--full', 'whole texts')
    .action((patient: string, options: ListOptions) =>
      withStore(options, (context) => list(context, patient, options)),
    );
  acting(common(message.command('send <patient>')))
    .description('write: staff with --as, else the patient; the text comes from standard input')
    .option('--text <text>', 'the text, instead of standard input')
    .option('--id <id>', 'the same id twice is one message; random when it is left out')
    .option(
      '--seen <n>',
      'the newest message that was seen before; all, when it is left out',
      toNumber,
    )
    .option('--minutes <n>', 'how long it took staff', toNumber, 0)
    .action((patient: string, options: SendOptions) =>
      withStore(options, (context) => send(context, patient, options)),
    );
  acting(common(message.command('read <patient>')))
    .description('mark as read by staff with --as, else by the patient')
    .option('--up-to <n>', 'up to this number; all, when it is left out', toNumber)
    .action((patient: string, options: ReadOptions) =>
      withStore(options, (context) => read(context, patient, options)),
    );
}

async function list(
  context: CommandContext,
  patient: string,
  options: ListOptions,
): Promise<Result> {
  const person = await talkerOf(context, patient, options);
  const { limit, before } = options;
  if (limit < 1 || limit > maxPage)
    throw new CodedError('request_invalid', `The limit is 1 to ${maxPage}.`);
  const thread = await pageOf(context, patient, limit, before);
  const { first } = thread.unread[person === null ? 'patient' : 'staff'];
  const isNew = (it: Message) =>
    first !== null && it.number >= first && (it.from === 'staff') === (person === null);
  const rows = thread.messages.map((it) => [
    ...[String(it.number), moment(it.at), it.by ?? it.from, isNew(it) ? 'new' : '-'],
    options.full === true ? it.text.replace(/\s+/gu, ' ') : it.preview,
  ]);
  const head = ['number', 'when', 'from', 'read', 'text'];
  return { value: thread, lines: [...table(head, rows), ...standing(thread)] };
}

async function send(
  context: CommandContext,
  patient: string,
  options: SendOptions,
): Promise<Result> {
  const person = await talkerOf(context, patient, options);
  const { id = randomUUID(), text = standardInput(), seen, minutes } = options;
  const asked = { id, text, minutes, ...(seen === undefined ? {} : { seen }) };
  const said = newMessageSchema.safeParse(asked);
  if (!said.success) {
    const reasons = said.error.issues.map((it) => `${it.path.join('.')}: ${it.message}`);
    throw new CodedError('request_invalid', reasons.join('; '));
  }
  const parts = await partsOf(context);
  const sent = await writeMessage(parts, person, patient, said.data);
  const lines = [
    `message ${sent.message.number}`,
    ...(sent.dueAt === null ? [] : [`answered by ${moment(sent.dueAt)}`]),
    ...[sent.looks.text.en, sent.emergency.en],
  ];
  return { value: sent, lines };
}

async function read(
  context: CommandContext,
  patient: string,
  options: ReadOptions,
): Promise<Result> {
  const person = await talkerOf(context, patient, options);
  const newest = (await pageOf(context, patient, 1)).messages[0]?.number ?? 0;
  const { upTo = newest } = options;
  if (upTo > 0) await markRead(context.database, person, patient, upTo);
  const { unread } = await pageOf(context, patient, 1);
  const lines = [
    `not read by the patient: ${unread.patient.count}, by staff: ${unread.staff.count}`,
  ];
  return { value: { upTo, unread }, lines };
}

async function partsOf({ database, clock }: CommandContext) {
  const { content, planOf } = await openLibrary({ database });
  return { db: database.db, content, planOf, clock };
}

async function pageOf(
  context: CommandContext,
  patient: string,
  limit: number,
  before?: number,
): Promise<Thread> {
  const asked = { limit, ...(before === undefined ? {} : { before }) };
  return threadOf(await partsOf(context), patient, asked, context.clock.wall().ms);
}

function standing({ unit, dueAt, looks, emergency, before }: Thread): readonly string[] {
  return [
    ...(before === null ? [] : [`older ones: --before ${before}`]),
    unit === null ? 'nobody answers now: messages are only read' : `answered by ${unit}`,
    ...(dueAt === null ? [] : [`an answer is due ${moment(dueAt)}`]),
    ...[looks.text.en, emergency.en],
  ];
}

function standardInput(): string {
  try {
    return readFileSync(process.stdin.fd, 'utf8');
  } catch (error) {
    throw new CodedError('request_invalid', 'There is no text.', { cause: error });
  }
}

function toNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}
