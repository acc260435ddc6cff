import type { LineSettings } from '@hemma/protocols/device.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { SerialLink, SerialTransport } from './link.js';

/** Serial lines through the `serialport` package, loaded with the first port that is opened. */
export class SerialPortTransport implements SerialTransport {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async open(path: string, line: LineSettings): Promise<SerialLink> {
    const { SerialPort } = await import('serialport');
    const port = new SerialPort({ path, ...line, autoOpen: false });
    // A cable that is pulled gives an error and then the end; the end is what counts.
    port.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => port.once('close', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error === null) resolve();
        else reject(new CodedError('port_unavailable', undefined, { cause: error }));
      });
    });
    const clock = this.#clock;
    return {
      closed,
      onOctets: (listener) =>
        port.on('data', (octets: Buffer) => listener(octets, clock.monotonicMs())),
      write: (octets) =>
        new Promise((resolve, reject) => {
          port.write(Buffer.from(octets), (error) => {
            if (error == null) resolve();
            else reject(new CodedError('link_lost', undefined, { cause: error }));
          });
        }),
      close: async () => {
        if (!port.isOpen) return;
        await new Promise<void>((resolve) => port.close(() => resolve()));
      },
    };
  }
}
