import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContent } from './content.js';
import { isComplete, scoreOf } from './scoring.js';

const { questionnaires } = loadContent(fileURLToPath(new URL('../content', import.meta.url)));

/** Answers in the order of the questionnaire; null and what is left out are not answered. */
function score(id: string, scoring: string, ...given: readonly (number | null)[]): number | null {
  const questionnaire = questionnaires.get(id)!;
  const answers = questionnaire.items.map((it, i) => [it.id, given[i] ?? null] as const);
  const rule = questionnaire.scoring.find((it) => it.id === scoring)!;
  return scoreOf(rule, Object.fromEntries(answers))?.toNumber() ?? null;
}

describe('scores', () => {
  it('sum, and nothing when too much is missing', () => {
    expect(score('gad-7', 'total', 1, 2, 3, 0, 1, 2, 3)).toBe(12);
    expect(score('hemma-copd-check', 'score', 1, 1, 1, 1, 0, null)).toBeNull();
  });

  it('are prorated and rounded half up where the instrument allows it', () => {
    expect(score('gad-7', 'total', 1, 2, 3, 0, 1, 2, null)).toBe(11);
    expect(score('gad-7', 'total', 1, 2, 3, 0, 1, null, null)).toBeNull();
    expect(score('phq-9', 'total', 1, 1, 1, 1, 1, 1, 1, null, null)).toBe(9);
  });

  it('take a missing answer for zero where the instrument says so', () => {
    expect(score('hemma-hf-check', 'score', 1, 0, 1, 2, 0, 0, 0, 0, null)).toBe(4);
  });

  it('count what is above usual', () => {
    expect(score('hemma-copd-check', 'major', 2, 0, 1, 2, 1, 1, 0, 0)).toBe(2);
  });

  it('are a value, a difference, a product, a mean or a multiple', () => {
    expect(score('mmrc', 'grade', 3)).toBe(3);
    expect(score('hemma-activity-log', 'energy-change', 1, 2, 20, 7, 4)).toBe(-3);
    expect(score('bbq', 'total', 4, 4, 3, 2, 1, 1, 0, 4, 2, 2, 4, 3)).toBe(39);
    expect(score('who-5', 'index', 5, 4, 3, 2, 1)).toBe(60);
  });

  it('need both sides of a difference', () => {
    expect(score('hemma-activity-log', 'energy-change', 1, 2, 20, 7)).toBeNull();
  });

  it('belong to complete responses when every required item is answered', () => {
    const phq = questionnaires.get('phq-9')!;
    const nine = Object.fromEntries(phq.items.slice(0, 9).map((it) => [it.id, 0]));
    expect(isComplete(phq, nine)).toBe(true);
    expect(isComplete(phq, { ...nine, 'phq9-4': null })).toBe(false);
  });
});
