import { describe, expect, it } from 'vitest';
import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import { cautiousTenant } from '../plans/guard.js';
import { questionnaireGuard, questionnaireProblems } from './questionnaire-check.js';

const content = loadContent(contentDir());
const phq9 = content.questionnaires.get('phq-9')!;
const problems = (changes: Partial<Questionnaire>) =>
  questionnaireProblems({ ...phq9, ...changes }, content).map((it) => it.path);

describe('a questionnaire', () => {
  it('is accepted as every shipped one is', () => {
    for (const form of content.questionnaires.values())
      expect(questionnaireProblems(form, content), form.id).toEqual([]);
  });

  it('names nothing that does not exist', () => {
    const [item] = phq9.items;
    const [score] = phq9.scoring;
    const [band] = phq9.bands;
    const [safety] = phq9.safety;
    const condition = { item: 'none', op: '>=', value: 1 } as const;
    expect(problems({ measurementId: 'none' })).toEqual(['measurementId']);
    expect(problems({ items: [...phq9.items, { ...item!, answerSet: 'none' }] })).toEqual([
      ...[`items[${phq9.items.length}].id`, `items[${phq9.items.length}].answerSet`],
    ]);
    expect(problems({ scoring: [{ ...score!, items: ['none'] }] })).toEqual([
      'scoring[0].items[0]',
    ]);
    expect(problems({ bands: [{ ...band!, score: 'none' }] })).toEqual(['bands[0].score']);
    expect(problems({ safety: [{ ...safety!, when: condition }] })).toEqual([
      'safety[0].when.item',
    ]);
    const logic = [{ if: condition, skip: ['none'], setSkippedTo: 0 }];
    expect(problems({ logic })).toEqual(['logic[0].if.item', 'logic[0].skip[0]']);
  });

  it('is released with texts that were verified, and terms that were confirmed', () => {
    const guard = (licence: Partial<Questionnaire['licence']>, confirmedTerms: string[] = []) =>
      questionnaireGuard(
        { ...phq9, licence: { ...phq9.licence, ...licence } },
        { ...cautiousTenant, confirmedTerms },
      ).map((it) => `${it.code} ${it.path}`);
    const textVerified = { sv: true, en: true };
    expect(guard({ textVerified, status: 'free' })).toEqual([]);
    expect(guard({ textVerified: { sv: true, en: false }, status: 'own' })).toEqual([
      'publish_text_unverified licence.textVerified.en',
    ]);
    const theirs = { textVerified, status: 'free-noncommercial' as const };
    expect(guard(theirs)).toEqual(['publish_terms_unconfirmed licence.status']);
    expect(guard(theirs, [phq9.id])).toEqual([]);
  });
});
