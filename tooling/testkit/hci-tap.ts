import type { HciRecord } from '@hemma/protocols/btsnoop/write.js';
import type { OpenHciLine } from '@hemma/simulators/radio/hci-socket.js';

/** The same line, with a record of every packet that goes over it, as a host's HCI log has them. */
export function tapped(open: OpenHciLine, records: HciRecord[]): OpenHciLine {
  const note = (packet: Uint8Array, sent: boolean): void => {
    records.push({ packet: Uint8Array.from(packet), sent, wallMs: Date.now() });
  };
  return (events) => {
    const line = open({
      ...events,
      onPacket: (packet) => {
        note(packet, false);
        events.onPacket(packet);
      },
    });
    return {
      get up() {
        return line.up;
      },
      write: (packet) => {
        note(packet, true);
        line.write(packet);
      },
      close: () => line.close(),
    };
  };
}
