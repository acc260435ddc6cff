import { type Language, type Text, languages } from '@hemma/protocols/plans/text.js';
import type { Content } from '../../plans/content.js';
import type { Difference, PathPart } from './structure.js';
import { differencesOf, isObject, pathText } from './structure.js';
import { unitAt } from './units.js';
import { shownValue } from './values.js';
import { type FieldWords, fieldWords, partWords, topWords, windowWords } from './words.js';

/** A difference between two versions, with a sentence for people. */
export interface ContentChange extends Omit<Difference, 'path'> {
  /** `rules[ht-mean-above].when.value` */
  readonly path: string;
  readonly text: Text;
}

/**
 * What differs between two versions of a plan or questionnaire: each difference once, in the order of
 * the file, with a sentence in each language. What no sentence was written for is told by its path, so
 * that nothing changes in silence. Empty exactly when both are the same.
 */
export function contentDifference(
  before: object,
  after: object,
  units: Content['units'],
): readonly ContentChange[] {
  return differencesOf(before, after).map((it) => {
    const said = sentenceParts(it, { before, after, units });
    const [sv = '', en = ''] = languages.map((language) => sentence(it, said, language));
    return { ...it, path: pathText(it.path), text: { sv, en } };
  });
}

/** What a difference is about, in words. */
interface Said {
  /** `Rule ht-mean-above: limit` */
  readonly subject: Text;
  /** Whether the field has a word of its own; else it goes by its path. */
  readonly isWorded: boolean;
  readonly unit: Text | null;
  /** Tells one condition of a rule from another. */
  readonly detail: Text | null;
}

interface Versions {
  readonly before: object;
  readonly after: object;
  readonly units: Content['units'];
}

function sentence(
  { kind, before, after }: Difference,
  { subject, isWorded, unit, detail }: Said,
  language: Language,
): string {
  const show = (value: unknown) => shownValue(value, language);
  const measured = unit === null ? '' : ` ${unit[language]}`;
  const about = detail === null ? '' : ` (${detail[language]})`;
  const [added, removed, order] = verbs[language];
  switch (kind) {
    case 'added':
      return `${subject[language]} ${added}${shownName(after, language)}${measured}${about}`;
    case 'removed':
      return `${subject[language]} ${removed}${shownName(before, language)}${measured}${about}`;
    case 'reordered':
      return `${subject[language]}, ${order}: ${show(before)} → ${show(after)}`;
    case 'changed': {
      const values = `${show(before)} → ${show(after)}${measured}${about}`;
      return `${subject[language]}${isWorded ? '' : ':'} ${values}`;
    }
  }
}

const verbs = {
  sv: ['tillagd', 'borttagen', 'ordning'],
  en: ['added', 'removed', 'order'],
} as const satisfies Record<Language, readonly string[]>;

/** A whole entry goes by its name, or by its id alone. */
function shownName(value: unknown, language: Language): string {
  if (!isObject(value)) return `: ${shownValue(value, language)}`;
  const { id, name, title, text, label, severity } = value;
  const named = [name, title, text, label].find((it) => isObject(it));
  if (named === undefined && id !== undefined) return '';
  const shown = shownValue(named ?? value, language);
  return typeof severity === 'string' ? `: ${shown} (${severity})` : `: ${shown}`;
}

function sentenceParts(difference: Difference, versions: Versions): Said {
  const [list, entry, ...rest] = difference.path;
  if (typeof list !== 'string' || typeof entry !== 'object')
    return saidOf(difference, { fields: topWords, rest: difference.path, versions, owner: null });
  const owner = both((language) => `${partWords[list]?.[language] ?? list} ${entry.id}`);
  const [schedule, windows, window, ...inWindow] = rest;
  if (schedule === 'schedule' && windows === 'windows' && typeof window === 'object') {
    const time = both((it) => `${owner[it]}, ${it === 'sv' ? 'tid' : 'time'} ${window.id}`);
    return saidOf(difference, { fields: windowWords, rest: inWindow, versions, owner: time });
  }
  const fields = fieldWords[list] ?? [];
  return saidOf(difference, { fields, rest, versions, owner });
}

interface Naming {
  readonly fields: readonly FieldWords[];
  /** The path inside the owner. */
  readonly rest: readonly PathPart[];
  readonly versions: Versions;
  /** The entry of a list that it belongs to. */
  readonly owner: Text | null;
}

function saidOf({ path }: Difference, { fields, rest, versions, owner }: Naming): Said {
  if (rest.length === 0 && owner !== null)
    return { subject: owner, isWorded: false, unit: null, detail: null };
  const known = fields.find((it) => it.field.test(pathText(rest)));
  const language = known && languages.find((it) => it === rest.at(-1));
  const inLanguage = language === undefined ? '' : ` (${language})`;
  const words = both((it) => known?.words[it] ?? pathText(rest));
  const subject = both((it) => {
    const field = `${words[it]}${inLanguage}`;
    return owner === null ? field : `${owner[it]}: ${field}`;
  });
  const { unit, detail } = unitAt(path, known?.unit, versions);
  return { subject, isWorded: known !== undefined, unit, detail };
}

function both(text: (language: Language) => string): Text {
  return { sv: text('sv'), en: text('en') };
}
