import { groupBy } from '../plans/group.js';
import type { Detail } from './measure.js';

/** Whether so many persons are too few to be shown; nobody at all gives nobody away. */
export function isSmall(n: number, limit: number): boolean {
  return 0 < n && n < limit;
}

/**
 * The details that are not shown: those of too few persons, and, where details add up to a total that
 * is shown, the next smallest ones until what is hidden together is no longer too few.
 */
export function hiddenDetails(details: readonly Detail[], limit: number): ReadonlySet<Detail> {
  const hidden = new Set(details.filter((it) => isSmall(it.n, limit)));
  for (const [cells, members] of groupBy(details, (it) => it.cells))
    if (cells !== undefined) for (const it of alsoHidden(members, hidden, limit)) hidden.add(it);
  return hidden;
}

function alsoHidden(
  cells: readonly Detail[],
  hidden: ReadonlySet<Detail>,
  limit: number,
): readonly Detail[] {
  let persons = cells.reduce((sum, it) => sum + (hidden.has(it) ? it.n : 0), 0);
  const others = cells.filter((it) => it.n > 0 && !hidden.has(it)).toSorted((a, b) => a.n - b.n);
  const also: Detail[] = [];
  for (const it of others) {
    if (persons === 0 || persons >= limit) break;
    persons += it.n;
    also.push(it);
  }
  return also;
}
