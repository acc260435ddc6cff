import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Command } from '@hemma/protocols/wire/command.js';
import { maxPlans } from '@hemma/protocols/wire/measurement.js';
import { maxUnpackedOctets } from '@hemma/protocols/wire/schedule.js';
import type { Schedule } from '@hemma/protocols/wire/schedule.js';
import { createLog } from '@hemma/runtime/log.js';
import { pack } from '@hemma/runtime/packing.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { aSchedule } from '../../tooling/testkit/patient-page.js';
import { StateFile } from '../state-file.js';
import { Home } from './home.js';

const start = Date.UTC(2026, 0, 15, 7);
const log = createLog('test', 'silent');
const first = aSchedule({ plan: 'hypertension', start });
const second = aSchedule({ plan: 'hypertension', start, parameters: { sbpTarget: 120 } });

const mark = ({ v, patient, plan, revision }: Schedule) => ({ v, patient, plan, revision });
const packed = (schedule: Schedule, text = JSON.stringify(schedule)) => ({
  ...mark(schedule),
  packed: pack(text),
});

function homeIn(folder: string): Home {
  const files = {
    file: join(folder, 'home.sqlite'),
    scheduleFile: join(folder, 'schedules.sqlite'),
  };
  const home = new Home({ ...files, log, changed: () => undefined });
  home.start();
  onTestFinished(() => home.stop());
  return home;
}
const command = (version: number, more: Partial<Command>): Command => ({
  ...{ v: 1, gateway: 'gw-test', version, prompts: [], ...more },
});

describe('what a home goes by', () => {
  it('is the same whether it came whole, packed, or is only named', () => {
    const home = homeIn(testFolder());
    home.apply(command(1, { schedules: [packed(first)] }));
    expect(home.state.schedules).toEqual([first]);
    home.apply(command(2, { schedules: [mark(first)] }));
    expect(home.state.schedules).toEqual([first]);
    home.apply(command(3, { schedules: [second] }));
    expect(home.state.schedules).toEqual([second]);
    expect(home.problem).toBeNull();
  });

  it('is the one before when the new one is only named, and its status tells which it has', () => {
    const home = homeIn(testFolder());
    home.apply(command(1, { schedules: [first] }));
    home.apply(command(2, { schedules: [mark(second)] }));
    expect(home.revisions).toEqual([first.revision]);
    expect(home.problem).toBeNull();
    home.apply(command(3, { schedules: [mark({ ...second, plan: 'copd' })] }));
    expect(home.revisions).toEqual([]);
  });

  it.each([
    ['a packed one that is no zlib', { ...mark(second), packed: 'AAAA' }],
    ['one that is cut short', { ...packed(second), packed: packed(second).packed.slice(0, 400) }],
    ['one with half of its text', packed(second, JSON.stringify(second).slice(0, 900))],
    ['one that is another than it says', packed({ ...second, revision: '0'.repeat(16) }, '{}')],
    [
      'a packed one of another plan',
      { ...packed(second), plan: 'hypertension', revision: '0'.repeat(16) },
    ],
    ['one of a form to come', { ...second, v: 2 }],
    ['one with a task too many', { ...second, tasks: Array(25).fill(second.tasks[0]) }],
    ['one octet more than is unpacked', packed(second, padded(second, maxUnpackedOctets + 1))],
  ])('is the one before instead of %s, and says so', (_, entry) => {
    const home = homeIn(testFolder());
    home.apply(command(1, { schedules: [first] }));
    home.apply(command(2, { schedules: [entry] }));
    expect(home.state.schedules).toEqual([first]);
    expect(home.problem).toBe('schedule_unreadable');
    home.apply(command(3, { schedules: [second] }));
    expect(home.problem).toBeNull();
  });

  it('may be as large unpacked as is allowed, to the octet', () => {
    const home = homeIn(testFolder());
    home.apply(command(1, { schedules: [packed(second, padded(second, maxUnpackedOctets))] }));
    expect(home.revisions).toEqual([second.revision]);
  });

  it('outlives a restart, and is written once for as long as it says the same', () => {
    const folder = testFolder();
    const home = homeIn(folder);
    home.apply(command(1, { schedules: [first] }));
    home.stop();
    const written = statSync(join(folder, 'schedules.sqlite')).mtimeMs;
    const again = homeIn(folder);
    expect(again.state.schedules).toEqual([first]);
    expect(again.version).toBe(1);
    const messages = [
      { id: '1', patient: first.patient, at: start, sender: 'care' as const, text: 'Hello' },
    ];
    again.apply(command(2, { schedules: [first], messages }));
    again.stop();
    expect(statSync(join(folder, 'schedules.sqlite')).mtimeMs).toBe(written);
    expect(homeIn(folder).state).toMatchObject({ version: 2, schedules: [first], messages });
  });

  it('is taken from the file of before, which had all in one', () => {
    const folder = testFolder();
    const state = { version: 7, schedules: [first], messages: [], seen: [] };
    const store = new StateFile<unknown>(
      join(folder, 'home.sqlite'),
      { name: 'before', schema: undefined as never, empty: null },
      log,
    );
    store.open();
    store.save(state);
    store.close();
    const home = homeIn(folder);
    expect(home.state).toEqual({ ...state, loan: null });
    home.apply(command(8, { schedules: [mark(first)] }));
    home.stop();
    expect(homeIn(folder).state).toMatchObject({ version: 8, schedules: [first] });
  });

  it('is asked for again when its file is lost or damaged: the revisions say so', () => {
    const folder = testFolder();
    const home = homeIn(folder);
    home.apply(command(1, { schedules: [first] }));
    home.stop();
    for (const end of ['-wal', '-shm'])
      rmSync(join(folder, `schedules.sqlite${end}`), { force: true });
    writeFileSync(join(folder, 'schedules.sqlite'), 'no database');
    const again = homeIn(folder);
    expect([again.version, again.revisions]).toEqual([1, []]);
  });

  it('names no more plans with a reading than a row has room for', () => {
    const home = homeIn(testFolder());
    const plans = Array.from({ length: maxPlans + 1 }, (_, i) => ({ ...first, plan: `plan-${i}` }));
    home.apply(command(1, { schedules: plans }));
    expect(home.state.schedules).toHaveLength(maxPlans + 1);
    expect(home.inForce(first.patient)).toHaveLength(maxPlans);
  });
});

/** JSON with as many octets, by white space. */
function padded(schedule: Schedule, octets: number): string {
  const text = JSON.stringify(schedule);
  return `${text}${' '.repeat(octets - Buffer.byteLength(text))}`;
}
