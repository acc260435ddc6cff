import type { Command } from 'commander';
import { contentKinds, verifierRoles } from '@hemma/protocols/api/content.js';
import { contentDifference } from '../authoring/difference/difference.js';
import { contentIn, keyNamed, listContent, showContent } from '../authoring/shown.js';
import type { ShownContent } from '../authoring/shown.js';
import type { ContentKind } from '../authoring/steps.js';
import { languages } from '@hemma/protocols/plans/text.js';
import { table } from '@hemma/runtime/table.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { authoringParts, kindNamed } from './content-context.js';
import { addContentSteps } from './content-steps.js';
import { type Common, oneOf } from './prescribe.js';

interface DiffOptions extends CommonOptions {
  readonly language: string;
}

/** `hemma-cloud content …`: plans and questionnaires that a region makes itself. */
export function addContentCommands(program: Command, common: Common): void {
  const content = program
    .command('content')
    .description('plans and questionnaires of the region: draft, test, verify, release, compare');
  common(content.command('list'))
    .description('every version, shipped and made here, with its state')
    .action((options: CommonOptions) => withStore(options, list));
  common(content.command('show <kind> <id@version>'))
    .description(`one version with what was done to it; kind: ${contentKinds.join(', ')}`)
    .option('--content', 'print the plan or questionnaire itself (JSON), to edit it')
    .action((kind: string, name: string, options: CommonOptions & { content?: boolean }) =>
      withStore(options, (context) => show(context, [kindNamed(kind), name], options)),
    );
  common(content.command('diff <kind> <from> <to>'))
    .description(
      'what differs between two versions, a sentence each: diff plan copd@0.1.0 copd@1.0.0',
    )
    .option('--language <language>', languages.join(', '), 'sv')
    .action((kind: string, from: string, to: string, options: DiffOptions) =>
      withStore(options, (context) => diff(context, kindNamed(kind), [from, to], options)),
    );
  addContentSteps(content, common);
}

async function list(context: CommandContext): Promise<Result> {
  const content = await listContent(await authoringParts(context));
  const rows = content.map((it) => [
    ...[it.kind, `${it.id}@${it.version}`, it.state, String(it.revision ?? '-')],
    ...[moment(it.changedAt), it.publication?.nextReview ?? '-', it.title.sv],
  ]);
  const head = ['kind', 'version', 'state', 'revision', 'changed', 'next review', 'title'];
  return { value: { content }, lines: table(head, rows) };
}

async function show(
  context: CommandContext,
  [kind, name]: readonly [ContentKind, string],
  options: { readonly content?: boolean },
): Promise<Result> {
  const shown = await showContent(await authoringParts(context), keyNamed(kind, name));
  const file = JSON.stringify(shown.content, null, 1);
  return { value: shown, lines: options.content === true ? [file] : shownLines(shown) };
}

function shownLines({ verified, publication, ...shown }: ShownContent): string[] {
  const steps = shown.steps.map((it) => [
    ...[moment(it.at), it.step, String(it.revision), it.staff, it.note ?? ''],
  ]);
  return [
    `${shown.kind} ${shown.id}@${shown.version}: ${shown.title.sv} / ${shown.title.en}`,
    `state: ${shown.state}${shown.revision === null ? '' : `, revision ${shown.revision}`}`,
    ...verifierRoles.flatMap((role) =>
      verified[role] === undefined ? [] : [`verified by ${role}: ${verified[role]}`],
    ),
    ...(publication === null ? [] : publicationLines(publication)),
    ...(steps.length === 0
      ? []
      : ['', ...table(['time', 'step', 'revision', 'staff', 'note'], steps)]),
    ...shown.problems.map((it) => `${it.code} ${it.path}: ${it.message}`),
  ];
}

function publicationLines(it: NonNullable<ShownContent['publication']>): string[] {
  return [
    `released ${moment(it.releasedAt)} by ${it.publisher}: ${it.note}`,
    `designed by ${it.designer}; approved by: ${it.approverRole}; next review ${it.nextReview}`,
    `SHA-256 ${it.digest}`,
  ];
}

async function diff(
  context: CommandContext,
  kind: ContentKind,
  [from, to]: readonly [string, string],
  options: DiffOptions,
): Promise<Result> {
  const language = oneOf(languages, options.language, 'language');
  const parts = await authoringParts(context);
  const before = await contentIn(parts, keyNamed(kind, from));
  const after = await contentIn(parts, keyNamed(kind, to));
  const units = parts.library.content.units;
  const changes = contentDifference(before, after, units);
  const same = { sv: 'ingen skillnad', en: 'no difference' };
  const lines = changes.map((it) => it.text[language]);
  return { value: { changes }, lines: lines.length === 0 ? [same[language]] : lines };
}
