import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { z } from 'zod';
import { fromHex } from '@hemma/protocols/bytes.js';
import { CodecRefusal } from '@hemma/protocols/codec.js';
import type { Decode } from '@hemma/protocols/codec.js';
import { gattDecoders } from '@hemma/protocols/gatt/decoders.js';
import { decodeSequence } from '@hemma/protocols/gatt/sequences.js';
import { serialDecoders } from '@hemma/protocols/serial/decoders.js';

/** `hemma-gateway decode`: what octets mean, or why they mean nothing. */

export const decoders: Readonly<Record<string, Decode<unknown>>> = {
  ...gattDecoders,
  ...serialDecoders,
};

/** What is printed for a value: the decoded object, or the reason of the refusal. */
export type Decoded = { readonly ok: true; readonly value: unknown } | Refused;
interface Refused {
  readonly ok: false;
  readonly error: string;
}

const step = z.object({ uuid: z.string(), op: z.string(), hex: z.string() });
const request = z.union([
  z.object({ name: z.literal('sequences'), steps: z.array(step) }),
  z.object({ name: z.string(), hex: z.string() }),
]);

/** Whether a value of this name can be decoded. */
export function isKnown(name: string): boolean {
  return Object.hasOwn(decoders, name);
}

/** Decodes one value given as hexadecimal text; anything that is not a value is a refusal. */
export function decodeValue(name: string, hex: string): Decoded {
  const decode = isKnown(name) ? decoders[name] : undefined;
  if (decode === undefined) return { ok: false, error: 'unknown name' };
  return refusable(() => decode(fromHex(hex)));
}

/** Decodes one line of `--jsonl` input. */
export function decodeLine(line: string): Decoded {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { ok: false, error: 'format' };
  }
  const checked = request.safeParse(parsed);
  if (!checked.success) return { ok: false, error: 'format' };
  const asked = checked.data;
  if ('steps' in asked) return refusable(() => decodeSequence(asked.steps));
  return decodeValue(asked.name, asked.hex);
}

function refusable(decode: () => unknown): Decoded {
  try {
    return { ok: true, value: decode() };
  } catch (error) {
    if (error instanceof CodecRefusal) return { ok: false, error: error.reason };
    throw error;
  }
}

/** The JSON text of an answer. */
export function printDecoded(decoded: Decoded): string {
  return JSON.stringify(decoded.ok ? decoded.value : { error: decoded.error });
}

/** Answers every line of `input` with one line, in order, however many there are. */
export async function decodeLines(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const room = output.write(`${printDecoded(decodeLine(line))}\n`);
    if (!room) await once(output, 'drain');
  }
}
