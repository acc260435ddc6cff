import { describe, expect, it } from 'vitest';
import { errorCodes } from '@hemma/protocols/errors.js';
import { en } from '../../dashboards/web/texts/en.js';
import { sv } from '../../dashboards/web/texts/sv.js';

describe('the texts of the page', () => {
  it('say in both languages why something cannot be prescribed', () => {
    const reasons = Object.keys(errorCodes).filter((it) => it.startsWith('start_'));
    expect(reasons.length).toBeGreaterThan(15);
    const silent = reasons.filter((it) => !(`problem_${it}` in sv) || !(`problem_${it}` in en));
    expect(silent).toEqual([]);
  });

  it('are filled in with the same values in both languages', () => {
    const slots = (text: string) => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).toSorted();
    const other = Object.entries(sv).filter(
      ([key, text]) => slots(text).join() !== slots(en[key as keyof typeof en]).join(),
    );
    expect(other.map(([key]) => key)).toEqual([]);
  });
});
