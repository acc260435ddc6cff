import { beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../tooling/testkit/requires.js';
import { needed, runMachine } from './machine.js';
import type { Told } from './machine.js';

/**
 * The gateway as it is shipped, against a cuff that wants a bond, through BlueZ and the kernel. What is
 * missing on a machine is a failure that says what to install: who asks for this test wants it run.
 */

describe('a cuff with a bond, on a real kernel with a real bluetoothd', () => {
  let told: Told;
  beforeAll(async () => {
    const missing = Object.keys(needed).filter((program) => findProgram(program) === null);
    if (missing.length > 0) {
      const packages = missing.map((program) => needed[program]).join(' ');
      throw new Error(`This needs: apt-get install --no-install-recommends ${packages}`);
    }
    told = await runMachine();
    if (told.exitCode !== 0) process.stdout.write(`${told.log.slice(-8_000)}\n`);
  });

  it('comes up with a controller for each end', () => {
    expect(told.results['started']).toEqual({ adapters: 2 });
  });

  it('is read once it is bonded', () => {
    expect(told.results['bond']).toEqual({ pressures: [121], hasKey: true });
  });

  it('is read again over the bond that is kept: no question is asked, the key stays', () => {
    expect(told.results['reconnect']).toEqual({
      pressures: [121, 122],
      ...{ sameKey: true, pairings: 0 },
    });
  });

  it('loses and doubles nothing when bluetoothd dies in the middle of a visit', () => {
    const { midway, pressures, sameKey } = told.results['restart'] as {
      midway: number[];
      pressures: number[];
      sameKey: boolean;
    };
    expect(midway.length).toBeLessThan(pressures.length);
    expect(pressures).toEqual([121, 122, 131, 132, 133, 134, 135, 136]);
    expect(sameKey).toBe(true);
  });

  it('says that a bond is missing once it is forgotten, and leaves the cuff alone', () => {
    expect(told.results['forgotten']).toEqual({
      ...{ sessions: ['bond_required'], visits: 0, hasKey: false },
      pressures: [121, 122, 131, 132, 133, 134, 135, 136],
    });
  });

  it('ends by itself', () => {
    expect(told.exitCode).toBe(0);
  });
});
