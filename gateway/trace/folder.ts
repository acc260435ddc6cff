import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@hemma/runtime/log.js';

/**
 * The folder of the traces: bounded in files and in octets, the oldest go first. Readings outrank
 * traces: whatever fails here is logged and never reaches a session.
 */

/** A quarter of the room for one trace, so that a few devices are always there together. */
const shareOfOneFile = 1 / 4;
const octetsPerMiB = 1024 * 1024;
/** Kept free for the last lines of the files that are open. */
const lastLinesOctets = 8 * 1024;
/** Names sort by their running number: before the gateway knows the time, dates would not. */
const fileName = /^(\d{6,})-[0-9A-Za-z]*\.trace\.jsonl$/;
/** Of the address or the serial number in a name: longer than any that devices have. */
const maxLabel = 40;

/** The setting `trace`. */
export interface TraceLimits {
  readonly folder: string;
  readonly maxFiles: number;
  readonly maxMiB: number;
}

export interface TraceFolderOptions extends TraceLimits {
  readonly log: Log;
}

interface Entry {
  readonly number: number;
  readonly path: string;
  octets: number;
  /** Null: not open (any more). */
  descriptor: number | null;
}

export class TraceFolder {
  readonly #options: TraceFolderOptions;
  /** Oldest first; null until the folder was looked at. */
  #entries: Entry[] | null = null;

  constructor(options: TraceFolderOptions) {
    this.#options = options;
  }

  /** A new file; `label` becomes part of its name. Null when it cannot be written. */
  create(label: string): TraceFile | null {
    return this.#guarded(null, () => {
      const entries = (this.#entries ??= this.#look());
      while (entries.length >= this.#options.maxFiles) this.#removeOldest(entries);
      const number = (entries.at(-1)?.number ?? 0) + 1;
      const short = label.replace(/[^0-9A-Za-z]/g, '').slice(0, maxLabel);
      const name = `${String(number).padStart(6, '0')}-${short}.trace.jsonl`;
      const path = join(this.#options.folder, name);
      // What a patient measured is for the owner of the gateway alone.
      const descriptor = openSync(path, 'wx', 0o600);
      const entry: Entry = { number, path, octets: 0, descriptor };
      entries.push(entry);
      this.#options.log.info({ file: name }, 'trace begins');
      return {
        append: (line: string) => this.#append(entry, line),
        close: (last = '') => this.#guarded(undefined, () => finish(entry, last)),
      };
    });
  }

  #append(entry: Entry, line: string): 'written' | 'full' | 'failed' {
    return this.#guarded('failed', () => {
      const octets = Buffer.byteLength(line);
      const room = this.#options.maxMiB * octetsPerMiB;
      if (entry.octets + octets > room * shareOfOneFile) return 'full';
      const entries = this.#entries ?? [];
      while (total(entries) + octets > room - lastLinesOctets) this.#removeOldest(entries);
      // Null: it was the oldest itself, now or for another file before.
      const { descriptor } = entry;
      if (descriptor === null) return 'full';
      const written = writeSync(descriptor, line);
      entry.octets += written;
      if (written === octets) return 'written';
      // Half a line, and nothing may follow it.
      close(entry);
      throw new Error('the disk is full');
    });
  }

  #look(): Entry[] {
    const { folder } = this.#options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return readdirSync(folder)
      .flatMap((name) => {
        const number = fileName.exec(name)?.[1];
        const path = join(folder, name);
        if (number === undefined) return [];
        return [{ number: Number(number), path, octets: statSync(path).size, descriptor: null }];
      })
      .sort((one, other) => one.number - other.number);
  }

  #removeOldest(entries: Entry[]): void {
    const oldest = entries.shift();
    if (oldest === undefined) return;
    close(oldest);
    rmSync(oldest.path, { force: true });
  }

  #guarded<T>(otherwise: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#options.log.warn({ err: error }, 'no trace can be written');
      return otherwise;
    }
  }
}

/** One file of a {@link TraceFolder}. */
export interface TraceFile {
  /** `full`: nothing was written, because this file is as large as one may be, or was removed. */
  append(line: string): 'written' | 'full' | 'failed';
  /** Writes a last line, full or not, and closes the file. */
  close(last?: string): void;
}

function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, { octets }) => sum + octets, 0);
}

function finish(entry: Entry, last: string): void {
  if (entry.descriptor !== null) entry.octets += writeSync(entry.descriptor, last);
  close(entry);
}

function close(entry: Entry): void {
  if (entry.descriptor !== null) closeSync(entry.descriptor);
  entry.descriptor = null;
}
