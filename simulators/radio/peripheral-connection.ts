/** A peripheral's side of one connection: L2CAP channels, ATT, values on their way out, faults. */
import { OctetWriter } from '@hemma/protocols/bytes.js';
import type { Uuid } from '@hemma/protocols/device.js';
import type { Cancellable } from '@hemma/runtime/clock.js';
import type { Air } from './air.js';
import { AttOpcode, AttServer } from './att.js';
import { Subscription } from './attributes.js';
import type { AttributeTable } from './attributes.js';
import type { RadioFaults } from './faults.js';
import { LinkError } from './gatt-server.js';
import { HciError } from './hci-errors.js';
import { Channel, Reassembler, fragmentsOf } from './l2cap.js';
import type { Fragment, LinkEnd, LinkListener } from './link.js';
import { securityAnswer, signalingAnswer } from './peripheral-channels.js';
import { randomOctets } from './random.js';

/** What common chips take: the longest PDU of a link with the Data Length Extension, less its head. */
const ordinaryMtu = 247;
/** An ATT transaction that takes longer has failed, and the bearer with it (Core 6.0 Vol 3 Part F §3.3.3). */
const transactionTimeoutMs = 30_000;
/** Indications waiting for their turn: a whole device memory, where a real stack has some ten. */
const maxWaitingIndications = 256;
/** Rubbish of the length of ordinary measurements. */
const maxRubbishOctets = 20;

export interface ConnectionContext {
  readonly air: Air;
  readonly address: string;
  readonly table: AttributeTable;
  readonly faults: RadioFaults;
  readonly onEnded: (reason: number) => void;
}

interface WaitingIndication {
  readonly pdu: Uint8Array;
  readonly confirmed: () => void;
  readonly failed: (error: LinkError) => void;
}

export class PeripheralConnection implements LinkListener {
  readonly #context: ConnectionContext;
  readonly #end: LinkEnd;
  readonly #att: AttServer;
  readonly #reassembler = new Reassembler();
  /** The first is on the air, waiting for its confirmation. */
  readonly #indications: WaitingIndication[] = [];
  #confirmationDue: Cancellable | null = null;
  #rubbish: Cancellable | null = null;
  #pdus = 0;
  #ended = false;

  constructor(context: ConnectionContext, end: LinkEnd) {
    this.#context = context;
    this.#end = end;
    this.#att = new AttServer(context.table, context.faults.mtu ?? ordinaryMtu);
    this.#applyFaults();
    this.#scheduleRubbish();
  }

  get mtu(): number {
    return this.#att.mtu;
  }

  subscription(characteristic: Uuid): number {
    return this.#att.subscriptions.get(this.#context.table.valueHandle(characteristic)) ?? 0;
  }

  onFragment(fragment: Fragment): void {
    const pdu = this.#reassembler.push(fragment);
    if (pdu === null) return;
    if (pdu.channel === Channel.attribute) this.#fromCentral(pdu.payload);
    else if (pdu.channel === Channel.signaling) this.#answer(pdu, signalingAnswer(pdu.payload));
    else if (pdu.channel === Channel.security) {
      this.#context.air.log.info({ device: this.#context.address }, 'pairing refused');
      this.#answer(pdu, securityAnswer(pdu.payload));
    }
  }

  onClosed(reason: number): void {
    this.#ended = true;
    this.#confirmationDue?.cancel();
    this.#rubbish?.cancel();
    const waiting = this.#indications.splice(0);
    for (const { failed } of waiting) failed(new LinkError('link-lost'));
    this.#context.onEnded(reason);
  }

  close(reason: number): void {
    this.#end.close(reason);
  }

  /** Resolves one turn later, so that a device that never stops sending leaves room for others. */
  async notify(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    this.#require(characteristic, Subscription.notify);
    await Promise.resolve(); // the response of the write that this follows goes first
    this.#requireLink();
    this.#send(this.#valuePdu(AttOpcode.notification, characteristic, octets));
    await new Promise<void>((resolve) => this.#context.air.turns.post(resolve));
  }

  async indicate(characteristic: Uuid, octets: Uint8Array): Promise<void> {
    this.#require(characteristic, Subscription.indicate);
    await Promise.resolve(); // as above
    this.#requireLink();
    if (this.#indications.length >= maxWaitingIndications) throw new LinkError('queue-full');
    const pdu = this.#valuePdu(AttOpcode.indication, characteristic, octets);
    await new Promise<void>((confirmed, failed) => {
      this.#indications.push({ pdu, confirmed, failed });
      if (this.#indications.length === 1) this.#indicateNext();
    });
  }

  #require(characteristic: Uuid, bit: number): void {
    const subscribed = (this.subscription(characteristic) & bit) !== 0;
    if (!subscribed) throw new LinkError('not-subscribed');
  }

  #requireLink(): void {
    if (this.#ended) throw new LinkError('link-lost');
  }

  #valuePdu(opcode: number, characteristic: Uuid, octets: Uint8Array): Uint8Array {
    const handle = this.#context.table.valueHandle(characteristic);
    const fitting = octets.subarray(0, this.mtu - 3);
    return new OctetWriter().uint8(opcode).uint16(handle).put(fitting).octets();
  }

  #indicateNext(): void {
    const [next] = this.#indications;
    if (next === undefined) return;
    this.#confirmationDue = this.#context.air.clock.after(transactionTimeoutMs, () => {
      this.#context.air.log.warn({ device: this.#context.address }, 'indication not confirmed');
      this.close(HciError.terminatedByRemoteUser);
    });
    this.#send(next.pdu);
  }

  #confirmed(): void {
    const confirmed = this.#indications.shift();
    if (confirmed === undefined) return;
    this.#confirmationDue?.cancel();
    confirmed.confirmed();
    this.#indicateNext();
  }

  #fromCentral(pdu: Uint8Array): void {
    const { silentAfterPdus } = this.#context.faults;
    if (silentAfterPdus !== null && this.#pdus >= silentAfterPdus) return;
    this.#count();
    if (pdu[0] === AttOpcode.confirmation) {
      this.#confirmed();
      return;
    }
    const response = this.#att.handle(pdu);
    if (response !== null) this.#send(response);
  }

  #answer({ channel }: { channel: number }, payload: Uint8Array | null): void {
    if (payload === null) return;
    for (const fragment of fragmentsOf({ channel, payload })) this.#end.send(fragment);
  }

  #send(payload: Uint8Array): void {
    this.#answer({ channel: Channel.attribute }, payload);
    this.#count();
  }

  #count(): void {
    this.#pdus += 1;
    this.#applyFaults();
  }

  #applyFaults(): void {
    const { linkLost, outOfRangeAfterPdus } = this.#context.faults;
    if (linkLost !== null && this.#pdus >= linkLost.afterPdus) this.#end.break(linkLost.reason);
    const outOfRange = outOfRangeAfterPdus !== null && this.#pdus >= outOfRangeAfterPdus;
    if (outOfRange) this.#end.vanish();
  }

  #scheduleRubbish(): void {
    const { rubbish } = this.#context.faults;
    if (rubbish === null || this.#ended) return;
    const { characteristic, everyMs } = rubbish;
    this.#rubbish = this.#context.air.clock.after(everyMs, () => {
      const { random } = this.#context.air;
      const octets = randomOctets(random, Math.floor(random() * (maxRubbishOctets + 1)));
      const subscribed = this.subscription(characteristic) !== 0;
      const pdu = this.#valuePdu(AttOpcode.notification, characteristic, octets);
      if (subscribed) this.#send(pdu);
      this.#scheduleRubbish();
    });
  }
}
