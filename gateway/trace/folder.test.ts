import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { TraceFolder } from './folder.js';
import { tracingTo } from './recorder.js';
import type { TracedDevice, TraceRecorder } from './recorder.js';

const log = createLog('test', 'silent');
const clock = new ManualClock();
const octetsPerMiB = 1024 * 1024;
const device: TracedDevice = {
  transport: 'gatt',
  address: 'C0:FF:EE:00:00:01',
  advertisement: null,
  services: [],
};

const sizes = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
const traceIn = (folder: string, name: string) =>
  parseTrace(readFileSync(join(folder, name), 'utf8')).trace;

function tracing(folder: string, limits: { maxFiles?: number; maxMiB?: number } = {}) {
  return tracingTo({ folder, maxFiles: 10, maxMiB: 1, ...limits }, clock, {
    log,
    version: '1.2.3',
  });
}

/** So many events of half a KiB. */
function fill(recorder: TraceRecorder, events: number): void {
  for (let i = 0; i < events; i += 1)
    recorder.record({ event: 'value', characteristic: '2a35', octets: '00'.repeat(200) });
}

describe('the folder of traces', () => {
  it('holds one file for each link, numbered, for its owner alone', () => {
    const folder = join(testFolder(), 'traces');
    for (let i = 0; i < 2; i += 1) {
      const recorder = tracing(folder).begin(device);
      recorder.record({ event: 'subscribe', characteristic: '2a35' });
      recorder.end('closed');
      recorder.record({ event: 'subscribe', characteristic: '2a36' });
    }
    const names = readdirSync(folder).sort();
    expect(names).toEqual(['000001-C0FFEE000001.trace.jsonl', '000002-C0FFEE000001.trace.jsonl']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, names[0]!)).mode & 0o777).toBe(0o600);
    const moment = { ms: clock.monotonicMs(), wall: clock.wall().ms, trust: 'synced' };
    expect(traceIn(folder, names[1]!)).toEqual({
      header: { trace: 1, source: 'hemma-gateway 1.2.3', ...device, bootId: 'boot-1', ...moment },
      events: [
        { event: 'subscribe', characteristic: '2a35', ...moment },
        { event: 'end', reason: 'closed', ...moment },
      ],
    });
  });

  it('never has more files than it may, and loses the oldest', () => {
    const folder = testFolder();
    for (let i = 0; i < 8; i += 1) tracing(folder, { maxFiles: 4 }).begin(device).end('lost');
    expect(readdirSync(folder).map((name) => Number(name.slice(0, 6)))).toEqual([5, 6, 7, 8]);
  });

  it('leaves files alone that are not its own', () => {
    const folder = testFolder();
    writeFileSync(join(folder, '000000-notes.txt'), 'precious');
    mkdirSync(join(folder, 'kept'));
    for (let i = 0; i < 6; i += 1) tracing(folder, { maxFiles: 4 }).begin(device).end('lost');
    expect(readdirSync(folder).sort()).toContain('000000-notes.txt');
    expect(readdirSync(folder)).toHaveLength(6);
  });

  it('never is larger than it may be, however much one device says', () => {
    const folder = testFolder();
    const all = tracing(folder);
    const [stream, other] = [all.begin(device), all.begin(device)];
    for (let i = 0; i < 50; i += 1) {
      fill(stream, 100);
      fill(other, 1);
      expect(sizes(folder)).toBeLessThanOrEqual(octetsPerMiB);
    }
    stream.end('lost');
    other.end('lost');
    expect(sizes(folder)).toBeGreaterThan(octetsPerMiB / 2);
    expect(sizes(folder)).toBeLessThanOrEqual(octetsPerMiB);
    // Every file is a trace of its own, and says that it goes on elsewhere.
    const traces = readdirSync(folder).map((name) => traceIn(folder, name));
    const ends = traces.map(({ events }) => events.at(-1));
    expect(ends.filter((end) => end?.event === 'end')).toHaveLength(ends.length);
    expect(
      ends.filter((end) => end?.event === 'end' && end.reason === 'cut').length,
    ).toBeGreaterThan(1);
  });

  it('that cannot be written to disturbs nobody', () => {
    const file = join(testFolder(), 'file');
    writeFileSync(file, '');
    const recorder = tracing(file).begin(device);
    fill(recorder, 10);
    recorder.end('closed');
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  const suite = 'traces on a disk that is full';
  it.skipIf(!canMountSmallDisk(suite))('ends where the disk is full, and can be read', () => {
    const folder = smallDisk(64);
    const recorder = tracing(folder).begin(device);
    fill(recorder, 1_000);
    recorder.end('closed');
    const [name = ''] = readdirSync(folder);
    expect(traceIn(folder, name).events.length).toBeGreaterThan(50);
    tracing(folder).begin(device).end('closed');
  });

  it('says that a file is full', () => {
    const folder = new TraceFolder({ folder: testFolder(), maxFiles: 4, maxMiB: 1, log });
    const file = folder.create('/dev/ttyUSB0');
    const quarter = 'x'.repeat(octetsPerMiB / 4);
    expect(file?.append(quarter)).toBe('written');
    expect(file?.append('x')).toBe('full');
  });
});
