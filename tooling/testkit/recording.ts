import { toHex } from '@hemma/protocols/bytes.js';
import type { GattConversation, SerialConversation } from '@hemma/protocols/device.js';
import type {
  GattTrace,
  SerialTrace,
  TraceEvent,
  TraceHappening,
} from '@hemma/protocols/trace/format.js';
import type { Clock } from '@hemma/runtime/clock.js';

/** Traces of conversations without a radio or a line; the gateway records its links instead. */

export class Recording {
  readonly events: TraceEvent[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(happening: TraceHappening): void {
    this.events.push({ ...happening, ...this.#moment() });
  }

  gattTrace(characteristics: readonly string[]): GattTrace {
    const listed = characteristics.map((uuid) => ({ uuid, properties: null }));
    return {
      header: {
        ...this.#common(),
        transport: 'gatt',
        address: 'C0:FF:EE:00:00:01',
        advertisement: null,
        services: [{ service: null, characteristics: listed }],
      },
      events: this.events,
    };
  }

  serialTrace(): SerialTrace {
    const line = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 } as const;
    const common = this.#common();
    return {
      header: { ...common, transport: 'serial', port: '/dev/ttyUSB0', line },
      events: this.events,
    };
  }

  #common() {
    return { trace: 1, source: 'test', bootId: null, ...this.#moment() } as const;
  }

  #moment() {
    const { ms, trust } = this.#clock.wall();
    return { ms: this.#clock.monotonicMs(), wall: ms, trust };
  }
}

/** The same conversation, written down. */
export function recordedGatt(inner: GattConversation, recording: Recording): GattConversation {
  return {
    ...rest(inner),
    has: (characteristic) => inner.has(characteristic),
    read: async (characteristic) => {
      const octets = await inner.read(characteristic);
      recording.add({ event: 'read', characteristic, octets: toHex(octets) });
      return octets;
    },
    write: async (characteristic, octets) => {
      recording.add({ event: 'write', characteristic, octets: toHex(octets) });
      await inner.write(characteristic, octets);
    },
    subscribe: async (characteristic) => {
      recording.add({ event: 'subscribe', characteristic });
      await inner.subscribe(characteristic);
    },
    next: async (withinMs) => {
      const value = await inner.next(withinMs);
      if (value !== null)
        recording.add({
          event: 'value',
          characteristic: value.characteristic,
          octets: toHex(value.octets),
        });
      return value;
    },
    battery: (percent) => inner.battery(percent),
    lastSequence: () => inner.lastSequence(),
    consent: () => inner.consent(),
    refuse: (characteristic, octets, reason) => inner.refuse(characteristic, octets, reason),
  };
}

/** As {@link recordedGatt}, for a serial line. */
export function recordedSerial(
  inner: SerialConversation,
  recording: Recording,
): SerialConversation {
  return {
    ...rest(inner),
    next: async (withinMs) => {
      const octets = await inner.next(withinMs);
      if (octets !== null) recording.add({ event: 'in', octets: toHex(octets) });
      return octets;
    },
    write: async (octets) => {
      recording.add({ event: 'out', octets: toHex(octets) });
      await inner.write(octets);
    },
    refuse: (octets, reason) => inner.refuse(octets, reason),
  };
}

type Common = Pick<
  GattConversation,
  'wait' | 'localTime' | 'deviceClock' | 'clockKept' | 'information' | 'take'
>;

function rest(inner: Common): Common {
  return {
    wait: (ms) => inner.wait(ms),
    localTime: () => inner.localTime(),
    deviceClock: (now) => inner.deviceClock(now),
    clockKept: (outcome, shows) => inner.clockKept(outcome, shows),
    information: (field, text) => inner.information(field, text),
    take: (reading) => inner.take(reading),
  };
}
