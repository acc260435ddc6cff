/**
 * The model of a virtual serial device. A behaviour sees nothing but this type; `pty.ts` puts it
 * behind a pseudo-terminal, `server.ts` behind the mock binding of another process.
 */

/** Puts octets on the line towards the gateway. Octets sent while the port is closed are lost. */
export type SerialSend = (octets: Uint8Array) => void;

export interface VirtualSerialDevice {
  /**
   * The gateway opened the port: the device may talk by `send` until {@link onClosed}. Behind a
   * pseudo-terminal nobody sees that: there the cable is plugged in once, and what is sent while the
   * port is closed is lost.
   */
  readonly onOpened: (send: SerialSend) => void;
  /** Octets from the gateway, split anywhere. */
  readonly onOctets: (octets: Uint8Array) => void;
  /** The gateway closed the port, or the cable was pulled. */
  readonly onClosed: () => void;
}
