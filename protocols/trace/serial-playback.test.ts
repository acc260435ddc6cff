import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes.js';
import type { SerialTrace } from './format.js';
import { SerialPlayback } from './serial-playback.js';

/** `>` octets to the device, `<` octets from it, one every 100 ms. */
function traceOf(...lines: string[]): SerialTrace {
  return {
    header: {
      trace: 1,
      source: 'test',
      transport: 'serial',
      port: '/dev/ttyUSB0',
      line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
      bootId: null,
      ms: 0,
      wall: 0,
      trust: 'unknown',
    },
    events: lines.map((line, i) => ({
      event: line.startsWith('>') ? 'out' : 'in',
      octets: line.slice(1),
      ms: 100 * i,
      wall: 0,
      trust: 'unknown',
    })),
  };
}

function said(playback: SerialPlayback): string[] {
  const all: string[] = [];
  for (let next = playback.next(); next !== null; next = playback.next())
    all.push(toHex(next.octets));
  return all;
}

describe('a recorded serial device', () => {
  it('says what it said by itself at once', () => {
    const playback = new SerialPlayback(traceOf('<01', '<02'));
    expect(said(playback)).toEqual(['01', '02']);
    expect(playback.over).toBe(true);
  });

  it('waits for as many octets as were sent to it, however they are split', () => {
    const playback = new SerialPlayback(traceOf('<00', '>aabb', '>cc', '<01', '>dd', '<02'));
    expect(said(playback)).toEqual(['00']);
    playback.hear(1);
    expect(said(playback)).toEqual([]);
    playback.hear(2);
    expect(said(playback)).toEqual(['01']);
    playback.hear(1);
    expect(said(playback)).toEqual(['02']);
    expect(playback.over).toBe(true);
  });

  it('is content with less when the host has gone quiet, but not with nothing', () => {
    const playback = new SerialPlayback(traceOf('>aabbccdd', '>ee', '<01'));
    expect(playback.quiet()).toBe(false);
    playback.hear(2);
    expect(playback.quiet()).toBe(true);
    expect(said(playback)).toEqual(['01']);
  });
});
