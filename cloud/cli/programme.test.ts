import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openUnit, prescribe } from '@hemma/simulators/demo/prescribe.js';
import type { DemoUnit } from '@hemma/simulators/demo/prescribe.js';
import { programmeSchema } from '@hemma/protocols/api/programmes.js';
import { runInProcess } from '../../tooling/testkit/command-line.js';
import type { Ran } from '../../tooling/testkit/command-line.js';

const ref = 'p-00000001';
const plan = 'neurorehab-health-plan';

describe('hemma-cloud programme', () => {
  let folder: string;
  let file: string;
  let clinic: DemoUnit;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-programmes-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    await json('patient', 'add', '--name', 'A', '--ref', ref, '--test');
    clinic = await openUnit(json);
    await prescribe(json, clinic, { patient: ref, plan, parameters: {} });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]): Promise<Ran> =>
    runInProcess(...args, '--settings', file);
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(...args, '--json')).out);
  const programme = (name: string, ...args: readonly string[]) =>
    run('programme', name, ref, plan, ...args);
  const shown = async () => programmeSchema.parse(await json('programme', 'show', ref, plan));
  const refusal = async (name: string, ...args: readonly string[]): Promise<unknown> => {
    const { code, err } = await programme(name, ...args, '--json');
    return [code, (JSON.parse(err) as { error: { code: string } }).error.code];
  };

  it('shows the weeks, says what is done once, takes it back', async () => {
    const first = await programme('done', 'activity-log', '--minutes', '20', '--note', 'Ute');
    expect(first).toMatchObject({ code: 0, err: '' });
    const again = await programme('done', 'activity-log');
    expect(again.out).toBe(first.out);
    const entry = first.out.trim();
    const { out } = await programme('show');
    expect(out).toContain(entry);
    expect(out).toMatch(/physical\s+-\s+\d{4}-\d\d-\d\d/);
    expect(out).not.toMatch(/late\b/i);
    expect((await programme('undo', entry)).code).toBe(0);
    expect((await programme('show')).out).not.toContain(entry);
    expect(await refusal('undo', 'v-none')).toEqual([1, 'not_found']);
  });

  it('sets activities and goals, and shows what the therapist wrote', async () => {
    expect((await programme('activities', 'physical=2', 'cognitive=1')).code).toBe(0);
    const words = ['--words', 'Träna minnet', '--target', '1', '--counts', 'cognitive'];
    const goal = (await programme('goal', ...words)).out.trim();
    await programme('done', 'activity-log', '--activity', 'cognitive', '--key', 'tap-00000001');
    const staff = ['--as', clinic.professional];
    const about = `goal:${goal}`;
    expect((await programme('comment', about, '--text', 'Bra!', ...staff)).code).toBe(0);
    const { choice, goals, comments } = await shown();
    expect(choice).toMatchObject({ perWeek: 3 });
    expect(goals.at(-1)).toMatchObject({ id: goal, value: 1, isReached: true });
    expect(comments).toMatchObject([{ by: 'Demo · sköterska', text: 'Bra!', about }]);
    expect((await programme('show')).out).toContain('goal plan-done: Done my activities: 1 (>= 3');
    expect((await programme('end-goal', goal)).code).toBe(0);
    expect((await shown()).goals.map((it) => it.id)).not.toContain(goal);
  });

  it.each([
    [['done', 'activity-log', '--at', '2999-01-01'], 'time_in_future'],
    [['done', 'activity-log', '--at', '2020-01-01'], 'time_too_far_back'],
    [['done', 'activity-log', '--at', 'yesterday'], 'request_invalid'],
    [['done', 'activity-log', '--at', '2026-03-01T18:30'], 'request_invalid'],
    [['done', 'activity-log', '--minutes', 'ten'], 'request_invalid'],
    [['done', 'activity-log', '--key', 'x'], 'request_invalid'],
    [['done', 'no-such-task'], 'not_found'],
    [['goal', '--target', 'three', '--words', 'Ut'], 'request_invalid'],
    [['activities', 'physical'], 'request_invalid'],
    [['activities', 'physical=22'], 'prescription_refused'],
    [['comment', 'goal:plan-done', '--text', 'Hej'], 'not_allowed'],
  ])('says why it cannot be: %j', async ([name = '', ...args], code) => {
    expect(await refusal(name, ...args)).toEqual([1, code]);
  });

  it('ends a programme without its forms only for a reason', async () => {
    const end = ['--reason', 'plan-end', '--as', clinic.professional];
    const refused = await run('plan', 'end', ref, plan, ...end);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('closing_form_missing');
    expect(refused.err).toContain('hemma-patient-experience');
    const ended = await run('plan', 'end', ref, plan, ...end, '--without', 'Moves away');
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect((await programme('show')).out).toContain('ended');
    expect(await refusal('done', 'activity-log')).toEqual([1, 'not_found']);
  });

  it('explains itself, and ends with 2 where it is used wrongly', async () => {
    const help = await runInProcess('programme', '--help');
    for (const name of ['show', 'done', 'undo', 'comment', 'goal', 'end-goal', 'activities'])
      expect(help.out).toContain(`${name} `);
    expect((await run('programme', 'done', ref)).code).toBe(2);
  });
});
