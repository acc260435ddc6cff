import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openUnit, prescribe } from '@hemma/simulators/demo/prescribe.js';
import type { DemoUnit } from '@hemma/simulators/demo/prescribe.js';
import { runInProcess } from '../../tooling/testkit/command-line.js';
import type { Ran } from '../../tooling/testkit/command-line.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';

const ref = 'p-00000001';
const other = 'p-00000002';

describe('hemma-cloud plan', () => {
  let folder: string;
  let file: string;
  let clinic: DemoUnit;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-plans-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    for (const [patient, ...more] of [[ref], [other, '--test']] as const)
      await json('patient', 'add', '--name', 'A', '--ref', patient, ...more);
    clinic = await openUnit(json);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]): Promise<Ran> =>
    runInProcess(...args, '--settings', file);
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(...args, '--json')).out);
  const acting = (...args: readonly string[]) => run('plan', ...args, '--as', clinic.professional);
  const started = (plan = 'copd', patient = ref) =>
    prescribe(json, clinic, { patient, plan, parameters: {} });
  const refusal = async (...args: readonly string[]): Promise<unknown> => {
    const ran = await run(...args, '--json');
    const { error } = JSON.parse(ran.err) as {
      error: { code: string; problems?: readonly { code: string }[] };
    };
    return [ran.code, error.code, ...(error.problems ?? []).map((it) => it.code)];
  };
  const episodes = () => json('plan', 'episodes', ref);

  it('shows limits and what they would raise, then starts what was confirmed', async () => {
    const shown = await run('plan', 'dry-run', ref, 'copd', '--unit', clinic.unit);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toContain('spo2Red');
    expect(shown.out).toContain('call 112');
    expect(shown.out).toContain('no values of the last 90 days');
    expect(shown.out).toMatch(/--confirm [0-9a-f]{16}\n$/);
    await started();
    expect(await episodes()).toMatchObject({
      episodes: [{ plan: 'copd', kind: 'prescribed', state: 'running', phase: 'start' }],
    });
    expect(await json('patient', 'list')).toMatchObject({ patients: [{ plans: ['copd'] }, {}] });
    expect((await run('plan', 'episodes', ref)).out).toContain('copd');
    expect((await run('plan', 'list', ref)).out).toContain('start_follows_already');
  });

  it('says every reason why a plan cannot start, and ends with 1', async () => {
    const ran = await acting('start', ref, 'heart-failure', '--unit', clinic.unit);
    expect(ran.code).toBe(1);
    for (const code of [
      ...['start_suitability_open suitability.wants', 'start_parameter_missing', 'targetWeight'],
      'start_limits_unconfirmed',
    ])
      expect(ran.err).toContain(code);
    const start = (plan: string, ...more: readonly string[]) =>
      refusal('plan', 'start', ref, plan, '--as', clinic.professional, ...more);
    expect(await start('no-such-plan')).toEqual([
      ...[1, 'prescription_refused', 'start_plan_unknown'],
    ]);
    expect(await start('copd', '--parameters', 'no json')).toEqual([1, 'request_invalid']);
    expect(await start('copd', '--parameters', '[1]')).toEqual([1, 'request_invalid']);
    expect(await start('copd', '--kind', 'nonsense')).toEqual([1, 'request_invalid']);
    expect(await refusal('plan', 'start', ref, 'copd')).toEqual([1, 'not_allowed']);
    expect(
      await refusal('plan', 'start', 'p-99999999', 'copd', '--as', clinic.professional),
    ).toEqual([1, 'not_found']);
  });

  it('starts nothing any more once the unit has lost who stands in', async () => {
    await started();
    const units = (await json('unit', 'list')) as { units: { substitute: string }[] };
    await json('staff', 'leave', units.units[0]!.substitute);
    await expect(started('hypertension')).rejects.toThrow();
    const args = ['start', ref, 'hypertension', '--unit', clinic.unit];
    expect((await acting(...args)).err).toContain('start_no_substitute');
  });

  it('changes limits, pauses, resumes, moves, orders and ends', async () => {
    await started('hypertension');
    const on = [ref, 'hypertension'] as const;
    const limits = ['--parameters', '{"sbpTarget":130}'];
    const { digest } = (await json('plan', 'dry-run', ...on, ...limits)) as { digest: string };
    const today = dateOfDay(Math.floor(Date.now() / 86_400_000));
    const say = async (command: string, ...more: readonly string[]) =>
      (await acting(command, ...on, ...more)).code;
    expect(await say('limits', ...limits, '--reason', 'After a visit')).toBe(1);
    expect(await say('limits', ...limits, '--reason', 'After a visit', '--confirm', digest)).toBe(
      0,
    );
    expect(await say('pause', '--from', today, '--reason', 'holiday')).toBe(0);
    expect(await say('pause', '--from', today, '--reason', 'holiday')).toBe(1);
    expect(await say('pause', '--from', '2026-02-30', '--reason', 'holiday')).toBe(1);
    const call = (minutes: string) => say('contact', '--channel', 'phone', '--minutes', minutes);
    expect(await call('1440')).toBe(0);
    for (const minutes of ['1441', '-1', '2.5', 'ten']) expect(await call(minutes)).toBe(1);
    expect(await say('contact', '--channel', 'fax', '--minutes', '5')).toBe(1);
    expect(await say('resume')).toBe(0);
    expect(await say('resume')).toBe(1);
    const snooze = (rule: string, to: string) =>
      say('snooze', rule, '--to', to, '--reason', 'Known');
    const inDays = (days: number) => dateOfDay(Math.floor(Date.now() / 86_400_000) + days);
    expect(await snooze('ht-low', inDays(20))).toBe(1);
    expect(await snooze('ht-low', inDays(-2))).toBe(1);
    expect(await snooze('ht-very-low', inDays(3))).toBe(1);
    expect(await snooze('nothing', inDays(3))).toBe(1);
    expect(await say('wake', 'ht-low')).toBe(1);
    expect(await snooze('ht-low', inDays(3))).toBe(0);
    expect(await snooze('ht-low', inDays(3))).toBe(1);
    expect(await snooze('ht-mean-above', inDays(3))).toBe(0);
    expect(await say('wake', 'ht-low')).toBe(0);
    expect(await say('phase', 'stable')).toBe(0);
    expect(await say('phase', 'nowhere')).toBe(1);
    expect(await say('order', 'bp-series')).toBe(1);
    expect(await say('baseline')).toBe(1);
    expect(await say('baseline', '--values', '{"systolic_bp":301}')).toBe(1);
    expect(await say('baseline', '--values', '{"systolic_bp":-1}')).toBe(1);
    expect(await say('baseline', '--values', '{"systolic_bp":141}')).toBe(0);
    expect(await say('version', '--to', '0.0.9', '--reason', 'x', '--confirm', digest)).toBe(1);
    expect(await say('end', '--reason', 'nonsense')).toBe(1);
    expect(await say('end', '--reason', 'goal-reached')).toBe(0);
    expect(await say('end', '--reason', 'goal-reached')).toBe(1);
    expect(await episodes()).toMatchObject({
      episodes: [{ state: 'ended', endReason: 'goal-reached', parameters: { sbpTarget: 130 } }],
    });
  });

  it('lets a test person follow a draft alone, without staff', async () => {
    const alone = ['plan', 'start', other, 'osteoarthritis', '--kind', 'self-initiated'];
    expect((await run(...alone)).code).toBe(0);
    expect((await run('plan', 'end', other, 'osteoarthritis', '--reason', 'other')).code).toBe(0);
    expect(await refusal('plan', 'start', ref, ...alone.slice(3))).toEqual([
      ...[1, 'prescription_refused', 'start_plan_draft'],
    ]);
  });

  it('explains itself, and ends with 2 when it is used wrongly', async () => {
    const commands = [
      'start',
      'dry-run',
      'limits',
      'pause',
      'resume',
      'phase',
      'order',
      'contact',
      'end',
    ];
    for (const command of [...commands, 'baseline', 'version', 'list', 'episodes'])
      expect(await runInProcess('plan', command, '--help')).toMatchObject({ code: 0, err: '' });
    expect((await run('plan', 'start', ref)).code).toBe(2);
    expect((await run('plan', 'pause', ref, 'copd')).code).toBe(2);
  });
});
