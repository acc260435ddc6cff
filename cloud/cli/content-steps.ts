import type { Command } from 'commander';
import {
  draftRequestSchema,
  maxContentOctets,
  releaseRequestSchema,
  retireRequestSchema,
  verifierRoles,
} from '@hemma/protocols/api/content.js';
import type { VerifierRole } from '@hemma/protocols/api/content.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { z } from 'zod';
import { keyNamed } from '../authoring/shown.js';
import type { ContentKey } from '../authoring/steps.js';
import { draft, publishForTest, release, retire, verify } from '../authoring/workflow.js';
import type { AuthoringParts, Stepped } from '../authoring/workflow.js';
import { parseJson } from '../plans/check.js';
import { refusals } from '../plans/problems.js';
import type { Actor } from '../staff/actor.js';
import { Staff } from '../staff/staff.js';
import { authoringParts, kindNamed } from './content-context.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { readText } from './files.js';
import { type Common, oneOf } from './prescribe.js';

interface StepOptions extends CommonOptions {
  readonly as: string;
  readonly revision: string;
}

interface DraftOptions extends CommonOptions {
  readonly as: string;
  readonly revision?: string;
  readonly note?: string;
}

interface VerifyOptions extends StepOptions {
  readonly role?: string;
}

interface ReleaseOptions extends StepOptions {
  readonly note: string;
  readonly approver: string;
  readonly review: string;
}

/** `hemma-cloud content draft | test | verify | release | retire` */
export function addContentSteps(content: Command, common: Common): void {
  acting(common(content.command('draft <kind> <file>')))
    .description('a new version, or the next draft of one (JSON; id and version are those in it)')
    .option('--revision <n>', 'the draft that it is made from, when there is one')
    .option('--note <text>', 'what is new in this draft')
    .action((kind: string, file: string, options: DraftOptions) =>
      step(options, (parts, actor) => draft(parts, actor, draftRequest(kind, file, options))),
    );
  seen(acting(common(content.command('test <kind> <id@version>'))))
    .description('publish a draft for test persons')
    .action((kind: string, name: string, options: StepOptions) =>
      stepOf([kind, name], options, (parts, actor, key) =>
        publishForTest(parts, actor, key, whole(options.revision)),
      ),
    );
  seen(acting(common(content.command('verify <kind> <id@version>'))))
    .description('verify what is published for test: two people, neither of them its designer')
    .option('--role <role>', `for one who has both: ${verifierRoles.join(', ')}`)
    .action((kind: string, name: string, options: VerifyOptions) =>
      stepOf([kind, name], options, (parts, actor, key) =>
        verify(parts, actor, key, { revision: whole(options.revision), role: roleOf(options) }),
      ),
    );
  seen(acting(common(content.command('release <kind> <id@version>'))))
    .description('release what was verified, after the whole guard; it never changes again')
    .requiredOption('--note <text>', 'what is new, for those who move patients to it')
    .requiredOption('--approver <role>', 'role of who approved it clinically')
    .requiredOption('--review <date>', 'next review, within twelve months')
    .action((kind: string, name: string, options: ReleaseOptions) =>
      stepOf([kind, name], options, (parts, actor, key) =>
        release(parts, actor, key, checked(releaseRequestSchema, releaseRequest(options))),
      ),
    );
  acting(common(content.command('retire <kind> <id@version>')))
    .description('start nobody on it any more; who follows it stays')
    .requiredOption('--reason <text>', 'why')
    .action((kind: string, name: string, options: StepOptions & { reason: string }) =>
      stepOf([kind, name], options, (parts, actor, key) =>
        retire(parts, actor, key, checked(retireRequestSchema, { reason: options.reason }).reason),
      ),
    );
}

function acting(command: Command): Command {
  return command.requiredOption('--as <staff>', 'who acts, by staff reference');
}

function seen(command: Command): Command {
  return command.requiredOption('--revision <n>', 'the draft that was seen');
}

type Take = (parts: AuthoringParts, actor: Actor) => Promise<Stepped>;

function step(options: CommonOptions & { readonly as: string }, take: Take): Promise<void> {
  return withStore(options, async (context: CommandContext): Promise<Result> => {
    const actor = await new Staff(context.database.db).actor(options.as);
    return resultOf(await take(await authoringParts(context), actor));
  });
}

function stepOf(
  [kind, name]: readonly [string, string],
  options: CommonOptions & { readonly as: string },
  take: (parts: AuthoringParts, actor: Actor, key: ContentKey) => Promise<Stepped>,
): Promise<void> {
  return step(options, (parts, actor) => take(parts, actor, keyNamed(kindNamed(kind), name)));
}

function resultOf({ item, problems }: Stepped): Result {
  const { kind, id, version, state, revision } = item;
  const open = problems.map((it) => `  before a release: ${it.code} ${it.path}: ${it.message}`);
  return {
    value: { kind, id, version, state, revision, problems },
    lines: [`${kind} ${id}@${version}: ${state}, revision ${revision}`, ...open],
  };
}

function draftRequest(kind: string, file: string, { revision, note }: DraftOptions) {
  const asked = {
    ...{ content: readJson(file), note: note ?? null },
    revision: revision === undefined ? null : whole(revision),
  };
  return { kind: kindNamed(kind), ...checked(draftRequestSchema, asked) };
}

function releaseRequest({ revision, note, approver, review }: ReleaseOptions) {
  return { revision: whole(revision), note, approverRole: approver, nextReview: review };
}

/** A file may have blanks and line breaks beside what counts. */
const maxFileOctets = 4 * maxContentOctets;

/** Throws {@link CodedError} `file_unreadable`, or `request_invalid` for a file that is not JSON. */
function readJson(file: string): unknown {
  const value = parseJson(readText(file, maxFileOctets));
  if (value === undefined) throw new CodedError('request_invalid', 'The file is not JSON.');
  return value;
}

function whole(text: string): number {
  const revision = z.coerce.number().int().min(1).safeParse(text);
  if (revision.success) return revision.data;
  throw new CodedError('request_invalid', 'A revision is 1, 2, 3 …');
}

function roleOf({ role }: VerifyOptions): VerifierRole | null {
  return role === undefined ? null : oneOf(verifierRoles, role, 'role');
}

function checked<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = refusals(result.error).map((it) => `${it.path}: ${it.message}`);
  throw new CodedError('request_invalid', problems.join('; '));
}
