import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { SerialSend, VirtualSerialDevice } from '@hemma/simulators/serial/device.js';
import { attachPty } from '@hemma/simulators/serial/pty.js';
import { requires } from '../../tooling/testkit/requires.js';
import { SerialPortTransport } from './serial.js';

const line = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;

/** Sends back what it hears, octet by octet with 0x80 set, and lets the test send. */
class Echo implements VirtualSerialDevice {
  send: SerialSend = () => undefined;
  readonly onOpened = (send: SerialSend): void => {
    this.send = send;
  };
  readonly onOctets = (octets: Uint8Array): void => this.send(octets.map((octet) => octet | 0x80));
  readonly onClosed = (): void => undefined;
}

describe.skipIf(!requires('socat', 'serial lines over a pseudo-terminal'))('serial lines', () => {
  const clock = new SystemClock({ trust: 'synced' });
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-serial-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('carries octets both ways with the moment they came in', async () => {
    const path = join(folder, 'scale');
    const pty = await attachPty(new Echo(), path, clock);
    const link = await new SerialPortTransport(clock).open(path, line);
    const heard: number[] = [];
    const moments: number[] = [];
    link.onOctets((octets, monotonicMs) => {
      heard.push(...octets);
      moments.push(monotonicMs);
    });
    await link.write(Uint8Array.of(1, 2, 3));
    await expect.poll(() => heard).toEqual([0x81, 0x82, 0x83]);
    expect(moments[0]).toBeLessThanOrEqual(clock.monotonicMs());
    await link.close();
    await link.closed;
    await pty.close();
  });

  it('notices that the cable was pulled', async () => {
    const path = join(folder, 'scale');
    const pty = await attachPty(new Echo(), path, clock);
    const link = await new SerialPortTransport(clock).open(path, line);
    await pty.close();
    await link.closed;
    await expect(new SerialPortTransport(clock).open(path, line)).rejects.toMatchObject({
      code: 'port_unavailable',
    });
  });

  it('says with a code that there is no such port', async () => {
    await expect(
      new SerialPortTransport(clock).open(join(folder, 'nothing'), line),
    ).rejects.toMatchObject({ code: 'port_unavailable' });
  });
});
