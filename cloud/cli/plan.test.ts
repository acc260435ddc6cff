import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadContent } from '../plans/content.js';
import { planCheck, planTry, planTryLines } from './plan.js';

const directory = fileURLToPath(new URL('../content', import.meta.url));
const content = loadContent(directory);
const planText = (id: string) => readFileSync(`${directory}/plans/${id}.json`, 'utf8');

describe('plan check', () => {
  it('is silent about a plan that may be published', () => {
    expect(planCheck(planText('heart-failure'), { content })).toEqual({ lines: [], exitCode: 0 });
  });

  it('tells each problem on a line of its own, code first', () => {
    const { lines, exitCode } = planCheck(planText('copd'), { content });
    expect(exitCode).toBe(1);
    expect(lines[0]).toMatch(/^publish_text_unverified questionnaires\[1\]: .*mmrc, sv/);
  });

  it('tells them as JSON', () => {
    const text = planText('heart-failure').replace('"status"', '"state"');
    const { lines } = planCheck(text, { content, json: true });
    expect(JSON.parse(lines.join('\n'))).toMatchObject({
      problems: [
        { code: 'plan_malformed', path: 'status' },
        { code: 'plan_malformed', path: 'state' },
      ],
    });
  });

  it('asks what the organisation has, and holds the settings of a patient', () => {
    const tenant = JSON.stringify({ languages: ['en'] });
    expect(planCheck(planText('copd'), { content, tenant }).lines).toEqual([]);
    const parameters = JSON.stringify({ spo2Red: 91 });
    expect(planCheck(planText('copd'), { content, tenant, parameters }).lines).toEqual([
      expect.stringMatching(/^start_red_not_beyond_yellow parameters.spo2Red: /),
    ]);
  });

  it('says with 2 that it was given settings it cannot read', () => {
    expect(planCheck('{}', { content, tenant: '{"languages":["no"]}' })).toMatchObject({
      lines: [expect.stringMatching(/^settings_invalid languages\[0\]: /)],
      exitCode: 2,
    });
    expect(planCheck('{}', { content, parameters: '[' }).exitCode).toBe(2);
  });
});

describe('plan try --jsonl', () => {
  const tryLines = async (...lines: readonly string[]) => {
    const answers: unknown[] = [];
    const exitCode = await planTryLines(lines, content, (it) => {
      answers.push(JSON.parse(it));
    });
    return { answers, exitCode };
  };
  const good = JSON.stringify({
    ...{ id: 'good', plan: 'copd', rule: 'copd-spo2-red', kind: 'reading' },
    input: [{ t: '08:00', value: 88 }],
  });

  it('answers a line for a line, and goes on after one that is no case', async () => {
    const refused = (id: unknown, code: string): unknown => ({
      id,
      error: { code, message: expect.any(String) as string },
    });
    expect(
      await tryLines(
        '{"id":',
        good,
        '',
        '  ',
        '{"id":"a"}',
        '[]',
        'null',
        good.replace('copd', 'x'),
        good,
      ),
    ).toEqual({
      answers: [
        refused(null, 'case_not_json'),
        { id: 'good', events: [] },
        refused('a', 'case_malformed'),
        refused(null, 'case_malformed'),
        refused(null, 'case_malformed'),
        refused('good', 'case_unknown_plan'),
        { id: 'good', events: [] },
      ],
      exitCode: 1,
    });
  });

  it('answers all the examples with 0', async () => {
    const file = JSON.parse(readFileSync(`${directory}/rule-examples.json`, 'utf8')) as {
      readonly examples: readonly { readonly id: string; readonly expected: unknown }[];
    };
    const lines = file.examples.map((it) => JSON.stringify({ ...it, expected: undefined }));
    const { answers, exitCode } = await tryLines(...lines);
    expect(answers).toEqual(file.examples.map((it) => ({ id: it.id, events: it.expected })));
    expect(exitCode).toBe(0);
  });

  it('reads what an editor of Windows has written', async () => {
    const { answers } = await tryLines(`\ufeff${good}`, '');
    expect(answers).toEqual([{ id: 'good', events: [] }]);
    expect(planCheck(`\ufeff${planText('heart-failure')}`, { content }).exitCode).toBe(0);
  });

  it('does not swallow a line without end', async () => {
    const { answers } = await tryLines(good.replace('"08:00"', `"${'8'.repeat(4_000_001)}"`));
    expect(answers).toEqual([
      { id: null, error: { code: 'case_malformed', message: 'the line is too long' } },
    ]);
  });
});

describe('plan try FILE', () => {
  const examples = readFileSync(`${directory}/rule-examples.json`, 'utf8');

  it('holds the examples to what they expect', () => {
    const { lines, exitCode } = planTry(examples, content);
    expect(exitCode).toBe(0);
    expect(lines[0]).toBe('{"id":"w-gain-exact","events":[{"day":4,"event":"active-yellow"}]}');
  });

  it('shows where they differ', () => {
    const { lines, exitCode } = planTry(
      examples.replace('"active-red"', '"active-yellow"'),
      content,
    );
    expect(exitCode).toBe(1);
    expect(lines.filter((it) => it.startsWith('  expected'))).toHaveLength(1);
  });

  it('takes a single case, and says with 2 that a file is not JSON', () => {
    const one = { id: 1, plan: 'copd', rule: 'copd-pulse', kind: 'daily', input: [] };
    expect(planTry(JSON.stringify(one), content)).toEqual({
      lines: ['{"id":1,"events":[]}'],
      exitCode: 0,
    });
    expect(planTry('no', content).exitCode).toBe(2);
  });
});
