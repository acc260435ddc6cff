import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseTrace } from '@hemma/protocols/trace/text.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { attachPty } from '@hemma/simulators/serial/pty.js';
import type { Pty } from '@hemma/simulators/serial/pty.js';
import { EchoDevice } from '../../tooling/testkit/echo-device.js';
import { requires } from '../../tooling/testkit/requires.js';
import { SerialPortTransport } from '../transports/serial.js';
import { tracingTo } from './recorder.js';
import { traceSerial } from './serial.js';

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('test', 'silent');
const line = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
const suite = 'the trace of a serial line';

describe.skipIf(!requires('socat', suite))(suite, () => {
  let folder: string;
  let pty: Pty;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hemma-trace-'));
    pty = await attachPty(new EchoDevice(), join(folder, 'tty'), clock);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const traces = 'traces';
  const open = async () => {
    const limits = { folder: join(folder, traces), maxFiles: 4, maxMiB: 1 };
    const tracing = tracingTo(limits, clock, { log, version: '0' });
    return await traceSerial(new SerialPortTransport(clock), tracing).open(pty.path, line);
  };
  const written = () => {
    const [name = ''] = readdirSync(join(folder, traces));
    return parseTrace(readFileSync(join(folder, traces, name), 'utf8')).trace;
  };
  /** Octets of one direction, however they were split. */
  const octets = (event: 'in' | 'out'): string =>
    written()
      .events.map((one) => (one.event === event ? one.octets : ''))
      .join('');

  it('has what went either way, and that the gateway closed the port', async () => {
    const link = await open();
    const heard: number[] = [];
    link.onOctets((chunk) => heard.push(...chunk));
    await link.write(Buffer.from('hello'));
    await expect.poll(() => Buffer.from(heard).toString()).toContain('HELLO');
    await link.close();
    await link.closed;
    expect(octets('out')).toBe(Buffer.from('hello').toString('hex'));
    expect(octets('in')).toBe(Buffer.from(heard).toString('hex'));
    expect(written().header).toMatchObject({ transport: 'serial', port: pty.path, line });
    expect(written().events.at(-1)).toMatchObject({ event: 'end', reason: 'closed' });
    await pty.close();
  });

  it('tells that the cable was pulled', async () => {
    const link = await open();
    await pty.close();
    await link.closed;
    expect(written().events.at(-1)).toMatchObject({ event: 'end', reason: 'lost' });
  });
});
