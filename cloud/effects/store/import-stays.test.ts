import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { patient } from '../../../tooling/testkit/effect-log.js';
import { ManualClock } from '../../../tooling/testkit/manual-clock.js';
import { openDatabase } from '../../database/database.js';
import type { Database } from '../../database/database.js';
import { People } from '../../people/people.js';
import { dateOfDay, dayOfDate } from '@hemma/protocols/plans/calendar.js';
import { Refused } from '../../plans/refused.js';
import { importInpatientDays, maxToldRows } from './import-stays.js';
import type { Cover } from './import-stays.js';
import { readInpatient } from './read-kept.js';

const head = 'patient;inskriven;utskriven;huvuddiagnos';
const now = Date.UTC(2026, 6, 1, 10);
const folder = mkdtempSync(join(tmpdir(), 'hemma-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cover = (from: string, to: string): Cover => ({
  fromDay: dayOfDate(from),
  toDay: dayOfDate(to),
});
const [one, other] = [patient(1), patient(2)];
const stay = `${one};2026-01-02;2026-01-05;I50.9`;

let files = 0;
let database: Database;

describe('the import of inpatient days', () => {
  beforeEach(async () => {
    const dataDir = join(folder, String((files += 1)));
    database = await openDatabase({ database: 'sqlite', dataDir });
    for (const ref of [one, other])
      await new People(database.db).add({ displayName: `Name of ${ref}`, ref }, now);
  });
  afterEach(() => database.close());

  const bring = (rows: readonly string[], covers: Cover | null = null) => {
    const octets = Buffer.from([head, ...rows].join('\n'));
    return importInpatientDays({ db: database.db, clock: new ManualClock(now) }, octets, covers);
  };
  const refusal = async (rows: readonly string[], covers: Cover | null = null) => {
    try {
      await bring(rows, covers);
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
    throw new Error('It was taken in.');
  };
  const kept = async () => {
    const inpatient = await readInpatient(database.db, [one, other]);
    if (inpatient === null) return null;
    const day = (it: number | null) => (it === null ? '-' : dateOfDay(it));
    const { coversFrom, coversTo, stays } = inpatient;
    return {
      covers: `${day(coversFrom)} ${day(coversTo)}`,
      stays: stays
        .map((it) => `${it.patient} ${day(it.fromDay)} ${day(it.toDay)} ${it.mainDiagnosis}`)
        .toSorted(),
    };
  };

  it('stores the same file once, however often it comes', async () => {
    const rows = [stay, `${other};2026-02-01;;J18.9`];
    expect(await bring(rows)).toMatchObject({ added: 2, changed: 0, known: 0, repeated: 0 });
    const before = await kept();
    expect(before).toEqual({
      covers: '2026-01-02 2026-02-01',
      stays: [`${one} 2026-01-02 2026-01-05 I509`, `${other} 2026-02-01 - J189`],
    });
    expect(await bring(rows)).toMatchObject({ added: 0, changed: 0, known: 2 });
    expect(await kept()).toEqual(before);
  });

  it('takes the discharge of a stay that went on, and says that it changed', async () => {
    await bring([`${one};2026-02-01;;I50.9`]);
    expect(await bring([`${one};2026-02-01;2026-02-09;I50.9`])).toMatchObject({
      ...{ added: 0, changed: 1, known: 0 },
    });
    expect((await kept())!.stays).toEqual([`${one} 2026-02-01 2026-02-09 I509`]);
  });

  it('stores nothing of a file with a row that cannot be used, and tells each with its line', async () => {
    const bad = [stay, `${one};2026-01-09;2026-01-08;I50`, 'p-99999999;2026-01-02;;I50', 'x;y'];
    const { code, problems } = await refusal(bad);
    expect(code).toBe('import_refused');
    expect(problems.map((it) => [it.code, it.path])).toEqual([
      ['stay_order', 'line 3, discharged'],
      ['stay_patient_unknown', 'line 4, patient'],
      ['stay_malformed', 'line 5'],
    ]);
    expect(await kept()).toBeNull();
  });

  it('tells no more rows than anybody reads, and how many there are', async () => {
    const bad = Array.from({ length: maxToldRows + 1 }, () => `${one};2026-01-02;;none`);
    const { problems, message } = await refusal(bad);
    expect(problems).toHaveLength(maxToldRows);
    expect(message).toContain(`${maxToldRows + 1} rows of ${maxToldRows + 1}`);
    expect((await refusal(bad.slice(1))).problems).toHaveLength(maxToldRows);
  });

  it('takes a row that is there twice once, and of two on one day the longer', async () => {
    const longer = `${one};2026-01-02;2026-01-08;I50.9`;
    expect(await bring([stay, stay, longer])).toMatchObject({ added: 1, repeated: 1 });
    expect((await kept())!.stays).toEqual([`${one} 2026-01-02 2026-01-08 I509`]);
    // The same rows the other way round are the same file.
    expect(await bring([longer, stay])).toMatchObject({ added: 0, changed: 0, known: 1 });
  });

  it('knows that there was nothing where it is told so, and else refuses an empty file', async () => {
    await expect(bring([])).rejects.toMatchObject({ code: 'request_invalid' });
    await bring([], cover('2025-01-01', '2025-12-31'));
    expect(await kept()).toEqual({ covers: '2025-01-01 2025-12-31', stays: [] });
  });

  it('joins times that touch, and counts on nothing before a hole', async () => {
    await bring([], cover('2024-01-01', '2024-06-30'));
    await bring([], cover('2025-01-01', '2025-06-30'));
    await bring([], cover('2025-07-01', '2025-12-31'));
    expect((await kept())!.covers).toBe('2025-01-01 2025-12-31');
    await bring([], cover('2024-07-01', '2025-01-31'));
    expect((await kept())!.covers).toBe('2024-01-01 2025-12-31');
  });
});
