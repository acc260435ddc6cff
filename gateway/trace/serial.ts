import { toHex } from '@hemma/protocols/bytes.js';
import type { SerialLink, SerialTransport } from '../transports/link.js';
import type { Tracing } from './recorder.js';

/** The same serial ports, with a trace of every line that is opened. */
export function traceSerial(transport: SerialTransport, tracing: Tracing): SerialTransport {
  return {
    open: async (path, line) => {
      const link = await transport.open(path, line);
      const { baudRate, dataBits, parity, stopBits } = line;
      const settings = { baudRate, dataBits, parity, stopBits };
      return traced(link, tracing.begin({ transport: 'serial', port: path, line: settings }));
    },
  };
}

function traced(link: SerialLink, recorder: ReturnType<Tracing['begin']>): SerialLink {
  let closing = false;
  const end = (): void => recorder.end(closing ? 'closed' : 'lost');
  void link.closed.then(end);
  return {
    closed: link.closed,
    write: async (octets) => {
      recorder.record({ event: 'out', octets: toHex(octets) });
      await link.write(octets);
    },
    onOctets: (listener) => {
      link.onOctets((octets, monotonicMs) => {
        recorder.record({ event: 'in', octets: toHex(octets) });
        listener(octets, monotonicMs);
      });
    },
    close: async () => {
      closing = true;
      await link.close();
      end();
    },
  };
}
