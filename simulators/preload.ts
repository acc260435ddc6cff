/**
 * Loaded before a program (`node --import @hemma/simulators/preload.js …`): its noble and serialport
 * packages, unmodified, then have the virtual radio and the virtual serial ports of another process.
 *
 * HEMMA_VIRTUAL_HCI: path of the unix socket where `serveAir` serves the radio.
 * HEMMA_VIRTUAL_SERIAL: JSON list of `{"path", "socket"}`, see `serial/mock-binding.ts`.
 */
import { SystemClock } from '@hemma/runtime/clock.js';
import { z } from 'zod';
import { hciOverSocket } from './radio/hci-line.js';
import { installHciSocket } from './radio/hci-socket.js';
import { installVirtualSerial, virtualPort } from './serial/mock-binding.js';

const { HEMMA_VIRTUAL_HCI: radio, HEMMA_VIRTUAL_SERIAL: ports } = process.env;

if (radio !== undefined) {
  installHciSocket(hciOverSocket(radio, new SystemClock({ trust: 'unknown' })));
}
if (ports !== undefined) installVirtualSerial(z.array(virtualPort).parse(JSON.parse(ports)));
