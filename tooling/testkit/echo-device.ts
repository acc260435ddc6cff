import type { SerialPort } from 'serialport';
import type { SerialSend, VirtualSerialDevice } from '@hemma/simulators/serial/device.js';

/** A virtual serial device that greets, echoes in upper case and remembers what happened. */
export class EchoDevice implements VirtualSerialDevice {
  readonly happened: string[] = [];
  send: SerialSend = () => undefined;

  readonly onOpened = (send: SerialSend): void => {
    this.happened.push('opened');
    this.send = send;
    send(Buffer.from('ready '));
  };

  readonly onOctets = (octets: Uint8Array): void => {
    this.send(Buffer.from(Buffer.from(octets).toString('latin1').toUpperCase()));
  };

  readonly onClosed = (): void => {
    this.happened.push('closed');
  };
}

/** Everything the port says until it ends with this. */
export function heard(port: SerialPort, end: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const onData = (octets: Buffer): void => {
      said += octets.toString('latin1');
      if (!said.endsWith(end)) return;
      port.off('data', onData);
      resolve(said);
    };
    port.on('data', onData);
  });
}

export function closed(port: SerialPort): Promise<void> {
  return new Promise((resolve) => port.close(() => resolve()));
}
