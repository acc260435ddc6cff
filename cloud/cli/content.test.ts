import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openUnit, prescribe } from '@hemma/simulators/demo/prescribe.js';
import { maxContentOctets } from '@hemma/protocols/api/content.js';
import type { Questionnaire } from '@hemma/protocols/plans/questionnaire.js';
import { ownHypertension } from '../../tooling/testkit/authors.js';
import { runInProcess } from '../../tooling/testkit/command-line.js';
import type { Ran } from '../../tooling/testkit/command-line.js';
import { contentDir } from '../folders.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import { loadContent } from '../plans/content.js';

const ref = 'p-00000001';
const version = '1.0.0';
const name = `hypertension@${version}`;
const { questionnaires } = loadContent(contentDir());

describe('hemma-cloud content', () => {
  let folder: string;
  let file: string;
  let people: Record<'designer' | 'resident' | 'data' | 'publisher', string>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-content-'));
    file = join(folder, 'settings.json');
    writeFileSync(file, JSON.stringify({ dataDir: folder }));
    const add = async (role: string) =>
      ((await json('staff', 'add', '--name', 'A', '--role', role)) as { ref: string }).ref;
    people = {
      designer: await add('designer'),
      resident: await add('resident-administrator'),
      data: await add('data-administrator'),
      publisher: await add('publisher'),
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]): Promise<Ran> =>
    runInProcess(...args, '--settings', file);
  const json = async (...args: readonly string[]): Promise<unknown> =>
    JSON.parse((await run(...args, '--json')).out);
  const refusal = async (...args: readonly string[]): Promise<unknown> => {
    const { err } = await run(...args, '--json');
    return (JSON.parse(err) as { error: { code: string } }).error.code;
  };
  function written(content: unknown): string {
    const path = join(folder, 'content.json');
    writeFileSync(path, JSON.stringify(content, null, 2));
    return path;
  }
  const draft = (content: unknown, kind = 'plan', ...more: readonly string[]) =>
    ['content', 'draft', kind, written(content), '--as', people.designer, ...more] as const;
  const nextYear = dateOfDay(Math.floor(Date.now() / 86_400_000) + 300);
  const record = ['--note', 'First', '--approver', 'Head of clinic', '--review', nextYear];
  const steps = (kind: string, of: string): readonly (readonly string[])[] => [
    ['content', 'test', kind, of, '--revision', '1', '--as', people.designer],
    ['content', 'verify', kind, of, '--revision', '1', '--as', people.resident],
    ['content', 'verify', kind, of, '--revision', '1', '--as', people.data],
    ['content', 'release', kind, of, '--revision', '1', '--as', people.publisher, ...record],
  ];
  async function release(kind: string, of: string): Promise<void> {
    for (const step of steps(kind, of)) expect(await run(...step)).toMatchObject({ code: 0 });
  }

  it('checks and tries a draft of the store, or of a file, as it stands', async () => {
    const shipped = loadContent(contentDir()).plans.get('copd')!;
    const lower = shipped.parameters.map((it) =>
      it.id === 'spo2Red' ? { ...it, default: 86 } : it,
    );
    const draftOf = { ...shipped, version, parameters: lower };
    await run(...draft(draftOf));
    expect(await run('plan', 'check', 'heart-failure@0.1.0')).toMatchObject({ code: 0, out: '' });
    expect((await run('plan', 'check', `copd@${version}`)).out).toContain('mmrc');
    // The limit is 86 in the draft, and 88 in the plan that is shipped.
    const input = [
      { t: '08:00', value: 87 },
      { t: '08:06', value: 87 },
    ];
    const single = { id: 1, plan: 'copd', rule: 'copd-spo2-red', kind: 'reading', input };
    const path = join(folder, 'case.json');
    writeFileSync(path, JSON.stringify(single));
    const events = async (...more: readonly string[]) => {
      const ran = await run('plan', 'try', path, ...more);
      return JSON.stringify((JSON.parse(ran.out) as { events: unknown }).events);
    };
    expect(await events()).toContain('active-red');
    expect(await events('--plan', `copd@${version}`)).not.toContain('active-red');
    const own = join(folder, 'content.json');
    expect(await events('--plan', own)).not.toContain('active-red');
    expect(await events('--plan', 'copd@0.1.0')).toContain('active-red');
    const unknown = await run('plan', 'try', path, '--plan', 'copd@7.7.7');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('copd@7.7.7')]);
    writeFileSync(own, '{}');
    const malformed = await run('plan', 'try', path, '--plan', own);
    expect([malformed.code, malformed.err]).toEqual([1, expect.stringContaining('plan_malformed')]);
  });

  it('leads a plan from what is shipped to a release, and patients follow it', async () => {
    const shown = await run('content', 'show', 'plan', 'hypertension@0.1.0', '--content');
    expect(JSON.parse(shown.out)).toMatchObject({ id: 'hypertension', version: '0.1.0' });
    expect(await json(...draft(ownHypertension(version)))).toMatchObject({
      ...{ id: 'hypertension', version, state: 'draft', revision: 1, problems: [] },
    });
    await release('plan', name);
    const text = (await run('content', 'show', 'plan', name)).out;
    for (const said of ['state: released', people.publisher, people.data, 'SHA-256', nextYear])
      expect(text).toContain(said);
    expect((await run('content', 'list')).out).toMatch(/hypertension@1\.0\.0 +released +1 /);

    await json('patient', 'add', '--name', 'A', '--ref', ref);
    const clinic = await openUnit(json);
    await prescribe(json, clinic, { patient: ref, plan: 'hypertension', parameters: {} });
    const retire = ['content', 'retire', 'plan', name, '--as', people.publisher, '--reason', 'Old'];
    expect((await run(...retire)).out).toContain('retired');
    expect(await json('plan', 'episodes', ref)).toMatchObject({
      episodes: [{ planVersion: version, state: 'running' }],
    });
    expect((await run('plan', 'list', ref)).out).toMatch(/hypertension +0\.1\.0/);
  });

  it('says what differs, in Swedish or English', async () => {
    await run(...draft(ownHypertension(version)));
    const diff = ['content', 'diff', 'plan', 'hypertension@0.1.0', name];
    expect((await run(...diff)).out).toBe(
      'Version 0.1.0 → 1.0.0\n' +
        'Regel ht-single-crisis: gräns 180 → 170 mmHg (systolic_bp)\n' +
        'Formulär audit borttagen\n',
    );
    expect((await run(...diff, '--language', 'en')).out).toContain('Rule ht-single-crisis: limit');
    expect(await json(...diff)).toMatchObject({ changes: [{ path: 'version' }, {}, {}] });
    expect((await run('content', 'diff', 'plan', name, name)).out).toBe('ingen skillnad\n');
    expect(await refusal(...diff, '--language', 'fi')).toBe('request_invalid');
  });

  it('releases a form of the region once, for plans that name it', async () => {
    const form: Questionnaire = { ...questionnaires.get('hemma-hf-check')!, id: 'our-check' };
    expect(await refusal(...draft(questionnaires.get('phq-9'), 'questionnaire'))).toBe(
      'content_taken',
    );
    expect(await refusal(...draft({ ...form, id: 'cat' }, 'questionnaire'))).toBe('content_taken');
    const broken = { ...form, items: [{ ...form.items[0]!, answerSet: 'none' }] };
    expect((await run(...draft(broken, 'questionnaire'))).err).toContain('questionnaire_reference');
    expect((await run(...draft({ ...form, version: '1' }, 'questionnaire'))).err).toContain(
      'questionnaire_malformed version',
    );
    const plan = ownHypertension(version);
    const [use] = plan.questionnaires;
    const asking = { ...plan, questionnaires: [...plan.questionnaires, { ...use!, id: form.id }] };
    expect((await run(...draft(asking))).err).toContain('our-check does not exist');
    await run(...draft(form, 'questionnaire'));
    await release('questionnaire', `our-check@${form.version}`);
    expect((await run(...draft(asking))).code).toBe(0);
    await release('plan', name);
    // Who answers it goes on with it as it was released: a changed one has another name.
    expect(await refusal(...draft({ ...form, version: '9.0.0' }, 'questionnaire'))).toBe(
      'content_taken',
    );
  });

  it('refuses files that are none, and names that name nothing', async () => {
    const as = ['--as', people.designer];
    const drafting = (path: string) => refusal('content', 'draft', 'plan', path, ...as);
    expect(await drafting(join(folder, 'none.json'))).toBe('file_unreadable');
    expect(await drafting(folder)).toBe('file_unreadable');
    expect(await drafting(file)).toBe('content_refused');
    writeFileSync(join(folder, 'x'), '{');
    expect(await drafting(join(folder, 'x'))).toBe('request_invalid');
    writeFileSync(join(folder, 'x'), `"${'x'.repeat(4 * maxContentOctets)}"`);
    expect(await drafting(join(folder, 'x'))).toBe('file_unreadable');
    const plan = ownHypertension(version);
    const note = ['--note', 'x'.repeat(1_001)];
    expect(await refusal(...draft(plan, 'plan', ...note))).toBe('request_invalid');
    const tooLong = 'x'.repeat(maxContentOctets);
    const large = { ...plan, sources: [{ name: tooLong, usedFor: '', basis: '' }] };
    expect((await run(...draft(large))).err).toContain(`more than ${maxContentOctets} octets`);
    expect(await refusal('content', 'show', 'plan', name)).toBe('not_found');
    expect(await refusal('content', 'show', 'plan', 'hypertension')).toBe('request_invalid');
    expect(await refusal('content', 'show', 'film', name)).toBe('request_invalid');
    const test = ['content', 'test', 'plan', name, ...as];
    expect(await refusal(...test, '--revision', '0')).toBe('request_invalid');
    expect((await run(...test)).code).toBe(2);
  });
});
