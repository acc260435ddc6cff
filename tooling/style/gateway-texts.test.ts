import { describe, expect, it } from 'vitest';
import { courses } from '../../gateway/healing/steps.js';
import { sv } from '../../dashboards/web/texts/sv.js';

describe('the texts about gateways', () => {
  it('have plain words for every fault of a radio', () => {
    const faults = [...Object.keys(courses), 'radio_unhealed'];
    expect(faults.filter((fault) => !(`fault_${fault}` in sv))).toEqual([]);
  });
});
