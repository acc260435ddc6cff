import { describe, expect, it } from 'vitest';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import { hotSql, migrations } from './tables.js';

/** What SQLite says it will do, one line per step. */
function planOf(sql: string): string[] {
  const db = openSqlite(':memory:', migrations);
  try {
    const parameters = Array.from({ length: sql.split('?').length - 1 }, () => 1);
    return db
      .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...parameters)
      .map(({ detail }) => detail);
  } finally {
    db.close();
  }
}

describe('hot statements', () => {
  it.each(Object.entries(hotSql))('%s searches an index and sorts nothing', (_, sql) => {
    for (const step of planOf(sql)) {
      expect(step).not.toMatch(/SCAN|TEMP B-TREE|AUTOMATIC/);
      expect(step).toMatch(/^(SEARCH|COMPOUND QUERY|LEFT-MOST SUBQUERY|SCALAR SUBQUERY|UNION ALL)/);
    }
  });

  it('uses the indexes that are meant', () => {
    expect(planOf(hotSql.rowsAfter)).toEqual(['SEARCH outbox USING INTEGER PRIMARY KEY (rowid>?)']);
    expect(planOf(hotSql.isKnown).join()).toContain('sqlite_autoindex_outbox_1 (id=?)');
    expect(planOf(hotSql.isKnown).join()).toContain('sqlite_autoindex_held_1 (id=?)');
    expect(planOf(hotSql.device)).toEqual(['SEARCH device USING PRIMARY KEY (identity=?)']);
  });
});
