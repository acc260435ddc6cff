import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStep, decide } from './ladder.js';
import type { Illness } from './ladder.js';
import { courses, exhaustedPauseMs, forgottenAfterMs, patienceMs } from './steps.js';
import type { RadioFault, Step } from './steps.js';

const always = (): boolean => true;
const faults = Object.keys(courses) as RadioFault[];

/** Steps that are taken against a fault that nothing cures, with the moment of each. */
function climb(fault: RadioFault, untilMs: number, mayTake: (step: Step) => boolean = always) {
  const taken: { step: Step; atMs: number }[] = [];
  const givenUp: number[] = [];
  let illness: Illness | null = null;
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 1_000) {
    const decision = decide(illness, fault, nowMs, mayTake);
    illness = decision.illness;
    if (decision.do === 'step') {
      taken.push({ step: decision.step, atMs: nowMs });
      illness = afterStep(decision.illness, nowMs);
    }
    if (decision.do === 'give-up') givenUp.push(nowMs);
  }
  return { taken, givenUp, illness };
}

describe('the healing ladder', () => {
  it('climbs from the mildest step to the hardest, with patience after each', () => {
    const { taken } = climb('scan_refused', 300_000);
    expect(taken.map(({ step }) => step)).toEqual(courses.scan_refused.steps);
    expect(taken[0]!.atMs).toBe(courses.scan_refused.graceMs);
    for (const [i, { step, atMs }] of taken.slice(0, -1).entries())
      expect(taken[i + 1]!.atMs - atMs).toBe(patienceMs[step]);
  });

  it.each(faults)('reaches the last step against %s within five minutes', (fault) => {
    const { taken } = climb(fault, 300_000);
    expect(taken.map(({ step }) => step)).toEqual(courses[fault].steps);
  });

  it.each(['radio_silent', 'device_unreachable'] as const)('never reboots for %s', (fault) => {
    const { taken } = climb(fault, 24 * 3_600_000);
    expect(taken.some(({ step }) => step === 'reboot')).toBe(false);
  });

  it('lets pass what passes by itself within its grace', () => {
    const { graceMs } = courses.bluetooth_stopped;
    const first = decide(null, 'bluetooth_stopped', 0, always);
    const later = decide(first.illness, 'bluetooth_stopped', graceMs - 1, always);
    expect(later.do).toBe('nothing');
    expect(decide(later.illness, 'well', graceMs, always)).toEqual({
      do: 'over',
      provenMs: graceMs,
      illness: null,
    });
  });

  it('goes on upwards when one fault turns into another', () => {
    const { illness } = climb('scan_refused', courses.scan_refused.graceMs + 30_000);
    expect(illness!.lastStep).toBe('restart_bluetooth');
    const after = illness!.waitUntilMs;
    const decision = decide(illness, 'adapter_off', after, always);
    expect(decision).toMatchObject({ do: 'step', step: 'power_cycle_usb' });
  });

  it('passes over what the guard forbids, and begins anew after a pause when nothing is left', () => {
    const mayTake = (step: Step): boolean => step === 'rescan';
    const { taken, givenUp, illness } = climb('scan_refused', exhaustedPauseMs + 60_000, mayTake);
    expect(taken.map(({ step }) => step)).toEqual(['rescan', 'rescan']);
    expect(taken[1]!.atMs - givenUp[0]!).toBe(exhaustedPauseMs);
    expect(illness!.needsPerson).toBe(true);
  });

  it('takes no step without a sign, and forgets what nobody has seen any more', () => {
    const { illness } = climb('connections_fail', 1_000);
    const seenMs = illness!.seenMs;
    const still = decide(illness, 'unclear', seenMs + forgottenAfterMs - 1, always);
    expect(still).toEqual({ do: 'nothing', illness });
    const gone = decide(illness, 'unclear', seenMs + forgottenAfterMs, always);
    expect(gone).toEqual({ do: 'over', provenMs: null, illness: null });
  });

  it('never goes down without an end or a pause, whatever is seen and forbidden', () => {
    const sight = fc.constantFrom(...faults, 'well' as const, 'unclear' as const);
    const move = fc.record({ sight, waitMs: fc.nat(120_000), forbidden: fc.boolean() });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200 }), (moves) => {
        let illness: Illness | null = null;
        let nowMs = 0;
        for (const { sight, waitMs, forbidden } of moves) {
          nowMs += waitMs;
          const before: Illness | null = illness;
          const decision = decide(before, sight, nowMs, () => !forbidden);
          illness = decision.illness;
          if (decision.do !== 'step') continue;
          const order = Object.keys(patienceMs);
          const last = before?.lastStep ?? null;
          if (last !== null)
            expect(order.indexOf(decision.step)).toBeGreaterThan(order.indexOf(last));
          expect(courses[decision.illness.fault].steps).toContain(decision.step);
          expect(nowMs).toBeGreaterThanOrEqual(before?.waitUntilMs ?? 0);
          illness = afterStep(decision.illness, nowMs);
        }
      }),
    );
  });
});
