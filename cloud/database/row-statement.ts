import { CompiledQuery } from 'kysely';
import type { Compilable, Kysely, QueryResult } from 'kysely';
import type { Tables } from './schema.js';

/**
 * Rows per statement. Building the text costs more than running it, so it is built once for each
 * number of rows; more rows make no statement cheaper, and SQLite takes 32 766 values at most.
 */
const rowsPerStatement = 50;

type Executor = Pick<Kysely<Tables>, 'executeQuery'>;

/**
 * A statement over many rows, for the hot path: its text is compiled once, then only the values
 * change. `build` gets sample rows and must take each row's values in the order of `values`.
 */
export class RowStatement<Row, Output = unknown> {
  readonly #build: (rows: readonly Row[]) => Compilable<Output>;
  readonly #values: (row: Row) => readonly unknown[];
  readonly #templates = new Map<number, CompiledQuery<Output>>();

  constructor(
    build: (rows: readonly Row[]) => Compilable<Output>,
    values: (row: Row) => readonly unknown[],
  ) {
    this.#build = build;
    this.#values = values;
  }

  async run(db: Executor, rows: readonly Row[]): Promise<readonly Output[]> {
    const results: QueryResult<Output>[] = [];
    for (let from = 0; from < rows.length; from += rowsPerStatement) {
      const chunk = rows.slice(from, from + rowsPerStatement);
      const parameters = chunk.flatMap(this.#values);
      results.push(await db.executeQuery({ ...this.compile(chunk), parameters }));
    }
    return results.flatMap((result) => result.rows);
  }

  /** The statement for as many rows as these; its values are those of the first call. */
  compile(rows: readonly Row[]): CompiledQuery<Output> {
    const known = this.#templates.get(rows.length);
    if (known !== undefined) return known;
    const compiled = this.#build(rows).compile();
    const expected = rows.flatMap(this.#values).length;
    if (compiled.parameters.length !== expected)
      throw new TypeError(
        `A statement takes ${compiled.parameters.length}, not ${expected} values.`,
      );
    this.#templates.set(rows.length, compiled);
    return compiled;
  }
}
