import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import {
  maxEnvelopeOctets,
  maxEnvelopeRows,
  parseEnvelope,
  zeroLink,
} from '@hemma/protocols/wire/envelope.js';
import type { Envelope } from '@hemma/protocols/wire/envelope.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { linkOf, sha256 } from './chain.js';
import { Outbox } from './outbox.js';
import type { Row } from './rows.js';
import type { OutboxLimits } from './space.js';
import { dayMs } from './space.js';

const gateway = 'gw-test';
const clock = new ManualClock();
const row = (n: number, octets = 20): Row => ({
  id: sha256(`id ${n}`),
  text: JSON.stringify({ n, filler: 'x'.repeat(octets) }),
});
const rows = (from: number, to: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));

function open(file = join(testFolder(), 'outbox.sqlite'), limits: Partial<OutboxLimits> = {}) {
  const outbox = new Outbox({ file, clock, log: createLog('test', 'silent'), limits });
  outbox.start();
  onTestFinished(() => outbox.stop());
  return { outbox, file };
}

function byHand(file: string, sql: string): void {
  const db = new Database(file);
  db.exec(sql);
  db.close();
}

function frame(outbox: Outbox, after: number): Envelope {
  return parseEnvelope(Buffer.from(outbox.frame(gateway, after)!.text));
}

/** Every row after `after`, envelope by envelope, as the cloud would see them. */
function drain(outbox: Outbox, after = 0): Envelope['rows'] {
  const all = [];
  for (let at = after; at < outbox.last;) {
    const { header, rows: sent } = frame(outbox, at);
    expect(header.first).toBe(at + 1);
    all.push(...sent);
    at = header.last;
  }
  return all;
}

describe('keeping', () => {
  it('keeps rows in order and links them as the contract says', () => {
    const { outbox } = open();
    for (const r of rows(1, 3)) expect(outbox.append(r)).toBe('kept');
    const { header, rows: sent } = frame(outbox, 0);
    expect(header).toMatchObject({ v: 1, gateway, first: 1, last: 3, handled: 0 });
    expect(header.ledger).toMatch(/^[0-9a-f]{32}$/);
    let link = zeroLink;
    for (const { seq, text, link: told } of sent) {
      expect(text).toBe(row(seq).text);
      link = linkOf(link, seq, sha256(text));
      expect(told).toBe(link);
    }
    expect(frame(outbox, 2).header.before).toBe(sent[1]!.link);
  });

  it('survives being opened again, numbers, ledger and ordinals included', () => {
    const { outbox, file } = open();
    outbox.append(row(1));
    const [ledger, ordinal] = [outbox.ledger, outbox.nextCapture()];
    outbox.append(row(2));
    outbox.stop();
    const again = open(file).outbox;
    expect(again.ledger).toBe(ledger);
    expect(again.nextCapture()).toBe(ordinal + 1);
    expect(again.append(row(3))).toBe('kept');
    expect(drain(again).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('refuses a repeat, also after its content is gone', () => {
    const { outbox } = open(undefined, { maxAgeMs: 0 });
    outbox.append(row(1));
    outbox.append(row(2));
    expect(outbox.append(row(1))).toBe('repeat');
    outbox.confirm(2, []);
    clock.jumpWall(1);
    outbox.housekeep();
    expect(drain(outbox)[0]!.text).toMatch(/^\{"absent":"culled","digest":"[0-9a-f]{64}"\}$/);
    expect(outbox.append(row(1))).toBe('repeat');
    expect(outbox.last).toBe(2);
  });

  it('gives two files different ledgers and ordinals that do not meet', () => {
    const [a, b] = [open().outbox, open().outbox];
    expect(a.ledger).not.toBe(b.ledger);
    expect(a.nextCapture()).not.toBe(b.nextCapture());
  });

  it('refuses to write where another process does', () => {
    const { outbox, file } = open();
    const other = open(file).outbox;
    other.append(row(1));
    expect(() => outbox.append(row(2))).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(other.append(row(3))).toBe('kept');
  });

  it('tells listeners about new rows only', () => {
    const { outbox } = open();
    let told = 0;
    const end = outbox.onAppended(() => (told += 1));
    outbox.append(row(1));
    outbox.append(row(1));
    expect(outbox.appendAll(rows(1, 5))).toBe(4);
    expect(told).toBe(2);
    end();
    outbox.append(row(6));
    expect(told).toBe(2);
  });

  it('remembers the highest record number of each device', () => {
    const { outbox } = open();
    expect(outbox.lastSequence('ble:1')).toBeNull();
    outbox.append({ ...row(1), record: { identity: 'ble:1', sequence: 7 } });
    outbox.append({ ...row(2), record: { identity: 'ble:1', sequence: 3 } });
    expect(outbox.lastSequence('ble:1')).toBe(7);
    outbox.saveDeviceClock('ble:1', { offsetMs: -60, measuredMs: 5 });
    expect(outbox.deviceClock('ble:1')).toEqual({ offsetMs: -60, measuredMs: 5 });
    expect(outbox.lastSequence('ble:1')).toBe(7);
    expect(outbox.deviceClock('ble:2')).toBeNull();
  });
});

describe('framing', () => {
  it('fills an envelope to 200 rows', () => {
    const { outbox } = open();
    outbox.appendAll(rows(1, maxEnvelopeRows + 1));
    expect(frame(outbox, 0).header.last).toBe(maxEnvelopeRows);
    expect(frame(outbox, maxEnvelopeRows).rows).toHaveLength(1);
    expect(outbox.frame(gateway, maxEnvelopeRows + 1)).toBeNull();
  });

  it('never exceeds 64 KiB, whatever the rows, and counts octets, not characters', () => {
    const { outbox } = open();
    outbox.appendAll(
      Array.from({ length: 300 }, (_, n) => ({
        id: sha256(`${n}`),
        text: JSON.stringify('å'.repeat((n * 37) % 3_000)),
      })),
    );
    let frames = 0;
    for (let at = 0; at < outbox.last; frames += 1) {
      const next = outbox.frame('g'.repeat(40), at)!;
      expect(Buffer.byteLength(next.text)).toBeLessThanOrEqual(maxEnvelopeOctets);
      expect(next.first).toBe(at + 1);
      at = next.last;
    }
    const octets = 300 * (1_500 * 2 + 70);
    expect(frames).toBeLessThan((1.1 * octets) / maxEnvelopeOctets + 1);
  });

  it('says that a row was cut out, links null, and goes on behind it', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 6));
    byHand(file, 'DELETE FROM outbox WHERE seq IN (1, 3, 4, 6)');
    const sent = drain(outbox);
    expect(sent.map(({ text }) => text.includes('missing'))).toEqual(
      [true, false, true, true, false, true], // prettier-ignore
    );
    expect(sent.map(({ link }) => link === null)).toEqual([true, false, true, true, false, true]);
    expect(frame(outbox, 1).header.before).toBeNull();
    expect(outbox.append(row(7))).toBe('kept');
    expect(outbox.last).toBe(7);
  });

  it('takes back a row that was cut out when the device hands it out again', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 2));
    byHand(file, 'DELETE FROM outbox WHERE seq = 1');
    expect(outbox.append(row(1))).toBe('kept');
    expect(drain(outbox)[2]!.text).toBe(row(1).text);
  });

  it('sends a changed row as it is, and lets a spoiled one block nobody', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 5));
    byHand(
      file,
      `UPDATE outbox SET text = '{"n":99}' WHERE seq = 1;
       UPDATE outbox SET text = 'two' || char(10) || 'lines' WHERE seq = 2;
       UPDATE outbox SET link = 'nonsense' WHERE seq = 3;
       UPDATE outbox SET text = hex(zeroblob(40000)) WHERE seq = 4;
       UPDATE outbox SET text = NULL, digest = '' WHERE seq = 5;
       INSERT INTO outbox VALUES (9, 'added', '{}', '', '', 0)`,
    );
    const sent = drain(outbox);
    expect(sent.map(({ text }) => text)).toEqual([
      '{"n":99}',
      '{"absent":"missing"}',
      row(3).text,
      '{"absent":"missing"}',
      '{"absent":"missing"}',
    ]);
    expect(sent[0]!.link).toBe(linkOf(zeroLink, 1, sha256(row(1).text)));
    expect(sent[2]!.link).toBe(zeroLink);
    expect(frame(outbox, 3).header.before).toBeNull();
  });
});

describe('receipts', () => {
  it('moves the confirmed point forward only', () => {
    const { outbox } = open();
    outbox.appendAll(rows(1, 5));
    outbox.confirm(3, []);
    outbox.confirm(2, []);
    expect([outbox.confirmed, outbox.waiting]).toEqual([3, 2]);
  });

  it('keeps progress over a stop, and with the next reading over a power cut', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 5));
    outbox.confirm(3, []);
    expect(frame(outbox, 3).header.handled).toBe(0);
    outbox.append(row(6));
    expect(frame(outbox, 3).header.handled).toBe(3);
    expect(open(file).outbox.confirmed).toBe(3);
    outbox.confirm(6, []);
    outbox.stop();
    expect(open(file).outbox.confirmed).toBe(6);
  });

  it('keeps the rows that the cloud refused, with its codes, once each', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 5));
    outbox.confirm(3, [{ seq: 2, code: 'row_malformed' }]);
    outbox.confirm(4, [
      { seq: 2, code: 'row_malformed' },
      { seq: 4, code: 'unknown_kind' },
    ]);
    const expected = [
      { seq: 2, code: 'row_malformed' },
      { seq: 4, code: 'unknown_kind' },
    ];
    expect(outbox.refusals()).toEqual(expected);
    outbox.stop();
    const again = open(file).outbox;
    again.confirm(5, [{ seq: 4, code: 'unknown_kind' }]);
    expect(again.refusals()).toEqual(expected);
  });

  it('begins a new ledger when the cloud has seen more than this file holds', () => {
    const { outbox, file } = open();
    outbox.appendAll(rows(1, 5));
    outbox.confirm(2, []);
    const before = outbox.ledger;
    outbox.confirm(9, []);
    expect(outbox.ledger).not.toBe(before);
    expect(outbox.problems).toContain('outbox_damaged');
    expect(drain(outbox).map(({ text }) => text)).toEqual(rows(3, 5).map(({ text }) => text));
    expect(open(file).outbox.last).toBe(3);
  });
});

describe('space', () => {
  it('removes confirmed content of age, and leaves what waits', () => {
    const { outbox } = open(undefined, { maxAgeMs: 30 * dayMs });
    outbox.appendAll(rows(1, 3));
    outbox.confirm(2, []);
    clock.jumpWall(30 * dayMs);
    outbox.housekeep();
    expect(drain(outbox).some(({ text }) => text.includes('culled'))).toBe(false);
    clock.jumpWall(1);
    outbox.housekeep();
    expect(drain(outbox).map(({ text }) => text.includes('culled'))).toEqual([true, true, false]);
    expect(outbox.problems).toEqual([]);
  });

  it('removes nothing by age while the time is not known', () => {
    const { outbox } = open(undefined, { maxAgeMs: 0 });
    outbox.append(row(1));
    outbox.confirm(1, []);
    clock.jumpWall(dayMs);
    clock.trust = 'unknown';
    onTestFinished(() => void (clock.trust = 'synced'));
    outbox.housekeep();
    expect(drain(outbox)[0]!.text).toBe(row(1).text);
  });

  it('makes room from confirmed rows first, then loudly from the oldest that wait', () => {
    const { outbox } = open(undefined, { maxRows: 4 });
    outbox.appendAll(rows(1, 4));
    outbox.confirm(2, []);
    outbox.appendAll(rows(5, 6));
    expect(outbox.problems).toEqual([]);
    outbox.append(row(7));
    expect(outbox.problems).toEqual(['outbox_full']);
    const sent = drain(outbox);
    expect(sent.map(({ text }) => text.includes('culled'))).toEqual(
      [true, true, true, false, false, false, false], // prettier-ignore
    );
    const digest = sha256(row(3).text);
    expect(sent[2]!.text).toBe(`{"absent":"culled","digest":"${digest}"}`);
    expect(sent[2]!.link).toBe(linkOf(sent[1]!.link!, 3, digest));
    outbox.confirm(5, []);
    expect(outbox.problems).toEqual([]);
  });

  it('keeps to the octets as well', () => {
    const { outbox } = open(undefined, { maxOctets: 10_000 });
    for (let n = 1; n <= 30; n += 1) outbox.append(row(n, 970));
    const kept = drain(outbox).filter(({ text }) => !text.includes('culled'));
    expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, i) => i + 21));
  });

  it('forgets the oldest identities at the limit, never those that wait', () => {
    const { outbox } = open(undefined, { maxRemembered: 3, maxAgeMs: 0 });
    outbox.appendAll(rows(1, 10));
    outbox.confirm(9, []);
    clock.jumpWall(1);
    outbox.housekeep();
    expect(outbox.append(row(8))).toBe('repeat');
    expect(outbox.append(row(7))).toBe('kept');
    expect(frame(outbox, 9).header.before).toMatch(/^[0-9a-f]{64}$/);
  });
});
