import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { parseEnvelope } from '@hemma/protocols/wire/envelope.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { canMountSmallDisk, smallDisk } from '../../tooling/testkit/small-disk.js';
import { sha256 } from './chain.js';
import { Outbox } from './outbox.js';
import type { Row } from './rows.js';
import { maxFilesAside } from './salvage.js';

const row = (n: number, octets = 800): Row => ({
  id: sha256(`id ${n}`),
  text: JSON.stringify({ n, filler: 'x'.repeat(octets) }),
});
const rows = (from: number, to: number): Row[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(from + i));

function open(file: string): Outbox {
  const outbox = new Outbox({ file, clock: new ManualClock(), log: createLog('test', 'silent') });
  outbox.start();
  onTestFinished(() => outbox.stop());
  return outbox;
}

function texts(outbox: Outbox): string[] {
  const all: string[] = [];
  for (let at = 0; at < outbox.last;) {
    const { header, rows: sent } = parseEnvelope(Buffer.from(outbox.frame('gw-test', at)!.text));
    all.push(...sent.map(({ text }) => text));
    at = header.last;
  }
  return all;
}

const aside = (file: string): string[] =>
  readdirSync(dirname(file)).filter((name) => /aside-[0-9a-f]+$/.test(name));

describe('a damaged file', () => {
  it('is put aside when it is no database, and a new ledger begins', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    writeFileSync(file, 'no database at all'.repeat(1_000));
    const outbox = open(file);
    expect(outbox.problems).toEqual(['outbox_damaged']);
    expect(outbox.append(row(1))).toBe('kept');
    expect(aside(file)).toHaveLength(1);
  });

  it('gives up what can still be read of the rows that wait and the readings that are held', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    const before = open(file);
    before.appendAll(rows(1, 200));
    before.held.add(row(900));
    before.confirm(50, []);
    const ledger = before.ledger;
    before.stop();
    // The last tenth of the file is lost, as after a card that lied about its size.
    const db = new Database(file);
    const octets = Number(db.pragma('page_count', { simple: true })) * 4_096;
    db.close();
    truncateSync(file, Math.floor((octets * 0.9) / 4_096) * 4_096);

    const outbox = open(file);
    expect(outbox.ledger).not.toBe(ledger);
    const saved = texts(outbox);
    expect(saved.length).toBeGreaterThan(50);
    const waiting = rows(51, 200).map(({ text }) => text);
    expect(saved.filter((text) => !waiting.includes(text))).toEqual([]);
    expect(outbox.held.count).toBe(1);
    expect(outbox.append(row(1_000))).toBe('kept');
  });

  it('does not trust a saved row whose text was changed', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    const outbox = open(file);
    outbox.appendAll(rows(1, 3));
    const db = new Database(file);
    db.exec(`UPDATE outbox SET text = '{}' WHERE seq = 2`);
    db.close();
    outbox.confirm(99, []);
    expect(texts(outbox)).toEqual([row(1).text, row(3).text]);
  });

  it('is noticed while the gateway runs; the reading at hand is kept in the new file', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    const outbox = open(file);
    outbox.appendAll(rows(1, 20));
    const db = new Database(file);
    // The unique index points to pages that are something else now.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.exec(`UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'sqlite_autoindex_outbox_1'`);
    db.pragma('schema_version = 4711');
    db.close();
    expect(outbox.append(row(21))).toBe('kept');
    expect(outbox.problems).toEqual(['outbox_damaged']);
    expect(texts(outbox)).toEqual(rows(1, 21).map(({ text }) => text));
  });

  it('leaves no more than a few files behind', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    for (let i = 0; i < maxFilesAside + 2; i += 1) {
      writeFileSync(file, 'no database at all'.repeat(1_000));
      const outbox = open(file);
      outbox.append(row(1));
      outbox.stop();
    }
    expect(aside(file)).toHaveLength(maxFilesAside);
  });
});

describe.runIf(canMountSmallDisk('full disk'))('a full disk', () => {
  it('keeps nothing, says so, and recovers by itself', () => {
    const folder = smallDisk(2_048);
    const outbox = open(join(folder, 'outbox.sqlite'));
    expect(outbox.append(row(1))).toBe('kept');
    const ballast = join(folder, 'ballast');
    fill(ballast);
    let kept = 1;
    const refusal = (): unknown => {
      for (;;) {
        try {
          outbox.append(row(kept + 1));
          kept += 1;
        } catch (error) {
          return error;
        }
      }
    };
    expect(refusal()).toMatchObject({ code: 'disk_full' });
    expect(outbox.append(row(1)), 'writes nothing').toBe('repeat');
    expect(outbox.problems).toEqual(['disk_full']);
    expect(() => outbox.held.add(row(5_000))).toThrow(
      expect.objectContaining({ code: 'disk_full' }),
    );
    outbox.confirm(1, []);
    expect(() => outbox.housekeep()).not.toThrow();
    expect(texts(outbox)).toHaveLength(kept);

    rmSync(ballast);
    expect(outbox.append(row(kept + 1))).toBe('kept');
    expect(outbox.problems).toEqual([]);
    expect(outbox.last).toBe(kept + 1);
    expect(texts(outbox)).toEqual(rows(1, kept + 1).map(({ text }) => text));
  });
});

/** Writes until nothing more fits. */
function fill(path: string): void {
  const chunk = Buffer.alloc(16_384);
  try {
    for (;;) writeFileSync(path, chunk, { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
