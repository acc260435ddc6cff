import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '@hemma/protocols/errors.js';

/** The reference pages are generated, so they are never stale; here: that what they say is so. */

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The cells of every row of a page's tables, without head and rule. */
function rowsOf(page: string): string[][] {
  return read(`docs/reference/${page}.md`)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.slice(2, -2).split(/ (?<!\\)\| /));
}

describe('error codes', () => {
  const globs = ['protocols', 'runtime', 'gateway', 'cloud', 'dashboards'].map((w) => `${w}/*.ts*`);
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...globs], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => /\.tsx?$/.test(path) && !/\.(test|contract)\.tsx?$/.test(path))
    // A file that was removed and not yet committed is still listed.
    .filter((path) => path !== 'protocols/errors.ts' && existsSync(join(root, path)));
  const product = files.map(read);

  it.each(Object.keys(errorCodes))('%s is said somewhere in the product', (code) => {
    // As a type (`Extract<ErrorCode, …>`) it is only spoken of.
    const said = new RegExp(`(?<!ErrorCode,[^>]*)'${code}'`);
    expect(product.some((text) => said.test(text))).toBe(true);
  });

  it('are all registered, in errors, answers and logs alike', () => {
    const said =
      /(?:CodedError|apiError|problem)\(\s*'(\w+)'|\bcode = '(\w+)'|\.(?:info|warn|error)\(\s*\{\s*code: '(\w+)'/g;
    const codes = product.flatMap((text) =>
      [...text.matchAll(said)].map((match) => match[1] ?? match[2] ?? match[3]),
    );
    expect(codes.length).toBeGreaterThan(40);
    expect(Object.keys(errorCodes)).toEqual(expect.arrayContaining(codes));
  });
});

interface Coded {
  readonly id: string;
  readonly mdc: { code: number; partition: number; term: number } | null;
  readonly loinc: { code: string } | null;
  readonly snomed: { code: string } | null;
}

/** Luhn, as LOINC has it: over the number with its check digit the sum is a multiple of ten. */
function isLoinc(code: string): boolean {
  const digits = Array.from(code.replace('-', '')).reverse().map(Number);
  const doubled = (digit: number): number => (digit > 4 ? 2 * digit - 9 : 2 * digit);
  const sum = digits.reduce((total, digit, i) => total + (i % 2 === 1 ? doubled(digit) : digit), 0);
  return /^\d+-\d$/.test(code) && sum % 10 === 0;
}

/** Product in the dihedral group of ten elements, on which Verhoeff's check digit rests. */
function times(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b) % 5) : (a - b + 5) % 5;
}

const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const;

/** SNOMED CT identifiers end with Verhoeff's check digit (Release File Specifications §6.3). */
function isSnomed(code: string): boolean {
  const permuted = (digit: number, rounds: number): number =>
    rounds === 0 ? digit : permuted(permutation[digit] ?? 0, rounds - 1);
  const digits = Array.from(code).reverse().map(Number);
  return (
    /^\d{6,18}$/.test(code) && digits.reduce((c, n, i) => times(c, permuted(n, i % 8)), 0) === 0
  );
}

describe('measurements', () => {
  // The project's own content; its form is checked where it is used.
  const { measurements, panels } = JSON.parse(read('cloud/content/measurements.json')) as {
    measurements: Coded[];
    panels: Coded[];
  };
  const coded = [...measurements, ...panels];

  it('have codes that no slip of the pen can have made', () => {
    const wrong = coded.flatMap(({ id, mdc, loinc, snomed }) => [
      ...(mdc && mdc.code !== mdc.partition * 65_536 + mdc.term ? [`${id}: MDC ${mdc.code}`] : []),
      ...(loinc && !isLoinc(loinc.code) ? [`${id}: LOINC ${loinc.code}`] : []),
      ...(snomed && !isSnomed(snomed.code) ? [`${id}: SNOMED CT ${snomed.code}`] : []),
    ]);
    expect(wrong).toEqual([]);
  });

  it.each([
    ['two digits are exchanged', '271694006', '8840-6'],
    ['one digit is wrong', '271649005', '8481-6'],
  ])('are seen to be wrong when %s', (_, snomed, loinc) => {
    expect([isSnomed('271649006'), isLoinc('8480-6')]).toEqual([true, true]);
    expect([isSnomed(snomed), isLoinc(loinc)]).toEqual([false, false]);
  });

  it('that gateways send have an MDC code each, and no two the same one', () => {
    const quantities = rowsOf('measurements').filter((row) => row.length === 10);
    const codes = quantities.map((row) => row[7] ?? 'none');
    expect(codes).not.toContain('none');
    expect(new Set(codes).size).toBe(quantities.length);
    expect(quantities.length).toBeGreaterThan(15);
  });
});

describe('reference pages', () => {
  it('give every limit its reason: the comment above its declaration', () => {
    const limits = rowsOf('limits');
    expect(limits.filter(([, , reason]) => reason === '')).toEqual([]);
    expect(limits.length).toBeGreaterThan(100);
  });

  it('say of every setting what it is', () => {
    const settings = rowsOf('settings');
    expect(settings.filter(([, , , help]) => help === '')).toEqual([]);
    expect(settings.length).toBeGreaterThan(30);
  });

  it('know a vector file for every decoder', () => {
    expect(rowsOf('protocols').filter((row) => row[4] === 'none')).toEqual([]);
  });

  it('are all found from the architecture page', () => {
    const architecture = read('docs/architecture.md');
    for (const page of readdirSync(join(root, 'docs/reference')))
      expect(architecture).toContain(`(reference/${page})`);
  });
});
