import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { device } from '@hemma/protocols/devices/generic-blood-pressure.js';
import { Intake } from '@hemma/gateway/intake.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { homeOf, octetsAt } from '../readings.js';

/**
 * What a gateway does with its disk for readings that come one by one, each confirmed before the
 * next: `syncs.js FOLDER COUNT`. It is run below strace, which counts; it prints how many octets it
 * gave to the disk, from proc(5).
 */

const [folder = '', count = '0'] = process.argv.slice(2);
const minuteMs = 60_000;

const clock = new SystemClock({ trust: 'synced' });
const log = createLog('syncs', 'warn');
const outbox = new Outbox({ file: join(folder, 'outbox.sqlite'), clock, log });
const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
const intake = new Intake({ outbox, owners, clock, log, timeZone: 'Europe/Stockholm' });
const { gateway, patient, address } = homeOf(0);

outbox.start();
const firstAt = Date.now() - Number(count) * minuteMs;
for (let i = 0; i < Number(count); i += 1) {
  const monotonicMs = clock.monotonicMs();
  const shown = new Date(firstAt + i * minuteMs).toISOString().slice(0, 19);
  intake.takeNow(device.profile.read(octetsAt(shown, i)), {
    model: device.id,
    identity: `ble:${address}`,
    patient,
    clock: { shown: new Date().toISOString().slice(0, 19), monotonicMs },
    capturedMonotonicMs: monotonicMs,
  });
  const frame = outbox.frame(gateway, outbox.confirmed);
  outbox.confirm(frame?.last ?? 0, []);
}
outbox.stop();
process.stdout.write(
  /^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? '',
);
