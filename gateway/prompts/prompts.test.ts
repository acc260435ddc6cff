import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Command, Prompt } from '@hemma/protocols/wire/command.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { aPrompt } from '../../tooling/testkit/prompts.js';
import { askedInWords } from '../cli/asked.js';
import { askedNow } from './asked.js';
import { Prompts } from './prompts.js';
import { inspectState } from '../state-file.js';
import { promptForm } from './store.js';

const minute = 60_000;
const gateway = 'gw-test';

const command = (version: number, ...prompts: Prompt[]): Command => ({
  ...{ v: 1, gateway, version, prompts },
});

function home(
  clock = new ManualClock(someMorning),
  file = join(testFolder(), 'prompts.sqlite'),
  start = true,
) {
  const cues: string[] = [];
  const prompts = new Prompts({
    ...{ file, clock, log: createLog('test', 'silent') },
    cue: {
      due: ({ id }) => cues.push(`due ${Number(id)}`),
      ended: ({ id }, why) => cues.push(`${why} ${Number(id)}`),
      remind: () => undefined,
    },
  });
  if (start) prompts.start();
  onTestFinished(() => prompts.stop());
  const asked = (by = clock) =>
    askedNow(inspectState(file, promptForm), by).map(
      (it) => `${it.standing} ${Number(it.prompt.id)}`,
    );
  return { clock, file, prompts, cues, asked };
}

/** The same gateway after a power cut: a new boot, and nobody knows the time. */
function rebooted({ file, prompts }: ReturnType<typeof home>, wallMs: number) {
  prompts.stop();
  const clock = new ManualClock(wallMs);
  clock.bootId = 'boot-2';
  clock.trust = 'unknown';
  return home(clock, file);
}

describe('prompts', () => {
  it('rest, are due, and are over by themselves', async () => {
    const { clock, prompts, cues, asked } = home();
    expect(prompts.apply(command(1, aPrompt()))).toBe(true);
    await clock.advance(5 * minute - 1);
    expect([cues, asked()]).toEqual([[], ['resting 0']]);
    await clock.advance(1);
    expect([cues, asked()]).toEqual([['due 0'], ['due 0']]);
    await clock.advance(25 * minute);
    expect(asked()).toEqual(['due 0']);
    await clock.advance(1);
    expect([cues, asked()]).toEqual([['due 0', 'over 0'], []]);
  });

  it('are answered by the measurement that was asked for, before the cloud says so', async () => {
    const { clock, prompts, cues, asked } = home();
    prompts.apply(command(1, aPrompt()));
    await clock.advance(6 * minute);
    prompts.noteTaken(aMeasurement({ at: clock.wall().ms }));
    expect([cues, asked()]).toEqual([['due 0', 'answered 0'], []]);
    await clock.advance(60 * minute);
    expect(cues).toHaveLength(2);
    // What the cloud says later changes nothing more.
    prompts.apply(command(2));
    expect(cues).toHaveLength(2);
  });

  it.each([
    ['during the rest', { at: someMorning + 5 * minute - 1 }, false],
    ['when the rest is over', { at: someMorning + 5 * minute }, true],
    ['at the last moment', { at: someMorning + 30 * minute }, true],
    ['too late', { at: someMorning + 30 * minute + 1 }, false],
    ['of another patient', { patient: 'p-00000002' }, false],
    ['of another kind', { kind: 'spo2', values: { spo2: 97 } }, false],
    ['without the quantity', { values: { pulse_rate: 70 } }, false],
    ['that failed', { failure: 'aborted' }, false],
    ['of an uncertain time', { flags: ['time_uncertain'] }, false],
    ['that is unusual', { flags: ['unusual'] }, true],
  ] as const)('take a measurement %s for what it is', async (_, changes, isAnswer) => {
    const { clock, prompts, asked } = home();
    prompts.apply(command(1, aPrompt()));
    await clock.advance(10 * minute);
    const { flags = [], ...rest } = { at: clock.wall().ms, flags: undefined, ...changes };
    prompts.noteTaken(aMeasurement({ ...rest, flags: [...flags] }));
    expect(asked()).toEqual(isAnswer ? [] : ['due 0']);
  });

  it('of two patients are answered one by one', async () => {
    const { clock, prompts, asked } = home();
    prompts.apply(command(1, aPrompt(), aPrompt({ n: 1, patient: 'p-00000002' })));
    await clock.advance(10 * minute);
    prompts.noteTaken(aMeasurement({ at: clock.wall().ms, patient: 'p-00000002' }));
    expect(asked()).toEqual(['due 0']);
    prompts.noteTaken(aMeasurement({ at: clock.wall().ms }));
    expect(asked()).toEqual([]);
  });

  it('that are withdrawn are asked no more', async () => {
    const { clock, prompts, cues, asked } = home();
    prompts.apply(command(1, aPrompt(), aPrompt({ n: 1, notBefore: someMorning + 9 * minute })));
    await clock.advance(6 * minute);
    prompts.apply(command(2));
    expect([cues, asked()]).toEqual([['due 0', 'withdrawn 0'], []]);
  });
});

describe('versions', () => {
  it('are followed once: repeated, older and reordered commands change nothing', async () => {
    const { clock, prompts, cues, asked } = home();
    const [first, second, third] = [
      command(10, aPrompt()),
      command(11, aPrompt(), aPrompt({ n: 1 })),
      command(12, aPrompt({ n: 1 })),
    ];
    expect([first, third, second, first, third].map((it) => prompts.apply(it))).toEqual([
      ...[true, true, false, false, false],
    ]);
    expect([prompts.version, asked()]).toEqual([12, ['resting 1']]);
    await clock.advance(6 * minute);
    expect(cues).toEqual(['due 1']);
  });

  it('survive a restart, with what was answered; the cue comes on again', async () => {
    const before = home();
    before.prompts.apply(
      command(10, aPrompt(), aPrompt({ n: 1 }), aPrompt({ n: 2, kinds: ['spo2'] })),
    );
    await before.clock.advance(6 * minute);
    before.prompts.noteTaken(
      aMeasurement({ at: before.clock.wall().ms, values: { systolic_bp: 1 } }),
    );
    before.prompts.stop();
    const after = home(before.clock, before.file);
    expect([after.prompts.version, after.asked(), after.cues]).toEqual([10, ['due 2'], ['due 2']]);
    expect(after.prompts.apply(command(10, aPrompt()))).toBe(false);
  });

  it.each([
    ['damaged', 'this is no database, whatever it once was '.repeat(200)],
    ['empty', ''],
  ])('begin anew with a file that is %s', (_, text) => {
    const file = join(testFolder(), 'prompts.sqlite');
    writeFileSync(file, text);
    const { prompts, asked } = home(new ManualClock(someMorning), file);
    expect(prompts.version).toBe(0);
    prompts.apply(command(4, aPrompt()));
    expect(asked()).toEqual(['resting 0']);
  });

  it('are followed in memory where no file can be made', async () => {
    const file = join(testFolder(), 'no', 'such', 'folder', 'prompts.sqlite');
    const { clock, prompts, cues } = home(new ManualClock(someMorning), file);
    prompts.apply(command(4, aPrompt()));
    await clock.advance(6 * minute);
    expect([prompts.version, cues]).toEqual([4, ['due 0']]);
  });
});

describe('the time', () => {
  it('that jumps is noticed', async () => {
    const { clock, prompts, cues } = home();
    prompts.apply(command(1, aPrompt()));
    clock.jumpWall(10 * minute);
    await clock.advance(10_000);
    expect(cues).toEqual(['due 0']);
    clock.jumpWall(60 * minute);
    await clock.advance(10_000);
    expect(cues).toEqual(['due 0', 'over 0']);
  });

  it('is told by the monotonic clock when the process starts anew and knows no better', async () => {
    const before = home();
    before.prompts.apply(command(1, aPrompt()));
    before.prompts.stop();
    before.clock.trust = 'unknown';
    before.clock.jumpWall(-1_000_000 * minute);
    const { clock, cues } = home(before.clock, before.file);
    await clock.advance(5 * minute);
    expect(cues).toEqual(['due 0']);
    await clock.advance(26 * minute);
    expect(cues).toEqual(['due 0', 'over 0']);
  });

  it('is not known after a power cut: nothing is asked until it is', async () => {
    const before = home();
    before.prompts.apply(command(1, aPrompt()));
    const { clock, cues, asked } = rebooted(before, 0);
    await clock.advance(10 * minute);
    expect([cues, asked()]).toEqual([[], ['unknown 0']]);
    clock.setReference(someMorning + 12 * minute);
    await clock.advance(10_000);
    expect([cues, asked()]).toEqual([['due 0'], ['due 0']]);
  });

  it('that becomes known too late ends what nobody was asked', async () => {
    const before = home();
    before.prompts.apply(command(1, aPrompt()));
    const { clock, cues, asked } = rebooted(before, 0);
    clock.setReference(someMorning + 31 * minute);
    await clock.advance(10_000);
    expect([cues, asked()]).toEqual([[], []]);
  });
});

describe('what is asked, in words', () => {
  const lines = (language: 'sv' | 'en', afterMs: number): string[] => {
    const state = { version: 1, prompts: [aPrompt()], answered: [], anchor: null };
    const asked = askedNow(state, new ManualClock(someMorning + afterMs));
    return askedInWords(asked, language, 'Europe/Stockholm');
  };

  it('tells when, and that this is no emergency service', () => {
    expect(lines('sv', 0)).toEqual([
      '',
      'p-00000001  Vila och mät igen. (vila till 09:05)',
      'Hemma är ingen akuttjänst. Vid akut sjukdom: ring 112. Råd dygnet runt: 1177.',
    ]);
    expect(lines('en', 10 * minute)[1]).toBe(
      'p-00000001  Rest and measure again. (measure now, before 09:30)',
    );
    expect(lines('sv', 31 * minute)).toEqual([]);
  });
});
