import type { Moment, TraceHappening, TraceHeader } from '@hemma/protocols/trace/format.js';
import { traceVersion } from '@hemma/protocols/trace/format.js';
import { traceLine } from '@hemma/protocols/trace/text.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';
import { TraceFolder } from './folder.js';
import type { TraceFile, TraceLimits } from './folder.js';

type Unsigned<H> = H extends unknown
  ? Omit<H, keyof Moment | 'trace' | 'source' | 'bootId'>
  : never;
/** What the header of a trace says about the device: the rest is the same for all. */
export type TracedDevice = Unsigned<TraceHeader>;

export interface TracingOptions {
  readonly clock: Clock;
  readonly folder: TraceFolder;
  /** The program and its version. */
  readonly source: string;
}

/** Makes a recorder for every link. */
export class Tracing {
  readonly #options: TracingOptions;

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  begin(device: TracedDevice): TraceRecorder {
    return new TraceRecorder(device, this.#options);
  }
}

/** Traces into this folder, made by this version of the gateway. */
export function tracingTo(
  limits: TraceLimits,
  clock: Clock,
  context: { readonly log: Log; readonly version: string },
): Tracing {
  const folder = new TraceFolder({ ...limits, log: context.log.child({ part: 'trace' }) });
  return new Tracing({ clock, folder, source: `hemma-gateway ${context.version}` });
}

/** Writes the trace of one link. Never throws, and falls silent when nothing can be written. */
export class TraceRecorder {
  readonly #device: TracedDevice;
  readonly #options: TracingOptions;
  #file: TraceFile | null;

  constructor(device: TracedDevice, options: TracingOptions) {
    this.#device = device;
    this.#options = options;
    this.#file = this.#begin();
  }

  /** A file that is full ends as `cut`, and the trace goes on in a new one with a header of its own. */
  record(happening: TraceHappening): void {
    const line = traceLine({ ...happening, ...this.#moment() });
    const outcome = this.#file?.append(line) ?? 'failed';
    if (outcome === 'written') return;
    this.#finish('cut');
    this.#file = outcome === 'full' ? this.#begin() : null;
    this.#file?.append(line);
  }

  /** What is recorded afterwards is left out. */
  end(reason: 'closed' | 'lost'): void {
    this.#finish(reason);
    this.#file = null;
  }

  #begin(): TraceFile | null {
    const { folder, clock, source } = this.#options;
    const device = this.#device;
    const name = device.transport === 'gatt' ? (device.address ?? '') : device.port;
    const file = folder.create(name);
    const { bootId } = clock;
    const header = { trace: traceVersion, source, ...device, bootId, ...this.#moment() } as const;
    if (file?.append(traceLine(header)) === 'written') return file;
    file?.close();
    return null;
  }

  #finish(reason: 'closed' | 'lost' | 'cut'): void {
    this.#file?.close(traceLine({ event: 'end', reason, ...this.#moment() }));
  }

  #moment(): Moment {
    const { ms, trust } = this.#options.clock.wall();
    return { ms: this.#options.clock.monotonicMs(), wall: ms, trust };
  }
}
