import { describe, expect, it } from 'vitest';
import { CodecRefusal } from '../../codec.js';
import type { GattConversation, Notification } from '../../device.js';
import { asciiLines } from '../../serial/framer.js';
import { maxRefusals, maxValues } from './collect.js';
import { Frames } from './frames.js';

const channel = { commands: 'ff01', answers: 'ff02', rule: asciiLines(['{'], 40) };
const octetsOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A device that has these values to say, and a gateway that notes what it writes and refuses. */
function talking(values: readonly (string | Notification)[]) {
  const waiting = values.map((value) =>
    typeof value === 'string' ? { characteristic: 'ff02', octets: octetsOf(value) } : value,
  );
  const written: Uint8Array[] = [];
  const refusals: string[] = [];
  const conversation: Pick<GattConversation, 'next' | 'write' | 'refuse'> = {
    next: () => Promise.resolve(waiting.shift() ?? null),
    write: (_, octets) => Promise.resolve(void written.push(octets.slice())),
    refuse: (_, __, reason) => void refusals.push(reason),
  };
  // Frames ask for nothing else of a conversation.
  const frames = new Frames(conversation as GattConversation, channel);
  return { frames, written, refusals };
}

const text = (frame: Uint8Array): string => new TextDecoder().decode(frame).trim();

describe('frames of a maker’s own protocol', () => {
  it('are put together from pieces, and two in one value are two', async () => {
    const { frames, refusals } = talking(['{a', 'b\r', '\n{c\r\n{d\r\n']);
    const heard = [await frames.next(), await frames.next(), await frames.next()];
    expect(heard.map((frame) => text(frame!))).toEqual(['{ab', '{c', '{d']);
    expect(await frames.next()).toBeNull();
    expect(refusals).toEqual([]);
  });

  it('are those of one characteristic only', async () => {
    const other = { characteristic: '2a19', octets: octetsOf('{x\r\n') };
    const { frames } = talking([other, '{y\r\n']);
    expect(text((await frames.next())!)).toBe('{y');
  });

  it('are commands in pieces of what fits into a value', async () => {
    const { frames, written } = talking([]);
    await frames.send(new Uint8Array(41));
    expect(written.map((piece) => piece.length)).toEqual([20, 20, 1]);
  });

  it('pass over another answer, and end in a timeout without one', async () => {
    const { frames } = talking(['{late\r\n', '{mine\r\n']);
    const mine = (frame: Uint8Array): string | null => (text(frame) === '{mine' ? 'yes' : null);
    expect(await frames.ask(octetsOf('?'), mine)).toBe('yes');
    await expect(frames.ask(octetsOf('?'), mine)).rejects.toMatchObject({ code: 'device_timeout' });
  });

  it('are given up at the limit of what no codec accepts', async () => {
    const never = (): never => {
      throw new CodecRefusal('checksum');
    };
    const atLimit = talking([...Array<string>(maxRefusals).fill('{x\r\n')]);
    await expect(atLimit.frames.expect(never)).rejects.toMatchObject({ code: 'device_timeout' });
    expect(atLimit.refusals).toHaveLength(maxRefusals);
    const over = talking([...Array<string>(maxRefusals + 1).fill('{x\r\n')]);
    await expect(over.frames.expect(never)).rejects.toMatchObject({ code: 'device_rubbish' });
  });

  it('count a value of rubbish once, whatever its length', async () => {
    const { frames, refusals } = talking(['????????????????????', '{x\r\n']);
    expect(text((await frames.next())!)).toBe('{x');
    expect(refusals).toEqual(['sync']);
  });

  it('are given up at the limit of values', async () => {
    const none = (): null => null;
    const atLimit = talking(Array<string>(maxValues).fill('{x\r\n'));
    await expect(atLimit.frames.expect(none)).rejects.toMatchObject({ code: 'device_timeout' });
    const over = talking(Array<string>(maxValues + 1).fill('{x\r\n'));
    await expect(over.frames.expect(none)).rejects.toMatchObject({ code: 'device_rubbish' });
  });
});
