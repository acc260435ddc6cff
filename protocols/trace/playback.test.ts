import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.js';
import type { GattTrace, TraceEvent, TraceHappening } from './format.js';
import { GattPlayback } from './playback.js';

/** A trace in which something happens every 100 ms. */
function traceOf(...happenings: TraceHappening[]): GattTrace {
  const events = happenings.map((happening, i): TraceEvent => ({
    ...happening,
    ms: 100 * i,
    wall: 0,
    trust: 'unknown',
  }));
  return {
    header: {
      trace: 1,
      source: 'test',
      transport: 'gatt',
      address: null,
      advertisement: null,
      services: [],
      bootId: null,
      ms: 0,
      wall: 0,
      trust: 'unknown',
    },
    events,
  };
}

const subscribe = (characteristic: string): TraceHappening => ({
  event: 'subscribe',
  characteristic,
});
const write = (characteristic: string, octets: string): TraceHappening => ({
  event: 'write',
  characteristic,
  octets,
});
const value = (characteristic: string, octets: string): TraceHappening => ({
  event: 'value',
  characteristic,
  octets,
  way: 'notify',
});
const lost: TraceHappening = { event: 'end', reason: 'lost' };

/** Everything that is due now, as text. */
function due(playback: GattPlayback): string[] {
  const values: string[] = [];
  for (let next = playback.next(); next !== null; next = playback.next())
    values.push(`${next.characteristic} ${toHex(next.octets)}`);
  return values;
}

describe('a recorded device', () => {
  it('sends nothing before it is asked, and then everything in order', () => {
    const playback = new GattPlayback(
      traceOf(subscribe('2a35'), value('2a35', '01'), value('2a35', '02'), lost),
    );
    expect(due(playback)).toEqual([]);
    playback.subscribe('2a35');
    expect(playback.next()).toEqual({
      characteristic: '2a35',
      octets: Uint8Array.of(1),
      way: 'notify',
      pauseMs: 100,
    });
    expect(playback.over).toBe(false);
    expect(due(playback)).toEqual(['2a35 02']);
    expect(playback.over).toBe(true);
  });

  it('answers reads in the recorded order, the last answer again', () => {
    const read = (octets: string): TraceHappening => ({
      event: 'read',
      characteristic: '2a19',
      octets,
    });
    const playback = new GattPlayback(traceOf(read('64'), read('63')));
    const answers = [1, 2, 3].map(() => toHex(playback.read('2a19') ?? new Uint8Array()));
    expect(answers).toEqual(['64', '63', '63']);
    expect(playback.read('2a29')).toBeNull();
  });

  it('does not wait for a subscription that has nothing to do with its values', () => {
    const playback = new GattPlayback(
      traceOf(subscribe('2a35'), subscribe('2a19'), value('2a35', '01'), value('2a19', '64'), lost),
    );
    playback.subscribe('2a35');
    expect(due(playback)).toEqual(['2a35 01']);
    expect(playback.over).toBe(true);
  });

  it('does not wait for its clock to be set, and keeps values for a later subscription', () => {
    const playback = new GattPlayback(
      traceOf(subscribe('2a35'), write('2a08', 'ea0701'), value('2a35', '01')),
    );
    playback.write('2a08', fromHex('ea0702'));
    playback.subscribe('2a35');
    expect(due(playback)).toEqual(['2a35 01']);
  });

  it('answers a command that differs in its parameters', () => {
    const playback = new GattPlayback(
      traceOf(
        subscribe('fff1'),
        write('fff2', '0a01'),
        value('fff1', 'aa'),
        write('fff2', '0b01'),
        value('fff1', 'bb'),
      ),
    );
    playback.subscribe('fff1');
    expect(due(playback)).toEqual([]);
    playback.write('fff2', fromHex('0b77'));
    expect(due(playback)).toEqual(['fff1 bb']);
    playback.write('fff2', fromHex('99'));
    expect(due(playback)).toEqual(['fff1 aa']);
    playback.write('fff2', fromHex('0a01'));
    expect(due(playback)).toEqual([]);
  });

  it('plays a subscription that was turned off and on again the second time', () => {
    const playback = new GattPlayback(
      traceOf(
        subscribe('2a37'),
        value('2a37', '01'),
        { event: 'unsubscribe', characteristic: '2a37' },
        subscribe('2a37'),
        value('2a37', '02'),
      ),
    );
    playback.subscribe('2a37');
    expect(due(playback)).toEqual(['2a37 01']);
    playback.unsubscribe('2a37');
    playback.subscribe('2a37');
    expect(due(playback)).toEqual(['2a37 02']);
  });

  it('that was subscribed to in an earlier connection sends by itself', () => {
    const playback = new GattPlayback(traceOf(value('2a35', '01')));
    playback.subscribe('2a35');
    expect(due(playback)).toEqual(['2a35 01']);
  });
});

describe('a recorded store of records', () => {
  const trace = traceOf(
    subscribe('2a18'),
    subscribe('2a52'),
    write('2a52', '0101'),
    value('2a18', '01'),
    value('2a18', '02'),
    value('2a52', '06000101'),
  );
  const asked = (request: string): string[] => {
    const playback = new GattPlayback(trace);
    playback.subscribe('2a18');
    playback.subscribe('2a52');
    playback.write('2a52', fromHex(request));
    return due(playback);
  };

  it('is reported when it is asked for, whatever the filter', () => {
    expect(asked('0101')).toEqual(['2a18 01', '2a18 02', '2a52 06000101']);
    expect(asked('010301ff00')).toEqual(['2a18 01', '2a18 02', '2a52 06000101']);
  });

  it('says that it does not know a request that was not recorded', () => {
    expect(asked('0401')).toEqual(['2a52 06000402']);
  });

  it('has no records the second time', () => {
    const playback = new GattPlayback(trace);
    playback.subscribe('2a18');
    playback.subscribe('2a52');
    playback.write('2a52', fromHex('0101'));
    expect(due(playback)).toHaveLength(3);
    playback.write('2a52', fromHex('0101'));
    expect(due(playback)).toEqual(['2a52 06000106']);
  });
});
