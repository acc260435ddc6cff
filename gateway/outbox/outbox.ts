import type { Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { ClockOutcome } from '@hemma/protocols/device.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { linkOf, sha256 } from './chain.js';
import { DoubtfulReadings, forgetDoubtful, keepDoubtful, noteCourse } from './doubtful.js';
import type { OutboxFile } from './file.js';
import { frameAfter } from './framing.js';
import type { Frame } from './framing.js';
import { GuardedFile } from './guard.js';
import { HeldReadings, noteRecord } from './held.js';
import type { Insert } from './held.js';
import type { DeviceClock, DeviceColumns, Draft, Refusal, Row } from './rows.js';
import type { Salvaged } from './salvage.js';
import { defaultLimits, forgetOldest, makeRoom, removeOld } from './space.js';
import type { OutboxLimits } from './space.js';

export interface OutboxOptions {
  /** Path of the SQLite file; its folder exists. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<OutboxLimits>;
}

/** Receipt progress not yet in the file: so many rows are sent twice after a power cut, at most. */
const maxUnsavedRows = 5_000;
/** Starts of the machine whose time is remembered: readings held longer have other traces. */
const maxBoots = 16;
/** Refusals not yet in the file: the cloud repeats them until they are, so keep the receipts short. */
const maxUnsavedRefusals = 100;

/**
 * Durability point one: what was appended survives a power cut, and waits here until a receipt says
 * that the cloud has stored it. One commit, hence one sync, per reading; none per receipt.
 */
export class Outbox implements Part {
  readonly name = 'outbox';
  readonly held: HeldReadings;
  readonly doubtful: DoubtfulReadings;
  readonly #guard: GuardedFile;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: OutboxLimits;
  readonly #listeners = new Set<() => void>();

  constructor(options: OutboxOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#guard = new GuardedFile(options.file, options.log, (file, salvaged) =>
      this.#takeOver(file, salvaged),
    );
    const insert: Insert = (file, draft, rows) => this.#insert(file, draft, rows);
    this.held = new HeldReadings(this.#guard, insert);
    this.doubtful = new DoubtfulReadings(this.#guard, insert);
  }

  /** Opens the file; a damaged one is put aside. Throws `disk_full` when there is no room to open it. */
  start(): void {
    this.#guard.open();
  }

  stop(): void {
    this.#guard.tryWrite(saveProgress);
    this.#guard.close();
  }

  get ledger(): string {
    return this.#guard.current().ledger.id;
  }

  /** Highest sequence number given out. */
  get last(): number {
    return this.#guard.current().ledger.last;
  }

  /** Up to here the cloud has spoken. */
  get confirmed(): number {
    return this.#guard.current().ledger.handled;
  }

  /** Rows that wait for a receipt. */
  get waiting(): number {
    return this.last - this.confirmed;
  }

  /** What is wrong right now, for the status message. */
  get problems(): readonly ErrorCode[] {
    return [...this.#guard.problems];
  }

  /** Latest moment that is certainly past: the trusted wall time of the last commit; 0 when none. */
  get latestWallMs(): number {
    return this.#guard.current().ledger.latestWallMs;
  }

  /** Calls back after every commit that added rows; gives the function that ends it. */
  onAppended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A new capture ordinal; it becomes durable with the row that carries it. */
  nextCapture(): number {
    return this.#guard.current().nextCapture();
  }

  /**
   * Keeps a measurement; when this returns it is durable. A known id is refused as a repeat.
   * Throws {@link CodedError} `disk_full`: nothing was kept, and the same call may work later.
   */
  append(row: Row): 'kept' | 'repeat' {
    return this.appendAll([row]) === 1 ? 'kept' : 'repeat';
  }

  /** The same for many (of different ids) in one transaction; gives how many were new. */
  appendAll(rows: readonly Row[]): number {
    const kept = this.#guard.write((file) => {
      const fresh = rows.filter((row) => !file.isKnown(row.id));
      if (fresh.length > 0) file.commit((draft) => this.#insert(file, draft, fresh));
      return fresh.length;
    });
    if (kept > 0) this.#tellListeners();
    return kept;
  }

  /** Turns held readings into rows, all or none. */
  release(stamped: readonly (Row & { readonly ordinal: number })[]): void {
    this.held.release(stamped);
    this.#tellListeners();
  }

  /** At most `limit` rows after `after`, in order, without content as an empty text. */
  rows(after: number, limit: number): readonly { readonly seq: number; readonly text: string }[] {
    const rows = this.#guard.current().statements.rowsAfter.all(after, limit);
    return rows.map(([seq, text]) => ({ seq, text: typeof text === 'string' ? text : '' }));
  }

  /** Turns doubtful readings into rows, all or none. */
  releaseDoubtful(rows: readonly Row[]): void {
    this.doubtful.release(rows);
    this.#tellListeners();
  }

  /** The envelope that follows row `after`; null when there is none. */
  frame(gateway: string, after: number): Frame | null {
    return frameAfter(this.#guard.current(), gateway, after);
  }

  /**
   * Takes in what a receipt of this ledger says. Costs no sync: the next reading carries it. A
   * receipt beyond the last row tells that the file is an old copy: its numbers were used before.
   */
  confirm(upTo: number, refused: readonly Refusal[]): void {
    const file = this.#guard.current();
    if (upTo > file.ledger.last) {
      this.#guard.renew('outdated', file.ledger.handled);
      this.#tellListeners();
      return;
    }
    if (upTo > file.ledger.handled) this.#guard.problems.delete('outbox_full');
    const fresh = file.noteHandled(upTo, refused);
    for (const refusal of fresh) this.#log.error(refusal, 'the cloud refused a row');
    if (
      file.ledger.handled - file.savedHandled > maxUnsavedRows ||
      file.unsavedRefusals.length > maxUnsavedRefusals
    )
      this.#guard.tryWrite(saveProgress);
  }

  /**
   * The cloud says that it has stored less than it said before, as it does after a restore from a
   * backup: what it lost is sent again, as far as the content is still here.
   */
  goBack(upTo: number): void {
    const file = this.#guard.current();
    if (upTo >= file.ledger.handled) return;
    this.#log.warn({ rows: file.ledger.handled - upTo }, 'the cloud has lost rows: sending again');
    file.goBack(upTo);
    this.#tellListeners();
  }

  /** The dead letters: rows that the cloud will never store. */
  refusals(): readonly Refusal[] {
    const file = this.#guard.current();
    return [...file.statements.refused.all(), ...file.unsavedRefusals];
  }

  /** Offset of a device's clock, measured while the time was known; null when it never was. */
  deviceClock(identity: string): DeviceClock | null {
    const { offsetMs = null, measuredMs = null } = this.#device(identity);
    return offsetMs === null || measuredMs === null ? null : { offsetMs, measuredMs };
  }

  /** Remembers it; callers do so only when it changed, since it costs a sync. */
  saveDeviceClock(
    identity: string,
    clock: DeviceClock | null,
    outcome: ClockOutcome | null = null,
  ): void {
    const { offsetMs = null, measuredMs = null } = clock ?? {};
    this.#guard.tryWrite((file) =>
      file.statements.saveClock.run(identity, offsetMs, measuredMs, outcome),
    );
  }

  /** What became of a device's clock when it was last kept; null when it never was. */
  clockOutcome(identity: string): ClockOutcome | null {
    return this.#device(identity).clockOutcome ?? null;
  }

  /** Wall time minus monotonic time of a start of this machine; null when it was never known. */
  bootOffset(bootId: string): number | null {
    return this.#guard.current().statements.boot.get(bootId) ?? null;
  }

  /** Remembers it, of the newest {@link maxBoots}. Costs a sync: only when it changed. */
  saveBootOffset(bootId: string, offsetMs: number): void {
    this.#guard.tryWrite(({ statements }) => {
      statements.saveBoot.run(bootId, offsetMs, Math.round(this.#clock.wall().ms));
      statements.trimBoots.run(maxBoots);
    });
  }

  /** The highest record number taken from this device; null when none is known. */
  lastSequence(identity: string): number | null {
    return this.#device(identity).lastSequence ?? null;
  }

  /** Saves receipt progress and keeps to the limits; run about once an hour. */
  housekeep(): void {
    const wall = this.#clock.wall();
    this.#guard.tryWrite((file) => {
      file.commit((draft) => {
        if (wall.trust === 'synced') {
          removeOld(file, draft, this.#limits, wall.ms);
          forgetDoubtful(file, wall.ms);
        }
        forgetOldest(file, draft, this.#limits);
      });
    });
  }

  #device(identity: string): Partial<DeviceColumns> {
    return this.#guard.current().statements.device.get(identity) ?? {};
  }

  #insert(file: OutboxFile, draft: Draft, rows: readonly Row[]): void {
    const { ledger, content } = draft;
    const wall = this.#clock.wall();
    for (const row of rows) {
      const { id, text, doubt, course = [] } = row;
      noteRecord(file, row);
      noteCourse(file, course);
      if (doubt !== undefined) {
        keepDoubtful(file, { id, text, ...doubt });
        continue;
      }
      const digest = sha256(text);
      ledger.last += 1;
      ledger.lastLink = linkOf(ledger.lastLink, ledger.last, digest);
      file.statements.insertRow.run(ledger.last, id, text, digest, ledger.lastLink, wall.ms);
      content.rows += 1;
      content.octets += Buffer.byteLength(text);
    }
    if (wall.trust === 'synced') ledger.latestWallMs = Math.max(ledger.latestWallMs, wall.ms);
    this.#makeRoom(file, draft);
  }

  #makeRoom(file: OutboxFile, draft: Draft): void {
    const { unconfirmed } = makeRoom(file, draft, this.#limits);
    if (unconfirmed === 0) return;
    this.#guard.problems.add('outbox_full');
    this.#log.error({ rows: unconfirmed }, 'outbox is full: unconfirmed readings were removed');
  }

  #takeOver(file: OutboxFile, { rows, held, doubtful, course }: Salvaged): void {
    file.commit((draft) => {
      this.#insert(file, draft, rows);
      for (const { id, text } of held) file.statements.insertHeld.run(id, text);
      for (const row of doubtful) keepDoubtful(file, row);
      noteCourse(file, course);
    });
    this.held.recount();
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}

function saveProgress(file: OutboxFile): void {
  if (file.ledger.handled > file.savedHandled || file.unsavedRefusals.length > 0)
    file.commit(() => undefined);
}
