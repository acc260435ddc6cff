import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, openSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What radio waves are in these tests: BlueZ's emulator, with one controller for the kernel of this machine, and
 * one for the other machine, at the end of a line that speaks H4 (Core 5.4 Vol 4 Part A).
 */

/** In a mount namespace of its own: it puts its sockets into /tmp, where the host's files lie. LE only. */
const emulator = 'mount -t tmpfs tmpfs /tmp && exec btvirt -s -L -l1';
const lookEveryMs = 250;
const startsWithinMs = 60_000;

/** Rejects when the emulator or the line is not there. */
export async function startAir(): Promise<void> {
  const child = spawn('unshare', ['--mount', 'sh', '-c', emulator], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const socket = await joined(`/proc/${child.pid}/root/tmp/bt-server-le`);
  // Such a port is opened once.
  const line = { fd: openSync(lineOf('air'), 'r+') };
  socket.pipe(createWriteStream('', line));
  createReadStream('', line).on('data', wholePacketsTo(socket));
}

async function joined(path: string): Promise<Socket> {
  const endMs = performance.now() + startsWithinMs;
  for (;;) {
    const socket = connect(path);
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await sleep(lookEveryMs);
    }
  }
}

/** Device of the virtio port of that name. */
function lineOf(name: string): string {
  const folder = '/sys/class/virtio-ports';
  const port = readdirSync(folder).find(
    (one) => readFileSync(`${folder}/${one}/name`, 'utf8').trim() === name,
  );
  if (port === undefined) throw new Error(`There is no port "${name}".`);
  return `/dev/${port}`;
}

/** btvirt 5.66 loses its place in a packet whose end comes together with the beginning of the next. */
function wholePacketsTo(socket: Socket): (octets: string | Buffer) => void {
  let come = Buffer.alloc(0);
  return (octets) => {
    come = Buffer.concat([come, Buffer.from(octets)]);
    for (;;) {
      const length = packetLength(come);
      if (length === null || come.length < length) return;
      socket.write(come.subarray(0, length));
      come = come.subarray(length);
    }
  };
}

/** Of the H4 packet that begins here: type, header, and as much as the header says; null: not told yet. */
function packetLength(octets: Buffer): number | null {
  const [type] = octets;
  switch (type) {
    case undefined:
      return null;
    case 0x01: // command: opcode (2), length (1)
      return octets.length < 4 ? null : 4 + octets.readUInt8(3);
    case 0x02: // ACL data: handle (2), length (2)
      return octets.length < 5 ? null : 5 + octets.readUInt16LE(3);
    default:
      throw new Error(`a packet of type ${type} from a host`);
  }
}
