import type { SerialDevice } from '@hemma/protocols/device.js';
import { codedError } from '@hemma/protocols/errors.js';
import type { CodedError } from '@hemma/protocols/errors.js';
import { Backoff } from '@hemma/runtime/backoff.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { SerialTransport } from '../transports/link.js';
import type { KnownDevice, SessionContext } from './conversation.js';
import { converseSerial } from './serial-session.js';

/** A port whose device is not plugged in is tried again: often at first, then twice a minute. */
const retry = { firstMs: 500, maxMs: 30_000 };

export interface SerialPortOptions extends SessionContext {
  readonly transport: SerialTransport;
  readonly path: string;
  readonly known: KnownDevice<SerialDevice>;
  readonly onSession: (identity: string, fault: CodedError | null) => void;
}

/** Keeps one serial port open and one conversation going on it, for as long as the gateway runs. */
export class SerialPortPart implements Part {
  readonly name = 'serial';
  readonly #options: SerialPortOptions;
  readonly #abort = new AbortController();
  #running: Promise<void> | null = null;
  #close: (() => Promise<void>) | null = null;

  constructor(options: SerialPortOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#close?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, known, onSession, log } = this.#options;
    const backoff = new Backoff(retry);
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await this.#once();
        backoff.reset();
        onSession(known.identity, null);
      } catch (error) {
        const fault = codedError(error);
        onSession(known.identity, fault);
        const unexpected = fault.code === 'internal' ? { err: error } : {};
        log.warn({ model: known.device.id, code: fault.code, ...unexpected }, 'serial line');
      }
      await clock.sleep(backoff.next(), signal);
    }
  }

  async #once(): Promise<void> {
    const { transport, path, known } = this.#options;
    const link = await transport.open(path, known.device.line);
    this.#close = () => link.close();
    await converseSerial(known, link, this.#options);
  }
}
