import { describe, expect, it } from 'vitest';
import { CodedError } from '@hemma/protocols/errors.js';
import { device as meterModel } from '@hemma/protocols/devices/generic-glucose-meter.js';
import type { Reading } from '@hemma/protocols/reading.js';
import { Bench } from '../../tooling/testkit/device-bench.js';
import { ManualClock } from '../../tooling/testkit/manual-clock.js';
import { RecordProgress } from './record-progress.js';

const identity = 'ble:C0:FF:EE:00:00:01';

/** A home that knows a reading by its time and octets, and what the meter of the bench tells it. */
function home() {
  const known = new Set<string>();
  const numbers: number[] = [];
  const progress = new RecordProgress(
    { lastSequence: () => (numbers.length === 0 ? null : Math.max(...numbers)) },
    {
      takeNow: (reading: Reading) => {
        const id = JSON.stringify([reading.sequence, reading.deviceTime, [...reading.octets]]);
        if (known.has(id)) return 'repeat';
        known.add(id);
        numbers.push(reading.sequence ?? 0);
        return 'kept';
      },
    },
  );
  const visit = async (bench: Bench, fault: CodedError | null = null): Promise<void> => {
    const { heard } = await bench.converse({ lastSequence: progress.lastSequence(identity) });
    const source = { model: 'meter', identity, patient: 'p-00000001', clock: null };
    for (const reading of heard.readings)
      await progress.take(reading, { ...source, capturedMonotonicMs: 0 });
    progress.noteSession(identity, fault);
  };
  return { known, progress, visit };
}

describe('a meter whose records are read', () => {
  it('is asked from the last one on, once it was read to the end', async () => {
    const { progress, visit } = home();
    const bench = new Bench(meterModel, new ManualClock());
    await bench.measure(4);
    expect(progress.lastSequence(identity)).toBeNull();
    await visit(bench);
    const last = progress.lastSequence(identity);
    expect(last).not.toBeNull();
    await bench.measure(2);
    await visit(bench);
    expect(progress.lastSequence(identity)).toBe(last! + 2);
  });

  it('loses nothing when its memory was emptied and it has counted past the last one since', async () => {
    const { known, visit } = home();
    const clock = new ManualClock();
    const bench = new Bench(meterModel, clock);
    await bench.measure(3);
    await visit(bench);
    // Another one begins to count where the first one began: the same meter with an empty memory.
    const emptied = new Bench(meterModel, clock);
    await emptied.measure(5);
    await visit(emptied);
    await visit(emptied);
    expect(known.size).toBe(8);
    await visit(emptied);
    expect(known.size).toBe(8);
  });

  it('is asked for everything after a session that broke off', async () => {
    const { progress, visit } = home();
    const bench = new Bench(meterModel, new ManualClock());
    await bench.measure(2);
    await visit(bench);
    await visit(bench, new CodedError('link_lost'));
    expect(progress.lastSequence(identity)).toBeNull();
  });
});
