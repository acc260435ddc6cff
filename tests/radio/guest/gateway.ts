import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GattDevice } from '@hemma/protocols/device.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { createLog } from '@hemma/runtime/log.js';
import { Intake } from '@hemma/gateway/intake.js';
import { keptRows } from '@hemma/gateway/outbox/inspect.js';
import { Outbox } from '@hemma/gateway/outbox/outbox.js';
import { Owners } from '@hemma/gateway/owner/owners.js';
import { Radio } from '@hemma/gateway/session/radio.js';
import { RecordProgress } from '@hemma/gateway/session/record-progress.js';
import { BluezTransport } from '@hemma/gateway/transports/bluez/bluez.js';
import { addresses } from './system.js';

/** The gateway from the radio to the outbox; what comes after needs no radio. */

const folder = '/run/hemma';
const file = join(folder, 'outbox.sqlite');
const timeZone = 'Europe/Stockholm';

export class Gateway {
  /** How each session ended: the code, or null for a good one. */
  readonly sessions: (string | null)[] = [];
  readonly transport: BluezTransport;
  readonly #outbox: Outbox;
  readonly #radio: Radio;

  constructor(clock: Clock, device: GattDevice) {
    const log = createLog('gateway', 'info');
    this.#outbox = new Outbox({ file, clock, log });
    const outbox = this.#outbox;
    const owners = new Owners({ outbox, clock, log, ownershipOf: () => null });
    const intake = new Intake({ outbox, owners, clock, log, timeZone });
    const progress = new RecordProgress(this.#outbox, intake);
    const known = { device, identity: `ble:${addresses.device}`, patient: 'p-00000001' };
    const policy = {
      capability: 'NoInputNoOutput',
      mayBond: () => true,
      passkey: () => Promise.resolve(null),
    } as const;
    // A virtual controller advertises once for each start of a scan, and some starts miss it.
    const often = { adapter: 'hci0', rescanMs: 4_000 };
    this.transport = new BluezTransport({ clock, log, policy, ...often });
    this.#radio = new Radio({
      transport: this.transport,
      ...{ clock, log, timeZone, unbonded: 'refuse' },
      ...{ take: progress.take, lastSequence: progress.lastSequence },
      find: ({ address }) => (address === addresses.device ? known : null),
      onSession: (identity, fault) => {
        progress.noteSession(identity, fault);
        this.sessions.push(fault?.code ?? null);
      },
    });
  }

  async start(): Promise<void> {
    mkdirSync(folder, { recursive: true });
    this.#outbox.start();
    await this.#radio.start();
  }

  async stop(): Promise<void> {
    await this.#radio.stop();
    this.#outbox.stop();
  }

  /** Systolic pressures in the outbox, in the order of their numbers. */
  pressures(): number[] {
    return [...keptRows(file)].map(({ text }) => systolicOf(JSON.parse(text ?? '{}')));
  }
}

function systolicOf(measurement: unknown): number {
  const { values } = measurement as { values: { code: string; value: number }[] };
  return values.find(({ code }) => code === 'systolic_bp')?.value ?? NaN;
}
