import type { Command } from 'commander';
import { audiences } from '@hemma/protocols/api/worklist.js';
import type { Task, TaskHistory } from '@hemma/protocols/api/worklist.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { table } from '@hemma/runtime/table.js';
import { shownTask } from '../api/shown-task.js';
import { loadCatalogue } from '../catalogue.js';
import { contentDir } from '../folders.js';
import { groupBy } from '../plans/group.js';
import { historyOf } from '../worklist/history.js';
import { notesOf, taskRows } from '../worklist/listed.js';
import type { ListedTask } from '../worklist/listed.js';
import { moment, withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { openLibrary } from './library.js';
import { oneOf } from './prescribe.js';

interface ListOptions extends CommonOptions {
  readonly audience?: string;
  readonly unit?: string;
}

/** What a screen scrolls through; the page shows as many. */
const maxTasks = 500;

/** `hemma-cloud task list | show | history` */
export function addTaskCommands(program: Command, common: (command: Command) => Command): void {
  const task = program.command('task').description('the worklist: what somebody must answer');
  common(task.command('list'))
    .description('what is to be done, red by oldest first; without what is dealt with')
    .option('--audience <who>', `of these only: ${audiences.join(' or ')}`)
    .option('--unit <id>', 'of this unit only')
    .action((options: ListOptions) => withStore(options, (context) => list(context, options)));
  common(task.command('show <id>'))
    .description('one task with its "why" and its notes, also when it is over')
    .action((id: string, options: CommonOptions) =>
      withStore(options, (context) => show(context, id)),
    );
  common(task.command('history <id>'))
    .description('all that became of a task since it was opened, also when it is over')
    .action((id: string, options: CommonOptions) =>
      withStore(options, async ({ database }) => {
        const history = await historyOf(database.db, id);
        return { value: history, lines: historyLines(history) };
      }),
    );
}

async function list(context: CommandContext, options: ListOptions): Promise<Result> {
  const { audience, unit } = options;
  const who = audience === undefined ? null : oneOf(audiences, audience, 'audience');
  const asked = { ...(who === null ? {} : { audience: who }), unit };
  const rows = await taskRows(context.database.db, maxTasks + 1, asked);
  const tasks = await shown(context, rows.slice(0, maxTasks));
  const cells = tasks.map((it) => [
    ...[it.id, it.severity, it.state, it.kind, it.audience, it.unit ?? '-'],
    ...[it.patient ?? it.device?.identity ?? '-', moment(it.openedAt), moment(it.dueAt)],
    it.isTest ? `TEST ${it.title.en}` : it.title.en,
  ]);
  const head = ['task', 'severity', 'state', 'kind', 'for', 'unit', 'about', 'opened', 'due'];
  const truncated = rows.length > maxTasks;
  const lines = table([...head, 'title'], cells);
  return { value: { tasks, truncated }, lines: truncated ? [...lines, '…'] : lines };
}

async function show(context: CommandContext, id: string): Promise<Result> {
  const [task] = await shown(context, await taskRows(context.database.db, 1, { id }));
  if (task === undefined) throw new CodedError('not_found', 'There is no task with this id.');
  const about = task.patient ?? task.device?.identity ?? task.unit ?? '-';
  const lines = [
    `${task.isTest ? 'TEST ' : ''}${task.title.en} (${task.severity}, ${task.state})`,
    `about ${about}, for ${task.audience}${task.unit === null ? '' : ` at ${task.unit}`}`,
    `opened ${moment(task.openedAt)}, due ${moment(task.dueAt)}, passed on ${task.escalated} times`,
    ...(task.assignee === null ? [] : [`${task.assignee.displayName} works on it`]),
    ...(task.why === null ? [] : [`rule ${task.why.rule} of version ${task.why.planVersion}`]),
    ...(task.why?.text == null ? [] : [task.why.text.en]),
    ...task.notes.map((it) => `${moment(it.at)}  ${it.by}: ${it.text}`),
  ];
  return { value: task, lines };
}

async function shown(
  context: CommandContext,
  rows: readonly ListedTask[],
): Promise<readonly Task[]> {
  const { planOf } = await openLibrary(context);
  const names = { planOf, catalogue: loadCatalogue(contentDir()) };
  const ids = rows.map((it) => it.task);
  const notes = groupBy(await notesOf(context.database.db, ids), (it) => it.task);
  return rows.map((row) => shownTask(row, notes.get(row.task) ?? [], names));
}

function historyLines({ openedAt, closedAt, acts, truncated }: TaskHistory): readonly string[] {
  return [
    truncated ? '… (more before)' : `${moment(openedAt)}  opened`,
    ...acts.map(({ at, act, by, note, reason, level }) => {
      const more = note ?? reason ?? (level === null ? '' : `level ${level}`);
      return [moment(at), ` ${act}`, by === null ? '' : `by ${by}`, more].join(' ').trimEnd();
    }),
    ...(closedAt === null ? [] : [`${moment(closedAt)}  closed`]),
  ];
}
