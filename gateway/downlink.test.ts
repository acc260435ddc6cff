import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { maxCommandOctets, maxPrompts, maxPromptText } from '@hemma/protocols/wire/command.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import { createLog } from '@hemma/runtime/log.js';
import { aPrompt } from '../tooling/testkit/prompts.js';
import { Downlink, parseCommand } from './downlink.js';

const gateway = 'gw-test';
const seed = Number(process.env['HEMMA_SEED'] ?? Date.now() % 2 ** 31);

const command = (changes: object = {}): Command => ({
  ...{ v: 1, gateway, version: 3, prompts: [aPrompt()] },
  ...changes,
});
const octets = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function line(apply: (it: Command) => boolean = () => true) {
  const applied = vi.fn(apply);
  const tell = vi.fn();
  const log = createLog('test', 'silent');
  return { downlink: new Downlink({ gateway, log, apply: applied, tell }), applied, tell };
}

describe('a command', () => {
  it('is what the cloud wants, and what this program does not know is passed over', () => {
    const later = { ...command(), settings: { brightness: 3 } };
    expect(parseCommand(gateway, octets(later))).toEqual(command());
  });

  it('has as many prompts and as long texts as it may, and no more', () => {
    const text = { sv: 'å'.repeat(maxPromptText), en: 'a'.repeat(maxPromptText) };
    const prompts = Array.from({ length: maxPrompts }, (_, n) => aPrompt({ n, text }));
    const most = octets(command({ prompts }));
    expect(most.length).toBeLessThan(maxCommandOctets);
    expect(parseCommand(gateway, most).prompts).toHaveLength(maxPrompts);
    const long = { ...text, en: `${text.en}a` };
    for (const bad of [[...prompts, aPrompt({ n: maxPrompts })], [aPrompt({ text: long })]])
      expect(() => parseCommand(gateway, octets(command({ prompts: bad })))).toThrow(
        expect.objectContaining({ code: 'command_malformed' }),
      );
  });

  it('of exactly the greatest size is read, one octet more is not', () => {
    const plain = command({ prompts: [] });
    const text = JSON.stringify(plain);
    const fill = (size: number): Uint8Array => Buffer.from(text.padEnd(size, ' '));
    expect(parseCommand(gateway, fill(maxCommandOctets))).toEqual(plain);
    expect(() => parseCommand(gateway, fill(maxCommandOctets + 1))).toThrow();
  });
});

describe('the downlink', () => {
  it('hands a command on, and tells the cloud once it is followed', () => {
    const { downlink, applied, tell } = line();
    downlink.hear(octets(command()));
    expect(applied).toHaveBeenCalledExactlyOnceWith(command());
    expect(tell).toHaveBeenCalledOnce();
    expect(downlink.problem).toBeNull();
  });

  it('says nothing of a command that is followed already', () => {
    const { downlink, tell } = line(() => false);
    downlink.hear(octets(command()));
    expect(tell).not.toHaveBeenCalled();
  });

  it.each([
    ['nothing', '', 'command_malformed'],
    ['no JSON', 'measure!', 'command_malformed'],
    ['no object', '[1]', 'command_malformed'],
    ['null', 'null', 'command_malformed'],
    ['octets that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'command_malformed'],
    ['a receipt', JSON.stringify({ v: 1, gateway, upTo: 4 }), 'command_malformed'],
    ['a version that does not count', JSON.stringify(command({ version: 0 })), 'command_malformed'],
    ['a version beyond all', JSON.stringify(command({ version: 2 ** 53 })), 'command_malformed'],
    ['a form to come', JSON.stringify(command({ v: 2 })), 'command_version'],
    ['the command of another', JSON.stringify(command({ gateway: 'gw-other' })), 'command_foreign'],
  ])('refuses %s with a code, and goes on', (_, payload, code) => {
    const { downlink, applied, tell } = line();
    downlink.hear(Buffer.from(payload));
    downlink.hear(Buffer.from(payload));
    expect(applied).not.toHaveBeenCalled();
    expect(downlink.problem).toBe(code);
    expect(tell).toHaveBeenCalledOnce();
    downlink.hear(octets(command()));
    expect(downlink.problem).toBeNull();
    expect(applied).toHaveBeenCalledOnce();
  });

  it(`never throws, whatever comes (seed ${seed})`, () => {
    const { downlink, applied } = line();
    const almost = fc
      .record({
        v: fc.constantFrom(1, 2, '1'),
        gateway: fc.constantFrom(gateway, 'gw-other', 7),
        version: fc.oneof(fc.integer(), fc.double(), fc.string()),
        prompts: fc.anything(),
      })
      .map((it) => JSON.stringify(it));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((it) => Buffer.from(it)),
          almost,
        ),
        (payload) => {
          downlink.hear(Buffer.from(payload));
        },
      ),
      { seed, numRuns: 500 },
    );
    for (const [it] of applied.mock.calls) expect(parseCommand(gateway, octets(it))).toEqual(it);
  });
});
