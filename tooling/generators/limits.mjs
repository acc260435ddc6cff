// The named limits, read from the declarations and their comments: nothing need be built.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { code, page, root, table } from './text.mjs';

const workspaces = ['protocols', 'runtime', 'gateway', 'cloud', 'dashboards', 'simulators'];

/** Limits are named as such: the most or least of something, or how long something may take. */
const limitName =
  /^(max|min|most|fewest|longest|shortest)[A-Z]|^(MAX|MIN)_|[a-z](Ms|Limits?|Rows|Entries|Chunk|PerRound)$|_MS$/;
/** Not limits though named alike: units, ends of integer types, moments, rates. */
const noLimit = new RegExp(
  [
    '^(milli|micro)?(second|minute|hour|day|week)s?(Ms|_MS)$',
    '^(SECOND|MINUTE|HOUR|DAY|WEEK)_MS$',
    '^maxU?[iI]nt\\d+$',
    '^(earliest|latest)',
    'PerMs$',
  ].join('|'),
);

function sourcesOf(workspace) {
  const folder = join(root, workspace);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((path) => `${workspace}/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.tsx?$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path))
    .filter((path) => !/\.(test|contract|generated|d)\.tsx?$/.test(path))
    .sort();
}

/** Whether an initial value is a number, or an object of numbers: what a limit can be. */
function isNumeric(ts, node) {
  const of = (inner) => isNumeric(ts, inner);
  if (ts.isNumericLiteral(node) || ts.isIdentifier(node)) return true;
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return of(node.expression);
  if (ts.isPropertyAccessExpression(node)) return of(node.expression);
  if (ts.isPrefixUnaryExpression(node)) return of(node.operand);
  if (ts.isBinaryExpression(node)) return of(node.left) && of(node.right);
  if (ts.isCallExpression(node)) {
    return /^Math\.\w+$/.test(node.expression.getText()) && node.arguments.every(of);
  }
  if (!ts.isObjectLiteralExpression(node)) return false;
  return node.properties.every((one) => ts.isPropertyAssignment(one) && of(one.initializer));
}

/** The text of the comment right above a statement; null when there is none. */
function commentAbove(ts, file, statement) {
  const ranges = ts.getLeadingCommentRanges(file.text, statement.getFullStart()) ?? [];
  const last = ranges.at(-1);
  if (last === undefined) return null;
  const between = file.text.slice(last.end, statement.getStart());
  if (/\n\s*\n/.test(between)) return null;
  return file.text
    .slice(last.pos, last.end)
    .replace(/^\/\*\*?|\*\/$|^\/\//g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim();
}

/** Whether a statement stands right under the one before, without an empty line. */
const isRightUnder = (file, statement) =>
  !/\n\s*\n/.test(file.text.slice(statement.getFullStart(), statement.getStart()));

/** The limits that one statement declares: name and value. */
function declaredBy(ts, statement) {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations
    .filter(({ name }) => limitName.test(name.getText()) && !noLimit.test(name.getText()))
    .filter(({ initializer }) => initializer !== undefined && isNumeric(ts, initializer))
    .map(({ name, initializer }) => ({
      name: name.getText(),
      value: initializer.getText().replace(/ as const$/, ''),
    }));
}

/** The limits of one file; a limit right under another shares its reason unless it has its own. */
function limitsOf(ts, path) {
  const text = readFileSync(join(root, path), 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const limits = [];
  let reason = null;
  for (const statement of file.statements) {
    const declared = declaredBy(ts, statement);
    const comment = commentAbove(ts, file, statement);
    if (declared.length === 0) reason = null;
    else if (comment !== null || !isRightUnder(file, statement)) reason = comment;
    limits.push(...declared.map((limit) => ({ ...limit, path, reason })));
  }
  return limits;
}

/** Every named limit of the project with its reason. */
export async function limitsPage() {
  const { default: ts } = await import('typescript');
  const sections = workspaces.map((workspace) => {
    const limits = sourcesOf(workspace).flatMap((path) => limitsOf(ts, path));
    const rows = limits.map(({ name, value, path, reason }) => [
      code(name),
      code(value),
      reason ?? '',
      `[${path.slice(workspace.length + 1)}](../../${path})`,
    ]);
    const columns = ['limit', 'value', 'reason', 'file'];
    return rows.length === 0 ? [] : [`## ${workspace}`, table(columns, rows)];
  });
  return page(
    'Limits',
    'Everything that could grow or last without end has a limit with a name. The reason is the comment at its ' +
      'declaration; what happens at the limit is tested beside it. `Ms` is milliseconds. Limits that can be set ' +
      'are [settings](settings.md).',
    ...sections,
  );
}
