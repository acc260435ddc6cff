import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { openSqlite } from '@hemma/runtime/sqlite.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { inspectOutbox, keptRows } from './inspect.js';
import { Outbox } from './outbox.js';
import { migrations } from './tables.js';

describe('looking into an outbox from outside', () => {
  it('tells what is there while the gateway is running', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    const outbox = new Outbox({ file, clock: new ManualClock(), log: createLog('test', 'silent') });
    outbox.start();
    onTestFinished(() => outbox.stop());
    outbox.appendAll([1, 2, 3].map((n) => ({ id: `${n}`, text: `{"n":${n}}` })));
    outbox.held.add({ id: '9', text: '{}' });
    outbox.confirm(2, [{ seq: 1, code: 'unknown_kind' }]);
    outbox.append({ id: '4', text: '{"n":4}' });
    expect(inspectOutbox(file)).toEqual({
      ledger: outbox.ledger,
      last: 4,
      confirmed: 2,
      waiting: 2,
      held: 1,
      doubtful: 0,
      setAside: 0,
      refused: [{ seq: 1, code: 'unknown_kind' }],
    });
    expect([...keptRows(file)]).toEqual([1, 2, 3, 4].map((seq) => ({ seq, text: `{"n":${seq}}` })));
    expect(outbox.append({ id: '5', text: '{}' })).toBe('kept');
  });

  it('reads a file that was made before the newest version, and leaves it as it is', () => {
    const file = join(testFolder(), 'outbox.sqlite');
    const old = openSqlite(file, migrations.slice(0, 1));
    old.exec("INSERT INTO ledger VALUES (1, 'a', 3, '', 1, 1, 1, 0)");
    old.close();
    const before = readFileSync(file);
    expect(inspectOutbox(file)).toMatchObject({ waiting: 2, held: 0, doubtful: 0, setAside: 0 });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('says so when there is none', () => {
    expect(() => inspectOutbox(join(testFolder(), 'none.sqlite'))).toThrow(/unable to open|exist/);
  });
});
