/** Traces to text and back; see `format.ts`. */
import type { z } from 'zod';
import { CodecRefusal } from '../codec.js';
import { traceEventSchema, traceHeaderSchema, traceVersion } from './format.js';
import type { Trace, TraceEvent, TraceHeader } from './format.js';

/** More than a gateway keeps of one device (`trace.maxMiB`), and little enough to be held in memory. */
export const maxTraceCharacters = 64 * 1024 * 1024;

/** The line of a header or an event, with its line feed. */
export function traceLine(entry: TraceHeader | TraceEvent): string {
  return `${JSON.stringify(entry)}\n`;
}

/** The text of a whole trace. */
export function formatTrace({ header, events }: Trace): string {
  return [header, ...events].map(traceLine).join('');
}

export interface ReadTrace {
  readonly trace: Trace;
  /** What is wrong with the text without making it useless, in words. */
  readonly notes: readonly string[];
}

/**
 * Reads the text of a trace. A last line that is cut off, as a loss of power leaves it, is left out
 * and noted. Throws {@link CodecRefusal} that names the line for anything else that is not a trace.
 */
export function parseTrace(text: string): ReadTrace {
  if (text.length > maxTraceCharacters) throw new CodecRefusal('length', 'larger than 64 MiB');
  const lines = text
    .split('\n')
    .map((line, i) => ({ line, number: i + 1 }))
    .filter(({ line }) => line.trim() !== '');
  const cut = lines.length > 1 && isCut(lines.at(-1)?.line ?? '');
  const [first, ...others] = cut ? lines.slice(0, -1) : lines;
  if (first === undefined) throw new CodecRefusal('empty', 'there is nothing in it');
  const header = checked(traceHeaderSchema, versioned(parsed(first)), first);
  const events = others.map((line) => checked(traceEventSchema, parsed(line), line));
  // The two kinds of trace differ in their header alone; the schema has checked which one it is.
  const trace = { header, events } as Trace;
  return { trace, notes: cut ? ['the last line is cut off and was left out'] : [] };
}

interface Line {
  readonly line: string;
  readonly number: number;
}

/** Half an object is no JSON, wherever it was cut. */
function isCut(line: string): boolean {
  try {
    JSON.parse(line);
    return false;
  } catch {
    return true;
  }
}

function parsed({ line, number }: Line): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new CodecRefusal('format', `line ${number} is not JSON`);
  }
}

/** A newer version is named as such, before its lines are found to be strange. */
function versioned(header: unknown): unknown {
  const { trace } = (header ?? {}) as { trace?: unknown };
  if (typeof trace === 'number' && trace !== traceVersion)
    throw new CodecRefusal('format', `version ${trace} of the trace format is not known here`);
  return header;
}

function checked<T extends z.ZodType>(schema: T, value: unknown, line: Line): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = [`line ${line.number}`, ...(issue?.path.map(String) ?? [])].join(', ');
  throw new CodecRefusal('format', `${place}: ${issue?.message ?? 'not a line of a trace'}`);
}
