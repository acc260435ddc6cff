import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodecRefusal } from '../codec.js';
import { traceEventSchema } from './format.js';
import type { GattTrace, TraceEvent } from './format.js';
import { formatTrace, maxTraceCharacters, parseTrace } from './text.js';

const moment = { ms: 1.5, wall: 1_768_464_000_000, trust: 'synced' } as const;
const trace: GattTrace = {
  header: {
    trace: 1,
    source: 'test',
    transport: 'gatt',
    address: 'C0:FF:EE:00:00:01',
    advertisement: { name: 'Cuff', services: ['1810'], manufacturerData: '6901' },
    services: [{ service: '1810', characteristics: [{ uuid: '2a35', properties: ['indicate'] }] }],
    bootId: null,
    ...moment,
  },
  events: [
    { event: 'subscribe', characteristic: '2a35', ...moment },
    { event: 'value', characteristic: '2a35', octets: '1678', ...moment },
    { event: 'end', reason: 'lost', ...moment },
  ],
};
const text = formatTrace(trace);
const document = readFileSync(join(import.meta.dirname, '../../docs/formats/trace.md'), 'utf8');

function refusalOf(of: string): CodecRefusal {
  try {
    parseTrace(of);
  } catch (error) {
    if (error instanceof CodecRefusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the text of a trace', () => {
  it('is read back as it was', () => {
    expect(parseTrace(text)).toEqual({ trace, notes: [] });
  });

  it('may have been through an editor', () => {
    expect(parseTrace(`${text.replaceAll('\n', '\r\n')}\n\n`).trace).toEqual(trace);
    expect(parseTrace(text.trimEnd())).toEqual({ trace, notes: [] });
  });

  it('cut off anywhere after its first line gives what was whole', () => {
    const [first = ''] = text.split('\n');
    for (let length = first.length + 1; length < text.length; length += 1) {
      const { trace: found, notes } = parseTrace(text.slice(0, length));
      const whole = text.slice(0, length).split('\n').length - 2;
      // A last line may be whole without its line feed.
      expect([whole, whole + 1]).toContain(found.events.length);
      expect(trace.events.slice(0, found.events.length)).toEqual(found.events);
      expect(notes.length).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['nothing', '', 'there is nothing in it'],
    ['no JSON', 'hello\nworld\n', 'line 1 is not JSON'],
    ['JSON of something else', '{}\n', 'line 1, transport: Invalid discriminator value'],
    ['a number', '5\n', 'line 1'],
    ['null', 'null\n', 'line 1'],
    ['a newer version', '{"trace":2}\n', 'version 2 of the trace format is not known here'],
    ['damage in the middle', text.replace('"subscribe"', '"subscribe'), 'line 2 is not JSON'],
    ['an unknown event', text.replace('"subscribe"', '"wave"'), 'line 2, event'],
    ['octets that are none', text.replace('1678', '167'), 'line 3, octets'],
    ['a field that no version has', text.replace('"ms"', '"µs"'), 'line 1'],
    ['an impossible time', text.replace(/"wall":\d+/, '"wall":1e300'), 'line 1, wall'],
  ])('%s is refused, and the place is told', (_, changed, message) => {
    expect(refusalOf(changed).message).toContain(message);
  });

  it('is refused when it is larger than anything that is recorded', () => {
    expect(refusalOf(' '.repeat(maxTraceCharacters + 1)).reason).toBe('length');
  });

  it('whatever is changed in it is a trace or refused', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(5), fc.string({ maxLength: 5 }), (at, cut, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + cut);
        try {
          const { trace: found } = parseTrace(changed);
          expect(parseTrace(formatTrace(found)).trace).toEqual(found);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecRefusal);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is what the documentation shows', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(document) ?? [];
    const { trace: shown, notes } = parseTrace(example);
    expect(notes).toEqual([]);
    expect(shown.events.map(({ event }) => event)).toEqual(['subscribe', 'value', 'end']);
  });

  it('has no event that the documentation does not name', () => {
    for (const { shape } of traceEventSchema.options)
      expect(document).toContain(`\`${shape.event.value}\``);
  });

  it('is read with every kind of event', () => {
    const octets = '00ff';
    const characteristic = '0aad7ea00d6011e28e3c0002a5d5c51b';
    const events: TraceEvent[] = [
      { event: 'read', characteristic, octets, ...moment },
      { event: 'write', characteristic, octets, ...moment },
      { event: 'unsubscribe', characteristic, ...moment },
      { event: 'value', characteristic, octets, way: 'notify', ...moment },
      { event: 'failed', request: 'read', characteristic, code: 'att_05', ...moment },
      { event: 'in', octets, ...moment },
      { event: 'out', octets, ...moment },
      { event: 'end', reason: 'cut', ...moment },
    ];
    expect(parseTrace(formatTrace({ ...trace, events })).trace.events).toEqual(events);
  });
});
