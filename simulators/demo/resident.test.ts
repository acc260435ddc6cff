import { describe, expect, it } from 'vitest';
import type { Measured } from '../patients/course.js';
import { Resident } from './resident.js';
import type { AskedOfHome } from './resident.js';

const pressure = (systolic: number): Measured => ({
  model: 'a cuff',
  taken: { kind: 'blood_pressure', values: [{ code: 'systolic_bp', value: systolic }] },
});
const weight: Measured = {
  model: 'a scale',
  taken: { kind: 'body_weight', values: [{ code: 'body_weight', value: 80 }] },
};
const aborted: Measured = {
  model: 'a cuff',
  taken: { kind: 'blood_pressure', values: [], failure: 'aborted' },
};

function resident(day: readonly Measured[], first: Measured | null = null) {
  const measured: Measured[] = [];
  const gateway: { asked: AskedOfHome[]; looks: number } = { asked: [], looks: 0 };
  let n = 0;
  const somebody = new Resident({
    measure: (one) => measured.push(one),
    asked: () => {
      gateway.looks += 1;
      return Promise.resolve(gateway.asked);
    },
    next: () => day[n++ % day.length]!,
    first,
  });
  const turns = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) await somebody.turn();
  };
  return { measured, gateway, turns };
}

describe('a simulated patient', () => {
  it('measures what comes first, then the day as it comes, and seldom looks at the gateway', async () => {
    const { measured, gateway, turns } = resident([weight, pressure(131)], pressure(187));
    await turns(4);
    expect(measured).toEqual([pressure(187), weight, pressure(131), weight]);
    expect(gateway.looks).toBe(1);
  });

  it('rests when asked to, then measures what was asked for, done anew when it fails', async () => {
    const { measured, gateway, turns } = resident([weight, aborted, pressure(131), weight]);
    gateway.asked = [{ standing: 'resting', kinds: ['blood_pressure'] }];
    await turns(3);
    expect(measured).toEqual([]);
    gateway.asked = [{ standing: 'due', kinds: ['blood_pressure'] }];
    await turns(1);
    expect(measured).toEqual([aborted, pressure(131)]);
    gateway.asked = [];
    await turns(2);
    expect(measured.slice(2)).toEqual([weight, weight]);
  });

  it('gives up on what no device in the home measures', async () => {
    const { measured, gateway, turns } = resident([weight]);
    gateway.asked = [{ standing: 'due', kinds: ['glucose'] }];
    await turns(2);
    expect(measured).toEqual([]);
  });
});
