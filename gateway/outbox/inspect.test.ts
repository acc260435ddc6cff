import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '@hemma/runtime/log.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { inspectOutbox, keptRows } from './inspect.js';
import { Outbox } from './outbox.js';

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

  it('says so when there is none', () => {
    expect(() => inspectOutbox(join(testFolder(), 'none.sqlite'))).toThrow(/unable to open|exist/);
  });
});
