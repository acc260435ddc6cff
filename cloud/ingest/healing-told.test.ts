import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import type { TestHome } from '../../tooling/testkit/cloud.js';
import { Fleet } from '../fleet/fleet.js';
import { healingsOf } from '../fleet/healings.js';

const gateway = 'gw-one';
const healing = {
  ...{ id: '00000000000000aa', since: 0, cause: 'scan_refused', highest: 'rescan', steps: 1 },
  ...{ outcome: 'cured', recoveryMs: 5_000 },
};
const report = {
  ...{ step: 'rescan', fault: 'scan_refused', outcome: 'cured', recoveryMs: 5_000 },
  stepsADay: { rescan: 1 },
  healings: [healing],
};

/** What is wrong, what is told, and the healings that are kept of it. */
const odd: readonly (readonly [string, unknown, readonly string[]])[] = [
  ['a step that is not known here', { ...report, step: 'replace_dongle' }, []],
  ['a fault that is not known here', { ...report, fault: 'fan_dusty' }, []],
  ['no object', 'the radio was ill', []],
  ['null', null, []],
  ['a list', [report], []],
  ['a time that never ends', { ...report, recoveryMs: 1e300 }, []],
  ['a prototype', JSON.parse('{"__proto__":{"step":"rescan"}}'), []],
  ['healings that are none', { ...report, healings: 'many' }, []],
  ['one healing with an unknown cause', withOdd({ cause: 'fan_dusty' }), [healing.id]],
  ['one healing with an id of rubbish', withOdd({ id: "'; drop table" }), [healing.id]],
  ['one healing with an outcome of its own', withOdd({ outcome: 'haunted' }), [healing.id]],
  ['too many steps', withOdd({ steps: 31_001 }), [healing.id]],
  ['healings without end', { ...report, healings: Array(51).fill(null) }, []],
];

function withOdd(more: object): unknown {
  return { ...report, healings: [{ ...healing, id: '00000000000000bb', ...more }, healing] };
}

describe('a status with a healing that is none', () => {
  const cloud = new TestCloud();
  let home: TestHome;
  beforeAll(async () => {
    await cloud.start();
    await cloud.enrol(gateway);
    home = await cloud.join(gateway);
  });
  afterAll(() => cloud.stop());

  const overview = async () => (await new Fleet(cloud.db).overview())[0]!;
  const malformed = async (): Promise<number> => {
    const rows = await cloud.db.selectFrom('malformed').selectAll().execute();
    expect(rows.map((it) => it.code).filter((code) => code !== 'healing_malformed')).toEqual([]);
    return rows[0]?.count ?? 0;
  };
  const tell = async (told: unknown, waiting: number): Promise<void> => {
    const at = Date.now();
    const status = {
      v: 1,
      gateway,
      state: 'online',
      at,
      waiting,
      held: 0,
      problems: ['disk_full'],
    };
    await home.send(JSON.stringify({ ...status, healing: told }), topicOf(gateway, 'status'));
    await vi.waitFor(async () => expect((await overview()).waiting).toBe(waiting));
  };

  it('is kept whole where nothing is wrong', async () => {
    await tell({ ...report, tool: 'spanner' }, 1_000);
    expect((await overview()).healing).toMatchObject({ step: 'rescan' });
    expect((await healingsOf(cloud.db, gateway)).map((it) => it.id)).toEqual([healing.id]);
    expect(await malformed()).toBe(0);
  });

  it.each(odd.map((it, i) => [it[0], i] as const))('is kept without it: %s', async (_, i) => {
    await cloud.db.deleteFrom('healings').execute();
    const [, told, ids] = odd[i]!;
    const before = await malformed();
    await tell(told, i);
    expect(await overview()).toMatchObject({
      state: 'online',
      waiting: i,
      problems: ['disk_full'],
    });
    expect((await healingsOf(cloud.db, gateway)).map((it) => it.id)).toEqual(ids);
    await vi.waitFor(async () => expect(await malformed()).toBe(before + 1));
    expect(await cloud.db.selectFrom('malformed').selectAll().execute()).toHaveLength(1);
  });
});
