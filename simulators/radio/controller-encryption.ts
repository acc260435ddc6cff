/** Starting encryption with a key the hosts already have (Core 6.0 Vol 4 Part E §7.8.24 to §7.8.26). */
import type { ControllerLinks } from './controller-links.js';
import { OctetWriter } from '@hemma/protocols/bytes.js';
import { Opcode } from './hci.js';
import type { CommandHandler, HostPort } from './hci.js';
import { HciError } from './hci-errors.js';

const keyOctets = 16;

export function keyCommands(links: ControllerLinks, host: HostPort): [number, CommandHandler][] {
  const start: CommandHandler = (parameters, opcode) => {
    const link = links.get(parameters.uint16());
    const random = parameters.take(8);
    const diversifier = parameters.take(2);
    const key = parameters.take(keyOctets);
    host.status(opcode, link === undefined ? HciError.unknownConnection : HciError.none);
    link?.end.encrypt(key, { random, diversifier });
  };

  const answer = (opcode: number, handle: number, key: Uint8Array | null): void => {
    const link = links.get(handle);
    const returned = new OctetWriter().uint16(handle).octets();
    const asked = link?.keyRequest ?? null;
    host.complete(opcode, asked === null ? HciError.commandDisallowed : HciError.none, returned);
    if (link === undefined || asked === null) return;
    link.keyRequest = null;
    asked.answer(key);
  };

  return [
    [Opcode.leStartEncryption, start],
    [
      Opcode.leKeyReply,
      (parameters, opcode) => answer(opcode, parameters.uint16(), parameters.take(keyOctets)),
    ],
    [Opcode.leKeyNegativeReply, (parameters, opcode) => answer(opcode, parameters.uint16(), null)],
  ];
}
