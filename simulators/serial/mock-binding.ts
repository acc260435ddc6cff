/**
 * The binding below an unmodified `serialport` package, exchanged for its own mock binding, whose
 * ports lead to virtual devices behind unix sockets (`server.ts`).
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createRequire } from 'node:module';
import type * as BindingMock from '@serialport/binding-mock' with { 'resolution-mode': 'require' };
import { z } from 'zod';
import { standInFor } from '../module-hook.js';

/** As `serialport` itself loads it; the package's types cannot be found by an import. */
const { MockBinding, MockPortBinding } = createRequire(import.meta.url)(
  '@serialport/binding-mock',
) as typeof BindingMock;
type OpenPort = BindingMock.MockPortBinding;

/** Octets the program may leave unread; what comes then is lost, as in a receiver that overruns. */
const maxUnread = 64 * 1024;

/** A port as `SerialPort.list()` shows it, and the socket of the device behind it. */
export const virtualPort = z.object({
  path: z.string().min(1),
  socket: z.string().min(1),
  manufacturer: z.string().optional(),
  vendorId: z.string().optional(),
  productId: z.string().optional(),
});
export type VirtualPort = z.infer<typeof virtualPort>;

type OpenOptions = Parameters<typeof MockBinding.open>[0];

/** For packages loaded from now on there are these ports and no others. Returns what undoes it. */
export function installVirtualSerial(ports: readonly VirtualPort[]): () => void {
  MockBinding.reset();
  for (const { path, manufacturer, vendorId, productId } of ports) {
    MockBinding.createPort(path, {
      ...(manufacturer === undefined ? {} : { manufacturer }),
      ...(vendorId === undefined ? {} : { vendorId }),
      ...(productId === undefined ? {} : { productId }),
    });
  }
  const sockets = new Map(ports.map(({ path, socket }) => [path, socket]));
  const binding = {
    list: () => MockBinding.list(),
    open: async (options: OpenOptions) => {
      const port = await MockBinding.open(options);
      return plugIn(port, sockets.get(options.path) ?? '');
    },
  };
  return standInFor(['@serialport/bindings-cpp'], () => ({ autoDetect: () => binding }));
}

/** Connects to the device; rejects as a real binding does when there is no such port. */
async function plugIn(port: OpenPort, socketPath: string): Promise<BridgedPort> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
  } catch {
    await port.close();
    throw new Error(`No such file or directory, cannot open ${port.openOptions.path}`);
  }
  return new BridgedPort(port, socket);
}

/** What is written goes to the socket, and what the socket says is there to be read. */
class BridgedPort extends MockPortBinding {
  readonly #socket: Socket;
  #pulledOut = false;
  /** Ends the read that waits for octets. */
  #endRead: (error: Error) => void = () => undefined;

  constructor(opened: OpenPort, socket: Socket) {
    super(opened.port, opened.openOptions);
    this.#socket = socket;
    socket.on('data', (octets) => {
      if (this.isOpen && this.port.data.length < maxUnread) this.emitData(octets);
    });
    socket.on('error', () => undefined); // always followed by close
    socket.on('close', () => {
      this.#pulledOut = true;
      this.#endRead(unplugged());
    });
  }

  /** Rejects when the cable is pulled; the stream above takes that for a disconnection. */
  override read(...args: Parameters<OpenPort['read']>): ReturnType<OpenPort['read']> {
    if (this.#pulledOut) return Promise.reject(unplugged());
    return new Promise((resolve, reject) => {
      this.#endRead = reject;
      super.read(...args).then(resolve, reject);
    });
  }

  override async write(octets: Buffer): Promise<void> {
    await super.write(octets);
    if (this.#pulledOut) throw unplugged();
    this.#socket.write(octets);
  }

  override async close(): Promise<void> {
    await super.close();
    this.#socket.destroy();
  }
}

function unplugged(): Error {
  return new Error('the port is gone');
}
