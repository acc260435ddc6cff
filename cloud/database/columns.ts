/**
 * The few column types that SQLite and PostgreSQL spell differently. Migrations are SQL text, so
 * that what a table looks like is read and not deduced.
 */
export interface ColumnTypes {
  /**
   * A 64 bit integer. SQLite knows `integer primary key` as the row id only under this name;
   * PostgreSQL's `integer` has 32 bits, too few for milliseconds.
   */
  readonly int64: string;
  /** Octets. */
  readonly octets: string;
  /**
   * The end of a table that is kept in the order of its primary key, for SQLite, which would otherwise
   * keep rows and key apart; nothing in PostgreSQL, which always does.
   */
  readonly clustered: string;
  /** Statements after which no row of a table, told by its primary key, is changed or removed by anybody. */
  readonly appendOnly: (table: string, key: readonly string[]) => readonly string[];
}

/** The statements that lead from the schema before to the next; released ones never change. */
export type Statements = (columns: ColumnTypes) => readonly string[];
