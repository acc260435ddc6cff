/**
 * The link of LifeScan's binary protocol on a cable: both sides number their frames 0 and 1 in turn
 * and acknowledge every one. Source: glucometerutils otultraeasy.
 */
import { fromHex, toHex } from '../../bytes.js';
import type { SerialConversation } from '../../device.js';
import { lifescanFrame, lifescanStream } from '../../serial/lifescan-frame.js';
import { Asking } from './asking.js';

/** Bits of the link octet. */
export const lifescanLinkBit = { sent: 0x01, expected: 0x02, ack: 0x04, disconnect: 0x08 } as const;

/** One conversation over the link. */
export class LifescanLink {
  readonly #asking: Asking;
  #sent = 0;
  #expected = 0;

  constructor(conversation: SerialConversation) {
    this.#asking = new Asking(conversation, lifescanStream);
  }

  /** Has both sides count from 0 again. */
  async open(): Promise<void> {
    await this.#asking.ask(this.#frame('', lifescanLinkBit.disconnect), (frame) =>
      has(frame, lifescanLinkBit.disconnect) ? true : null,
    );
    this.#sent = 0;
    this.#expected = 0;
  }

  /** The message that answers this one, both without the frame; hexadecimal goes, octets come. */
  async ask(message: string): Promise<Uint8Array> {
    await this.#asking.ask(this.#frame(message), (frame) =>
      has(frame, lifescanLinkBit.ack) ? true : null,
    );
    this.#sent ^= lifescanLinkBit.sent;
    const answer = await this.#next();
    this.#expected ^= lifescanLinkBit.expected;
    await this.#asking.send(this.#frame('', lifescanLinkBit.ack));
    return answer;
  }

  async rest(): Promise<void> {
    await this.#asking.rest();
  }

  /** The next message. One that comes again, because its acknowledgement was lost, is passed over. */
  #next(): Promise<Uint8Array> {
    const number = this.#expected === 0 ? 0 : lifescanLinkBit.sent;
    return this.#asking.expect((octets) => {
      const { linkControl, payload } = lifescanFrame.decode(octets);
      const isMessage = (linkControl & (lifescanLinkBit.ack | lifescanLinkBit.disconnect)) === 0;
      const isNext = (linkControl & lifescanLinkBit.sent) === number;
      return isMessage && isNext ? fromHex(payload) : null;
    });
  }

  #frame(payload: string, bits = 0): Uint8Array {
    return lifescanFrame.encode({ linkControl: this.#sent | this.#expected | bits, payload });
  }
}

function has(frame: Uint8Array, bit: number): boolean {
  return (lifescanFrame.decode(frame).linkControl & bit) !== 0;
}

/** Hexadecimal text of a message made from octets. */
export function lifescanMessage(...octets: readonly number[]): string {
  return toHex(Uint8Array.from(octets));
}
