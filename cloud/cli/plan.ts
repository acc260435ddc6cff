import { parameterValuesSchema } from '@hemma/protocols/plans/plan.js';
import { CodedError, type ErrorCode } from '@hemma/protocols/errors.js';
import { checkPlan, parseJson } from '../plans/check.js';
import type { Content } from '../plans/content.js';
import { type Tenant, cautiousTenant, tenantSchema } from '../plans/guard.js';
import type { ParameterValues } from '../plans/parameters.js';
import { type Problem, problemsOf } from '../plans/problems.js';
import { answerCase } from '../rules/dry-run/answer.js';
import { idOf, parseCase } from '../rules/dry-run/case.js';

/**
 * What `hemma-cloud plan check` and `plan try` do, as functions of texts. Exit codes: 0 all is
 * well, 1 something was found, 2 the command was given something that it cannot read.
 */
export interface CommandResult {
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1 | 2;
}

/** A case is a few lines; what is longer is not answered, so that a stream cannot fill the memory. */
export const MAX_LINE_CHARS = 4_000_000;

interface PlanCheckOptions {
  readonly content: Content;
  /** JSON of what the organisation has licensed and confirmed; without it, nothing is. */
  readonly tenant?: string;
  /** JSON of a patient's settings, for the start guard. */
  readonly parameters?: string;
  readonly json?: boolean;
}

/** `plan check FILE`: one line for each problem, `code path: message`. */
export function planCheck(text: string, options: PlanCheckOptions): CommandResult {
  const settings = readSettings(options);
  const isReadable = 'tenant' in settings;
  const problems = isReadable
    ? checkPlan(text, { content: options.content, ...settings })
    : settings.problems;
  const lines = options.json === true ? [JSON.stringify({ problems })] : problems.map(problemLine);
  if (!isReadable) return { lines, exitCode: 2 };
  return { lines, exitCode: problems.length === 0 ? 0 : 1 };
}

type Settings =
  | { readonly tenant: Tenant; readonly parameters?: ParameterValues }
  | { readonly problems: readonly Problem[] };

function readSettings({ tenant, parameters }: PlanCheckOptions): Settings {
  const readTenant =
    tenant === undefined
      ? { data: cautiousTenant, error: undefined }
      : tenantSchema.safeParse(parseJson(tenant));
  if (readTenant.error) return { problems: problemsOf('settings_invalid', readTenant.error) };
  if (parameters === undefined) return { tenant: readTenant.data };
  const readParameters = parameterValuesSchema.safeParse(parseJson(parameters));
  if (readParameters.error) {
    return { problems: problemsOf('request_invalid', readParameters.error) };
  }
  return { tenant: readTenant.data, parameters: readParameters.data };
}

function problemLine({ code, path, message }: Problem): string {
  return path === '' ? `${code}: ${message}` : `${code} ${path}: ${message}`;
}

/** The answer to one line of `plan try --jsonl`. */
export interface LineAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** `{"id","events"}` for a case, `{"id","error":{"code","message"}}` for a line that is none. */
export function answerLine(line: string, content: Content): LineAnswer {
  if (line.length > MAX_LINE_CHARS)
    return errorLine(null, 'case_malformed', 'the line is too long');
  const value = parseJson(line);
  const id = idOf(value);
  if (value === undefined) return errorLine(id, 'case_not_json');
  try {
    const events = answerCase(parseCase(value, content), content);
    return { text: JSON.stringify({ id, events }), isError: false };
  } catch (error) {
    // Whatever is wrong with one line, the lines after it are answered.
    return error instanceof CodedError
      ? errorLine(id, error.code, error.message)
      : errorLine(id, 'internal');
  }
}

function errorLine(
  id: string | number | null,
  code: ErrorCode,
  message = new CodedError(code).message,
): LineAnswer {
  return { text: JSON.stringify({ id, error: { code, message } }), isError: true };
}

/**
 * `plan try --jsonl`: answers every line as it comes, blank ones excepted. `write` is given each
 * answer without a line end and awaited. Exit code 1 when a line was no case.
 */
export async function planTryLines(
  lines: AsyncIterable<string> | Iterable<string>,
  content: Content,
  write: (line: string) => void | Promise<void>,
): Promise<0 | 1> {
  let exitCode: 0 | 1 = 0;
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const { text, isError } = answerLine(line, content);
    if (isError) exitCode = 1;
    await write(text);
  }
  return exitCode;
}

/**
 * `plan try FILE`: the cases of a file (one, or `{"examples": […]}`), each with what came out. A
 * case that says what it expects is held to it.
 */
export function planTry(text: string, content: Content): CommandResult {
  const file = parseJson(text);
  if (file === undefined) return { lines: ['case_not_json: the file is not JSON'], exitCode: 2 };
  const cases = isExamples(file) ? file.examples : [file];
  const results = cases.map((it) => tryCase(it, content));
  return {
    lines: results.flatMap((it) => it.lines),
    exitCode: results.every((it) => it.isAsExpected) ? 0 : 1,
  };
}

function isExamples(file: unknown): file is { readonly examples: readonly unknown[] } {
  return (
    typeof file === 'object' && file !== null && 'examples' in file && Array.isArray(file.examples)
  );
}

interface Tried {
  readonly lines: readonly string[];
  readonly isAsExpected: boolean;
}

function tryCase(value: unknown, content: Content): Tried {
  const { text, isError } = answerLine(JSON.stringify(value), content);
  const hasExpectation = typeof value === 'object' && value !== null && 'expected' in value;
  if (isError || !hasExpectation) return { lines: [text], isAsExpected: !isError };
  const expected = JSON.stringify({ id: idOf(value), events: value.expected });
  if (text === expected) return { lines: [text], isAsExpected: true };
  return { lines: [text, `  expected ${expected}`], isAsExpected: false };
}
