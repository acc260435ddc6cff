/** One LE ACL link: two ends, link-layer fragments in order, and the ways a link ends. */
import type { Clock } from '@hemma/runtime/clock.js';
import { HciError } from './hci-errors.js';
import type { TurnQueue } from './turns.js';

/**
 * Payload of one LE data PDU without the Data Length Extension, and the size of a controller's
 * buffers: 27 octets (Core 6.0 Vol 6 Part B §2.4). Anything longer travels in fragments.
 */
export const fragmentOctets = 27;

export interface Fragment {
  /** The first of an L2CAP PDU; the others continue it. */
  readonly first: boolean;
  readonly octets: Uint8Array;
}

/** In the units of HCI: 1.25 ms, connection events, 10 ms (Core 6.0 Vol 4 Part E §7.8.18). */
export interface ConnectionParameters {
  readonly interval: number;
  readonly latency: number;
  readonly supervisionTimeout: number;
}

/** The peripheral's host is asked for the key of this link. */
export interface KeyRequest {
  readonly random: Uint8Array;
  readonly diversifier: Uint8Array;
  /** Null: there is none. */
  answer(key: Uint8Array | null): void;
}

/** What the host side of an end hears, each in a later turn than its cause. */
export interface LinkListener {
  onFragment(fragment: Fragment): void;
  /** HCI error code: 0x16 after this end's own wish. Nothing comes after it. */
  onClosed(reason: number): void;
  onParameters?(parameters: ConnectionParameters): void;
  /** Left out: this end has no keys. */
  onKeyRequest?(request: KeyRequest): void;
  /** Encryption was tried: an HCI error code, 0 when it is on. */
  onEncryption?(status: number): void;
}

export interface LinkContext {
  readonly turns: TurnQueue;
  readonly clock: Pick<Clock, 'after'>;
}

type LinkState = 'open' | 'vanished' | 'closed';

const unconnected: LinkListener = { onFragment: () => undefined, onClosed: () => undefined };

/** One end. What was sent before the link broke still arrives; what is sent afterwards does not. */
export class LinkEnd {
  listener: LinkListener = unconnected;
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  send(fragment: Fragment): void {
    const peer = this.#link.peerOf(this);
    this.#link.whileOpen(() => peer.listener.onFragment(fragment));
  }

  /** Ends the link by this end's own wish: the other end hears the reason, this one 0x16. */
  close(reason: number): void {
    const own = HciError.terminatedByLocalHost;
    this.#link.end(this, { here: own, there: reason });
  }

  /** The link breaks at both ends at once. */
  break(reason: number): void {
    this.#link.end(this, { here: reason, there: reason });
  }

  /** This end is out of range: both ends notice when the supervision timeout has passed. */
  vanish(): void {
    this.#link.vanish();
  }

  update(parameters: ConnectionParameters): void {
    this.#link.update(parameters);
  }

  /** The central starts encryption with its key; both ends hear how it went. */
  encrypt(key: Uint8Array, request: Omit<KeyRequest, 'answer'>): void {
    const peer = this.#link.peerOf(this);
    const answer = (theirs: Uint8Array | null): void =>
      this.#link.whileOpen(() => this.#encrypted(peer, key, theirs));
    this.#link.whileOpen(() => {
      if (peer.listener.onKeyRequest === undefined) answer(null);
      else peer.listener.onKeyRequest({ ...request, answer });
    });
  }

  #encrypted(peer: LinkEnd, key: Uint8Array, theirs: Uint8Array | null): void {
    if (theirs === null) {
      this.listener.onEncryption?.(HciError.keyMissing);
      return;
    }
    const same = key.length === theirs.length && key.every((octet, i) => octet === theirs[i]);
    if (!same) {
      // A wrong key shows as a failed integrity check, which ends the link (Core 6.0 Vol 6 Part B §5.1.3).
      this.break(HciError.integrityCheckFailed);
      return;
    }
    this.listener.onEncryption?.(HciError.none);
    peer.listener.onEncryption?.(HciError.none);
  }
}

export class Link {
  readonly central = new LinkEnd(this);
  readonly peripheral = new LinkEnd(this);
  readonly #context: LinkContext;
  #parameters: ConnectionParameters;
  #state: LinkState = 'open';

  constructor(context: LinkContext, parameters: ConnectionParameters) {
    this.#context = context;
    this.#parameters = parameters;
  }

  get parameters(): ConnectionParameters {
    return this.#parameters;
  }

  peerOf(end: LinkEnd): LinkEnd {
    return end === this.central ? this.peripheral : this.central;
  }

  /** Carries something across, if anything crosses at all. */
  whileOpen(task: () => void): void {
    if (this.#state === 'open') this.#context.turns.post(task);
  }

  update(parameters: ConnectionParameters): void {
    this.#parameters = parameters;
    this.whileOpen(() => {
      this.central.listener.onParameters?.(parameters);
      this.peripheral.listener.onParameters?.(parameters);
    });
  }

  vanish(): void {
    if (this.#state !== 'open') return;
    this.#state = 'vanished';
    const lost = HciError.connectionTimeout;
    this.#context.clock.after(this.#parameters.supervisionTimeout * 10, () =>
      this.end(this.peripheral, { here: lost, there: lost }),
    );
  }

  end(by: LinkEnd, reasons: { readonly here: number; readonly there: number }): void {
    if (this.#state === 'closed') return;
    const gone = this.#state === 'vanished';
    this.#state = 'closed';
    const there = gone ? HciError.connectionTimeout : reasons.there;
    this.#context.turns.post(() => {
      by.listener.onClosed(reasons.here);
      this.peerOf(by).listener.onClosed(there);
    });
  }
}
