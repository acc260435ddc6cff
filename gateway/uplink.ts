import type { Cancellable } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import { MqttConnection } from '@hemma/runtime/mqtt.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import type { Receipt, Status } from '@hemma/protocols/wire/messages.js';
import { parseTopic, topicOf } from '@hemma/protocols/wire/topics.js';
import type { UplinkOptions } from './uplink/options.js';
import { Patience } from './uplink/patience.js';
import { parseReceipt } from './uplink/receipt.js';
import { SendWindow } from './uplink/send-window.js';
import { timeFrom } from './uplink/time-reference.js';

/** Twice in a row without a receipt, it may be the connection that is stuck. */
const silencesBeforeReconnect = 2;
/** Publishes that the broker has not taken: twice the window, so that one rewind fits. */
const maxUnacknowledged = 16;
/** After a fault of the outbox; disk and file recover by themselves or not at all. */
const faultPauseMs = 30_000;
/** Saying goodbye must not hold up the end. */
const goodbyeMs = 1_000;

/**
 * Sends what waits in the outbox and believes receipts only. A lost receipt costs nothing, a lost
 * envelope is sent again from the confirmed point.
 */
export class Uplink implements Part {
  readonly name = 'uplink';
  readonly #options: UplinkOptions;
  readonly #window = new SendWindow();
  readonly #patience: Patience;
  #connection: MqttConnection | null = null;
  #isUp = false;
  #problem: ErrorCode | null = null;
  #ledger = '';
  #unacknowledged = 0;
  #pausedUntilMs = 0;
  #isPumpDue = false;
  /** The status that the broker has not taken yet, and whether there is a newer one. */
  #telling: Promise<void> | null = null;
  #isStatusDue = false;
  #wakeTimer: Cancellable | null = null;
  /** When the cloud was asked for a receipt while nothing else could cause one. */
  #askedMs: number | null = null;
  /** What the last receipt said, since connecting or going back; null: none has come. */
  #heardUpTo: number | null = null;
  #stopListening: () => void = () => undefined;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#patience = new Patience(options.clock, (inARow) => this.#onSilence(inARow));
  }

  /** Whether the broker is connected. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Why not, as far as it is known. */
  get problem(): ErrorCode | null {
    return this.#problem;
  }

  start(): void {
    this.#stopListening = this.#options.outbox.onAppended(() => this.#schedulePump());
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#stopListening();
    this.#patience.end();
    this.#wakeTimer?.cancel();
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    const { clock } = this.#options;
    if (connection.connected) {
      const goodbye = this.#publishState(connection, 'offline').catch(() => undefined);
      await Promise.race([goodbye, new Promise<void>((end) => clock.after(goodbyeMs, end))]);
    }
    this.#isUp = false;
    await connection.stop();
  }

  /**
   * Tells the cloud how the gateway is; it answers with a receipt, which tells the time as well. Readings
   * outrank it: what there is room for goes first. One is under way at a time, and the newest follows it.
   */
  publishStatus(): void {
    const connection = this.#connection;
    if (connection === null || !this.#isUp) return;
    this.#guarded(() => this.#pump());
    this.#isStatusDue = this.#telling !== null;
    if (this.#isStatusDue) return;
    if (this.#window.isEmpty) this.#askedMs = this.#options.clock.monotonicMs();
    const told = this.#publishState(connection, 'online').catch(() => undefined);
    this.#telling = told;
    void told.then(() => this.#statusTold(told));
  }

  #statusTold(told: Promise<void>): void {
    if (told !== this.#telling) return;
    this.#telling = null;
    if (this.#isStatusDue) this.publishStatus();
  }

  #connect(): void {
    const { gateway, secret, broker } = this.#options;
    this.#unacknowledged = 0;
    this.#telling = null;
    const connection = new MqttConnection({
      url: broker,
      clientId: gateway,
      username: gateway,
      password: secret,
      protocolVersion: 4,
      filters: [topicOf(gateway, 'receipts'), topicOf(gateway, 'commands')],
      will: { topic: topicOf(gateway, 'status'), payload: this.#statusText('offline') },
      onMessage: (topic, payload) => {
        if (connection === this.#connection) this.#hear(topic, payload);
      },
      onConnected: () => {
        if (connection === this.#connection) this.#begin();
      },
      onDisconnected: (reason) => {
        if (connection === this.#connection) this.#lose(reason);
      },
    });
    this.#connection = connection;
    connection.start();
  }

  #begin(): void {
    const { log, outbox } = this.#options;
    this.#isUp = true;
    this.#problem = null;
    this.#pausedUntilMs = 0;
    log.info('broker connected');
    this.#heardUpTo = null;
    this.#guarded(() => this.#window.rewind(outbox.confirmed));
    this.publishStatus();
    this.#schedulePump();
  }

  #lose(reason: 'closed' | 'refused'): void {
    const problem = reason === 'refused' ? 'broker_refused' : 'broker_unavailable';
    // A refusal is followed by a close, which must not hide it.
    if (this.#problem === null || reason === 'refused') {
      if (this.#problem !== problem) this.#options.log.warn({ code: problem }, 'broker');
      this.#problem = problem;
    }
    this.#isUp = false;
    this.#telling = null;
    this.#askedMs = null;
    this.#patience.end();
  }

  #reconnect(): void {
    this.#options.log.warn('no receipts: connecting anew');
    this.#isUp = false;
    const stuck = this.#connection;
    this.#connect();
    stuck?.stop().catch(() => undefined);
  }

  #schedulePump(): void {
    if (this.#isPumpDue) return;
    this.#isPumpDue = true;
    queueMicrotask(() => {
      this.#isPumpDue = false;
      this.#guarded(() => this.#pump());
    });
  }

  /** Sends as many envelopes as the window has room for. */
  #pump(): void {
    const { clock, outbox, gateway } = this.#options;
    if (!this.#isUp || clock.monotonicMs() < this.#pausedUntilMs) return;
    if (outbox.ledger !== this.#ledger) {
      this.#ledger = outbox.ledger;
      this.#window.rewind(outbox.confirmed);
    }
    while (!this.#window.isFull && this.#unacknowledged < maxUnacknowledged) {
      const frame = outbox.frame(gateway, this.#window.sentTo);
      if (frame === null) break;
      if (this.#window.isEmpty) this.#patience.begin();
      this.#window.sent(frame.last, clock.monotonicMs());
      this.#askedMs = null;
      this.#send(frame.text);
    }
  }

  #send(text: string): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#unacknowledged += 1;
    connection
      .publish(topicOf(this.#options.gateway, 'measurements'), text)
      .catch(() => undefined) // It is sent again when its receipt does not come.
      .finally(() => {
        if (connection !== this.#connection) return;
        this.#unacknowledged -= 1;
        this.#schedulePump();
      });
  }

  #onSilence(inARow: number): void {
    if (!this.#isUp || this.#window.isEmpty) return;
    this.#guarded(() => this.#goBack(this.#heardUpTo ?? Infinity));
    if (inARow % silencesBeforeReconnect === 0) this.#reconnect();
    else this.#schedulePump();
  }

  #hear(topic: string, payload: Uint8Array): void {
    if (parseTopic(topic)?.channel === 'commands') return this.#options.onCommand?.(payload);
    const receipt = parseReceipt(payload);
    if (receipt?.gateway === this.#options.gateway) this.#guarded(() => this.#take(receipt));
    else this.#options.log.warn('a message that is no receipt for this gateway');
  }

  #take(receipt: Receipt): void {
    const { outbox, clock } = this.#options;
    const askedMs = this.#askedMs;
    this.#askedMs = null;
    let answeredMs = askedMs;
    if (receipt.ledger === outbox.ledger) answeredMs = this.#confirm(receipt) ?? askedMs;
    if (answeredMs !== null) this.#learnTime(receipt.at, clock.monotonicMs() - answeredMs);
    this.#pause(receipt.pauseMs);
    this.#schedulePump();
    this.#options.onReceipt?.();
  }

  /** Gives when the newest envelope was sent that this answers; null when it answers none. */
  #confirm({ upTo, refused }: Receipt): number | null {
    const { outbox } = this.#options;
    const before = outbox.confirmed;
    // Nothing from before this connection can come late: the cloud really has less than it had.
    if (this.#heardUpTo === null && upTo < before) this.#goBack(upTo);
    this.#heardUpTo = upTo;
    outbox.confirm(upTo, refused);
    const sentMs = this.#window.confirmed(upTo);
    if (outbox.confirmed > before) {
      this.#patience.reset();
      if (!this.#window.isEmpty) this.#patience.begin();
    }
    return sentMs;
  }

  #goBack(upTo: number): void {
    const { outbox } = this.#options;
    outbox.goBack(upTo);
    this.#window.rewind(outbox.confirmed);
  }

  #learnTime(spokenMs: number, roundTripMs: number): void {
    const { clock, log, onTime } = this.#options;
    const ms = timeFrom(spokenMs, roundTripMs, clock.wall());
    if (ms === null) return;
    clock.setReference(ms);
    log.info('wall clock set by the time of the cloud');
    onTime?.();
  }

  /** A cloud that asks for a pause has dropped what was on its way. */
  #pause(ms: number): void {
    const { clock, log, outbox } = this.#options;
    this.#pausedUntilMs = clock.monotonicMs() + ms;
    this.#wakeTimer?.cancel();
    if (ms === 0) return;
    log.info({ ms }, 'the cloud asks for a pause');
    this.#patience.end();
    this.#window.rewind(outbox.confirmed);
    this.#wakeTimer = clock.after(ms, () => this.#schedulePump());
  }

  #publishState(connection: MqttConnection, state: Status['state']): Promise<void> {
    const topic = topicOf(this.#options.gateway, 'status');
    return connection.publish(topic, this.#statusText(state), true);
  }

  #statusText(state: Status['state']): string {
    const { gateway, clock, report } = this.#options;
    const at = Math.round(clock.wall().ms);
    const status: Status = { v: 1, gateway, state, at, ...(state === 'online' ? report() : {}) };
    return JSON.stringify(status);
  }

  /** A fault of the outbox must not end the uplink: it is tried again, since disks recover. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      const { clock, log } = this.#options;
      log.error({ err: error }, 'the outbox cannot be used');
      this.#wakeTimer?.cancel();
      this.#wakeTimer = clock.after(faultPauseMs, () => this.#schedulePump());
    }
  }
}
