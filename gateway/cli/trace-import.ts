import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { importBtsnoop } from '@hemma/protocols/btsnoop/import.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { GattTrace } from '@hemma/protocols/trace/format.js';
import { formatTrace } from '@hemma/protocols/trace/text.js';

/** Traces out of a phone's capture of Bluetooth, one file for each connection. */

/** Phones keep a quarter of it; the whole file is held in memory. */
const maxCaptureOctets = 512 * 1024 * 1024;

export interface ImportOptions {
  /** Only this device, `AA:BB:CC:DD:EE:FF`. */
  readonly address?: string;
  /** Folder of the traces; made if it is not there. */
  readonly out: string;
}

export interface ImportedTrace {
  readonly file: string;
  readonly address: string | null;
  readonly name: string | null;
  /** How many of each event. */
  readonly events: Readonly<Record<string, number>>;
}

export interface ImportSummary {
  readonly traces: readonly ImportedTrace[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** Throws `request_invalid` for a file that is too large, and a refusal for one that is no capture. */
export function importCapture(capture: string, options: ImportOptions): ImportSummary {
  if (statSync(capture).size > maxCaptureOctets)
    throw new CodedError('request_invalid', `${capture}: larger than 512 MiB.`);
  const { traces, notes } = importBtsnoop(readFileSync(capture), { address: options.address });
  mkdirSync(options.out, { recursive: true });
  const stem = basename(capture, extname(capture));
  return { traces: traces.map((trace, i) => write(trace, `${stem}-${i + 1}`, options.out)), notes };
}

function write(trace: GattTrace, stem: string, folder: string): ImportedTrace {
  const { address, advertisement } = trace.header;
  const short = (address ?? 'unknown').replaceAll(':', '');
  const file = join(folder, `${stem}-${short}.trace.jsonl`);
  // What somebody measured is for whoever imports it alone.
  writeFileSync(file, formatTrace(trace), { mode: 0o600 });
  const events: Record<string, number> = {};
  for (const { event } of trace.events) events[event] = (events[event] ?? 0) + 1;
  return { file, address, name: advertisement?.name ?? null, events };
}

/** The summary as lines of text. */
export function printImport({ traces, notes }: ImportSummary): string {
  const lines = traces.map(({ file, address, name, events }) => {
    const counts = Object.entries(events).map(([event, count]) => `${count} ${event}`);
    const who = [address ?? 'unknown device', name ?? 'no name'].join(', ');
    return `${file}: ${who}: ${counts.join(', ')}`;
  });
  const none = traces.length === 0 ? ['no connection on which anything was asked or said'] : [];
  return [...lines, ...none, ...notes.map((note) => `note: ${note}`)].join('\n');
}
