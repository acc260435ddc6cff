import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDir } from '../../folders.js';
import { loadContent } from '../../plans/content.js';
import { canonicalJson } from '../canonical.js';
import { contentDifference } from './difference.js';
import { maxShownLength, shownValue } from './values.js';

const { plans, questionnaires, units } = loadContent(contentDir());
const hypertension = plans.get('hypertension')!;
const shipped: readonly object[] = [...plans.values(), ...questionnaires.values()];

/** A container of a file, and one of its keys. */
type Spot = readonly [container: object, key: string];

/** The places of a file where something can be put, taken away or moved. */
function spotsIn(value: unknown): readonly Spot[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key): readonly Spot[] => [
    [value, key],
    ...spotsIn(Reflect.get(value, key)),
  ]);
}

/** A copy with other values at these places; undefined takes one away. */
function edited(changes: Readonly<Record<string, unknown>>): object {
  const copy: object = structuredClone(hypertension);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    // The paths of these tests lead through objects and lists only.
    const parent = keys.reduce((it, key) => Reflect.get(it, key) as object, copy);
    if (value === undefined) remove(parent, last);
    else Reflect.set(parent, last, value);
  }
  return copy;
}

const sentences = (after: object, before: object = hypertension) =>
  contentDifference(before, after, units).map((it) => it.text);

describe('the difference between two versions', () => {
  it('is none for the same, in whatever order the keys are', () => {
    const turned = Object.fromEntries(Object.entries(hypertension).toReversed());
    expect(sentences(turned)).toEqual([]);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const changes = contentDifference({ a }, { a: b }, units);
        expect(changes.length === 0).toBe(canonicalJson(a) === canonicalJson(b));
        expect(contentDifference({ a }, { a: structuredClone(a) }, units)).toEqual([]);
      }),
    );
  });

  it('never keeps quiet about an edit, and never fails', () => {
    const edit = fc.constantFrom('set', 'remove', 'insert', 'swap');
    const from = fc.nat({ max: shipped.length - 1 });
    fc.assert(
      fc.property(from, fc.nat(), edit, fc.jsonValue(), (which, at, how, value) => {
        const before = shipped[which]!;
        const after = structuredClone(before);
        const spots = spotsIn(after);
        const [container, key] = spots[at % spots.length]!;
        if (how === 'set') Reflect.set(container, key, value);
        if (how === 'remove') remove(container, key);
        if (how === 'insert') insert(container, key, value);
        if (how === 'swap' && Array.isArray(container)) container.reverse();
        const changes = contentDifference(before, after, units);
        expect(changes.length > 0).toBe(canonicalJson(before) !== canonicalJson(after));
        for (const { text, path, kind } of changes) {
          expect(text.sv.length, path).toBeGreaterThan(5);
          expect(text.en.length, path).toBeGreaterThan(5);
          expect(kind === 'changed' || kind === 'reordered' || path !== '').toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('says what a clinician must know, in both languages', () => {
    const after = edited({
      'rules.0.when.of.0.value': 130,
      'rules.0.clear.of.0.offsetFromParameter.offset': -2.5,
      'rules.1.severity': 'yellow',
      'rules.1.confirm': hypertension.rules[2]!.confirm,
      'rules.2.confirm.restMinutes': 10,
      'rules.2.staffMessage.sv': 'Ring.',
      'parameters.0.max': 150,
      'tasks.0.schedule.windows.1.from': '18:00',
      'tasks.1.schedule.frequency': { type: 'weekly', daysOfWeek: [1, 4] },
      'response.red.withinWorkingDays': 2,
      'duration.reviewEveryDays': 60,
      'tasks.3': undefined,
    });
    const texts = sentences(after);
    expect(texts.map((it) => it.en)).toEqual([
      'Review every 90 → 60 days',
      'Setting sbpTarget: highest 160 → 150 mmHg',
      'Task bp-series, time evening: from 17:00 → 18:00',
      'Task bp-spot: how often weekly Wed → weekly Mon, Thu',
      'Task activity removed: Physical activity',
      'Rule ht-mean-above: limit 135 → 130 mmHg (seriesMeanSys, setting sbpTarget)',
      'Rule ht-mean-above: ends this far from the setting -3 → -2.5 mmHg (seriesMeanSys, setting sbpTarget)',
      'Rule ht-mean-high: severity red → yellow',
      'Rule ht-mean-high: repeat none → after 5 minutes, within 30',
      'Rule ht-single-crisis: rest before the repeat 5 → 10 minutes',
      'Rule ht-single-crisis: text for staff (sv) ≥ 180/110 två gånger med fem minuters vila. → Ring.',
      'Answer to red within 1 → 2 working days',
    ]);
    expect(texts.slice(0, 7).map((it) => it.sv)).toEqual([
      'Genomgång var 90 → 60 dagar',
      'Inställning sbpTarget: högst 160 → 150 mmHg',
      'Uppgift bp-series, tid evening: från 17:00 → 18:00',
      'Uppgift bp-spot: hur ofta varje vecka ons → varje vecka mån, tors',
      'Uppgift activity borttagen: Fysisk aktivitet',
      'Regel ht-mean-above: gräns 135 → 130 mmHg (seriesMeanSys, inställning sbpTarget)',
      'Regel ht-mean-above: upphör så långt från inställningen -3 → -2,5 mmHg (seriesMeanSys, inställning sbpTarget)',
    ]);
  });

  it('tells by its path what no sentence was written for', () => {
    const [first, second] = hypertension.suitability;
    const two = edited({ suitability: [first, second] });
    const after = edited({
      suitability: [second, first],
      'tasks.0.lateEntry.allowed': false,
      surprise: { toString: 1 },
    });
    expect(sentences(after, two).map((it) => it.en)).toEqual([
      'suitability, order: wants, can → can, wants',
      'Task bp-series: lateEntry.allowed: yes → no',
      'surprise added: {"toString":1}',
    ]);
  });

  it('cuts what is too long for a sentence, and keeps it beside', () => {
    const long = 'x'.repeat(maxShownLength + 1);
    expect(shownValue(long.slice(1), 'sv')).toBe(long.slice(1));
    expect(shownValue(long, 'sv')).toBe(`${long.slice(2)}…`);
    const [change] = contentDifference({ a: 1 }, { a: long }, units);
    expect(change).toMatchObject({ before: 1, after: long });
  });
});

function remove(container: object, key: string): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
}

function insert(container: object, key: string, value: unknown): void {
  if (Array.isArray(container)) container.splice(Number(key), 0, value);
  else Reflect.set(container, `${key}2`, value);
}
