import { existsSync } from 'node:fs';
import type { SerialPort } from 'serialport';
import type { LineSettings } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { SerialLink, SerialTransport } from './link.js';

/**
 * serialport 13 on Linux does not notice that a terminal hung up: its read gives nothing for ever and
 * no event comes (serialport/bindings-cpp#162). So the path is looked at this often.
 */
const presenceCheckMs = 2_000;

/** Serial lines through the `serialport` package, loaded with the first port that is opened. */
export class SerialPortTransport implements SerialTransport {
  readonly #clock: Clock;
  /** Whether there is something at the path; virtual ports have no file. */
  readonly #isPresent: (path: string) => boolean;

  constructor(clock: Clock, isPresent: (path: string) => boolean = existsSync) {
    this.#clock = clock;
    this.#isPresent = isPresent;
  }

  async open(path: string, line: LineSettings): Promise<SerialLink> {
    const serial = await import('serialport');
    const port = new serial.SerialPort({ path, ...line, autoOpen: false });
    // A cable that is pulled may give an error before the end; the end is what counts.
    port.on('error', () => undefined);
    await opened(port);
    return new OpenLine(port, this.#clock, () => this.#isPresent(path));
  }
}

async function opened(port: SerialPort): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve();
      else reject(new CodedError('port_unavailable', undefined, { cause: error }));
    });
  });
}

class OpenLine implements SerialLink {
  readonly closed: Promise<void>;
  readonly #port: SerialPort;
  readonly #clock: Clock;

  constructor(port: SerialPort, clock: Clock, isPresent: () => boolean) {
    this.#port = port;
    this.#clock = clock;
    const wasPresent = isPresent();
    this.closed = new Promise((resolve) => {
      port.once('close', () => resolve());
      const look = (): void => {
        if (!port.isOpen) return;
        if (isPresent() || !wasPresent) clock.after(presenceCheckMs, look);
        else void this.close().then(resolve);
      };
      look();
    });
  }

  onOctets(listener: (octets: Uint8Array, monotonicMs: number) => void): void {
    this.#port.on('data', (octets: Buffer) => listener(octets, this.#clock.monotonicMs()));
  }

  async write(octets: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#port.write(Buffer.from(octets), (error) => {
        if (error == null) resolve();
        else reject(new CodedError('link_lost', undefined, { cause: error }));
      });
    });
  }

  async close(): Promise<void> {
    if (!this.#port.isOpen) return;
    await new Promise<void>((resolve) => this.#port.close(() => resolve()));
  }
}
