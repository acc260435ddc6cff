/**
 * What an error of a database says about the next attempt. Judged by codes, not by the text:
 * SQLite's result codes, PostgreSQL's SQLSTATE classes, and the errors of the operating system.
 */
const passing = [
  // SQLite: no room left, another process writes, the file system fails.
  /^SQLITE_(FULL|BUSY|LOCKED|IOERR|CANTOPEN|READONLY|NOMEM)/,
  // PostgreSQL: connection, serialisation or deadlock, resources, shut down, system.
  /^(08|40|53|57P|58)/,
  /^E(CONN|NOSPC|PIPE|HOST|NET|TIMEDOUT|AI_AGAIN|NOTFOUND)/,
];

/** The driver `pg` gives its own failures to reach a server no code: here the text must do. */
const codeless =
  /^(Connection terminated|timeout e|Query read timeout|Client (has encountered|was closed))/;

/** Whether the store cannot be used just now, whatever is asked of it. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null) return passing.some((pattern) => pattern.test(code));
  return error instanceof Error && codeless.test(error.message);
}

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
