import { describe, expect, it } from 'vitest';
import { SystemClock } from '@hemma/runtime/clock.js';
import { variant } from './bus.js';
import { RadioJobs } from './jobs.js';
import { ObjectMirror, maxObjects } from './mirror.js';
import type { Change } from './mirror.js';

const device = 'org.bluez.Device1';
const objectManager = 'org.freedesktop.DBus.ObjectManager';

function added(path: string, values: Record<string, unknown> = {}) {
  const body = [path, { [device]: values }];
  return { sender: ':1.1', path: '/', interface: objectManager, member: 'InterfacesAdded', body };
}

function changed(path: string, values: Record<string, unknown>, invalidated: string[] = []) {
  const on = { sender: ':1.1', path, interface: 'org.freedesktop.DBus.Properties' };
  return { ...on, member: 'PropertiesChanged', body: [device, values, invalidated] };
}

describe('the mirror of BlueZ', () => {
  it('keeps what signals tell, and tells it apart from what is listed', () => {
    const mirror = new ObjectMirror();
    const told: Change[] = [];
    mirror.onChange((change) => told.push(change));
    mirror.apply(added('/a', { RSSI: variant('n', -60), Name: variant('s', 'x') }));
    mirror.apply(changed('/a', { Name: variant('s', 'y') }, ['RSSI']));
    expect(mirror.get('/a', device)).toEqual({ Name: 'y' });
    mirror.replace({ '/a': { [device]: { Name: variant('s', 'z') } }, '/b': { [device]: {} } });
    expect(told.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'added /a',
      'changed /a',
      'listed /a',
      'listed /b',
    ]);
    mirror.replace({ '/b': { [device]: {} } });
    expect(mirror.get('/a', device)).toBeUndefined();
    expect(told.at(-2)).toMatchObject({ kind: 'removed', path: '/a' });
  });

  it('leaves out what is beyond its limit, and takes it once there is room', () => {
    const mirror = new ObjectMirror();
    for (let i = 0; i <= maxObjects; i += 1) mirror.apply(added(`/d/${i}`));
    expect(mirror.size).toBe(maxObjects);
    expect(mirror.get(`/d/${maxObjects}`, device)).toBeUndefined();
    const gone = { ...added('/d/0'), member: 'InterfacesRemoved', body: ['/d/0', [device]] };
    mirror.apply(gone);
    mirror.apply(added(`/d/${maxObjects}`));
    expect(mirror.size).toBe(maxObjects);
    expect(mirror.get(`/d/${maxObjects}`, device)).toEqual({});
  });

  it.each([
    [{ ...added('/a'), body: [] }],
    [{ ...added('/a'), body: [7, 'x'] }],
    [{ ...added('/a'), body: ['/a', null] }],
    [{ ...changed('/a', {}), body: ['x'] }],
    [changed('/never/seen', { Name: variant('s', 'x') })],
  ])('takes no harm from a signal that is not what it should be', (signal) => {
    const mirror = new ObjectMirror();
    mirror.apply(signal);
    expect(mirror.under('', device)).toEqual([]);
  });

  it('lets nobody wait who has given up, and keeps no listener of them', async () => {
    const mirror = new ObjectMirror();
    const giveUp = new AbortController();
    const clock = new SystemClock({ trust: 'unknown' });
    const wait = { clock, ms: 60_000, signal: giveUp.signal };
    const waiting = mirror.until(() => false, wait).catch((error: unknown) => error);
    expect(mirror.listenerCount).toBe(1);
    giveUp.abort();
    expect(await waiting).toMatchObject({ code: 'device_timeout' });
    expect(mirror.listenerCount).toBe(0);
  });
});

describe('jobs of one radio', () => {
  it('run one after the other, also after one that failed, and not without end', async () => {
    const jobs = new RadioJobs();
    const done: number[] = [];
    let underWay = 0;
    const run = (i: number) =>
      jobs.run(async () => {
        underWay += 1;
        expect(underWay).toBe(1);
        await Promise.resolve();
        underWay -= 1;
        done.push(i);
        if (i === 1) throw new Error('the first');
      });
    const all = Array.from({ length: 16 }, (_, i) => run(i).catch((error: unknown) => error));
    await expect(run(16)).rejects.toMatchObject({ code: 'adapter_unavailable' });
    await Promise.all(all);
    expect(done).toEqual(Array.from({ length: 16 }, (_, i) => i));
    await run(17);
  });

  it('keeps what was told while a listing was on its way', () => {
    const mirror = new ObjectMirror();
    const path = '/org/bluez/hci0/dev_C0';
    const listed = { [path]: { [device]: { Connected: true } } };
    mirror.replace(listed);
    const named = changed(path, { Name: 'Cuff' });
    mirror.apply(named);
    mirror.replace(listed, [named, added(`${path}1`)]);
    expect(mirror.get(path, device)).toEqual({ Connected: true, Name: 'Cuff' });
    expect(mirror.get(`${path}1`, device)).toEqual({});
  });
});
