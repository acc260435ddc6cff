import { canonicalJson } from '../canonical.js';

/** Where in a file: a key, a place in a list, or the entry of a list that has this id. */
export type PathPart = string | number | { readonly id: string };

/** One difference between two JSON values. */
export interface Difference {
  /** `reordered`: the same entries, of which it matters who is first. */
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered';
  readonly path: readonly PathPart[];
  /** Undefined for what is added. */
  readonly before: unknown;
  /** Undefined for what is removed. */
  readonly after: unknown;
}

/** Shown as one change, because their parts say nothing alone: when something is due. */
const whole = /\.schedule\.frequency$|^questionnaires\[[^\]]*\]\.when$/;

/**
 * Every difference, none twice; empty exactly when both are the same JSON. Entries of a list are told
 * apart by their ids where they have some, else by their places.
 */
export function differencesOf(
  before: unknown,
  after: unknown,
  path: readonly PathPart[] = [],
): readonly Difference[] {
  if (canonicalJson(before) === canonicalJson(after)) return [];
  if (before === undefined) return [{ kind: 'added', path, before, after }];
  if (after === undefined) return [{ kind: 'removed', path, before, after }];
  if (!whole.test(pathText(path))) {
    if (isObject(before) && isObject(after)) return ofObjects(before, after, path);
    if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  }
  return [{ kind: 'changed', path, before, after }];
}

/** `rules[ht-mean-above].when.of[0].value` */
export function pathText(path: readonly PathPart[]): string {
  const text = path.map((part) => {
    if (typeof part === 'string') return `.${part}`;
    return `[${typeof part === 'number' ? part : part.id}]`;
  });
  return text.join('').replace(/^\./, '');
}

function ofObjects(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: readonly PathPart[],
): readonly Difference[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differencesOf(own(before, key), own(after, key), [...path, key]),
  );
}

/** A key like `toString` is there only when the file has it. */
function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function ofLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: readonly PathPart[],
): readonly Difference[] {
  const [old, now] = [byId(before), byId(after)];
  if (old !== null && now !== null) return ofEntries(old, now, path);
  // A list of words or numbers is one thing: its order may be what it says.
  if ([...before, ...after].every((it) => typeof it !== 'object' || it === null))
    return [{ kind: 'changed', path, before, after }];
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, i) => differencesOf(before[i], after[i], [...path, i])).flat();
}

type Entries = ReadonlyMap<string, unknown>;

/** Null when an entry has no id, or two have the same. */
function byId(list: readonly unknown[]): Entries | null {
  const entries = new Map<string, unknown>();
  for (const entry of list) {
    if (!isObject(entry) || typeof entry['id'] !== 'string') return null;
    entries.set(entry['id'], entry);
  }
  return entries.size === list.length ? entries : null;
}

function ofEntries(
  before: Entries,
  after: Entries,
  path: readonly PathPart[],
): readonly Difference[] {
  const ids = new Set([...before.keys(), ...after.keys()]);
  const inside = [...ids].flatMap((id) =>
    differencesOf(before.get(id), after.get(id), [...path, { id }]),
  );
  const old = [...before.keys()].filter((id) => after.has(id));
  const now = [...after.keys()].filter((id) => before.has(id));
  if (old.every((id, i) => now[i] === id)) return inside;
  return [...inside, { kind: 'reordered', path, before: old, after: now }];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
