import type { Air } from '@hemma/simulators/radio/air.js';
import { controllersOn } from '@hemma/simulators/radio/hci-socket.js';
import type { OpenHciLine } from '@hemma/simulators/radio/hci-socket.js';

/** A virtual adapter that falls ill in the ways in which a library that speaks HCI itself meets it. */

/** H4 command packets (Core 6.0 Vol 4 Part E): the opcode is in octets 1 and 2. */
const h4Command = 0x01;
const reset = 0x0c03;
const leSetScanEnable = 0x200c;

export class IllHci {
  /** Scanning cannot be switched any more, until the controller is reset. */
  wedged = false;
  /** A reset does not cure it; a cut of its power does. */
  deaf = false;
  /** How often the host has reset a controller. */
  resets = 0;
  readonly #lines = new Set<() => void>();
  readonly #open: OpenHciLine;
  #up = true;

  constructor(air: Air) {
    this.#open = controllersOn(air);
  }

  get up(): boolean {
    return this.#up;
  }

  set up(up: boolean) {
    this.#up = up;
    for (const onState of this.#lines) onState();
  }

  /** Its power was cut: whatever it was, it is over. */
  cutPower(): void {
    this.wedged = false;
    this.deaf = false;
  }

  readonly open: OpenHciLine = (events) => {
    const line = this.#open(events);
    this.#lines.add(events.onState);
    const isUp = (): boolean => this.#up;
    return {
      get up() {
        return isUp();
      },
      write: (packet) => {
        if (this.#passes(packet)) line.write(packet);
      },
      close: () => {
        this.#lines.delete(events.onState);
        line.close();
      },
    };
  };

  #passes(packet: Uint8Array): boolean {
    if (!this.#up) return false;
    if (packet[0] !== h4Command) return true;
    const opcode = (packet[1] ?? 0) | ((packet[2] ?? 0) << 8);
    if (opcode === reset) {
      this.resets += 1;
      if (!this.deaf) this.wedged = false;
    }
    return !(this.wedged && opcode === leSetScanEnable);
  }
}
