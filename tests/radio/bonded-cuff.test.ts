import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { findProgram } from '../../tooling/testkit/requires.js';
import { Lab } from './lab.js';
import { needed } from './machine.js';

/**
 * `hemma-gateway run` as it is shipped, against a cuff that wants a bond, through BlueZ and two kernels, up to
 * the journal of the cloud. What is missing on a machine is a failure that says what to install: who asks for
 * this test wants it run. One story, told in order.
 */

/** A visit: hearing, connecting, reading the whole memory, all in translation. */
const visitMs = 240_000;
/** So many that a visit is far from over when the first has arrived. */
const burst = Array.from({ length: 20 }, (_, i) => 131 + i);

describe('a cuff with a bond, on real kernels with a real bluetoothd each', () => {
  const lab = new Lab();
  let key: string | null = null;

  beforeAll(async () => {
    const missing = Object.keys(needed).filter((program) => findProgram(program) === null);
    if (missing.length > 0) {
      const packages = missing.map((program) => needed[program]).join(' ');
      throw new Error(`This needs: apt-get install --no-install-recommends ${packages}`);
    }
    await lab.start();
  });
  afterAll(() => lab.stop());

  // A story that has gone wrong has no later chapters.
  let isBroken = false;
  beforeEach(({ skip }) => {
    skip(isBroken);
    onTestFailed(() => void (isBroken = true));
  });

  const arrives = async (...all: number[]): Promise<void> => {
    const isThere = (): boolean => lab.arrived().length >= all.length;
    await lab.until(`${all.at(-1)} in the journal`, visitMs, isThere);
    await visitEnds();
  };
  const visitEnds = (): Promise<void> =>
    lab.until('the end of the visit', visitMs, async () => !(await lab.cuff()).connected);
  const paired = () => {
    let said = '';
    return lab.until(`a bond after ${said}`, visitMs, async () => {
      const ended = await lab.hemma('pair', lab.address);
      said = ended.said;
      process.stdout.write(`${said}\n`);
      return ended.code === 0;
    });
  };

  it('is bonded by a command while the gateway runs, and read', async () => {
    await lab.measure(121);
    await paired();
    await arrives(121);
    key = await lab.keptKey();
    expect(key).not.toBeNull();
    expect(lab.arrived()).toEqual([121]);
  });

  it('is read again over the bond that is kept: no question is asked, the key stays', async () => {
    const { pairings } = await lab.cuff();
    await lab.measure(122);
    await arrives(121, 122);
    expect(await lab.keptKey()).toBe(key);
    expect((await lab.cuff()).pairings).toBe(pairings);
  });

  it('loses and doubles nothing when bluetoothd dies in the middle of a visit', async () => {
    await lab.measure(...burst);
    await lab.until('the first', visitMs, () => lab.arrived().includes(burst[0]!));
    const midway = lab.arrived();
    await lab.restartBluetoothd();
    const all = [121, 122, ...burst];
    await arrives(...all);
    expect(midway.length).toBeLessThan(all.length);
    expect(lab.arrived()).toEqual(all);
    expect(await lab.keptKey()).toBe(key);
  });

  it('whose bond the home has forgotten is told, and left alone', async () => {
    const { visits } = await lab.cuff();
    expect(await lab.hemma('forget', lab.address)).toMatchObject({ code: 0 });
    await lab.measure(171);
    await lab.until('the diagnosis', visitMs, async () =>
      (await lab.problems()).includes('bond_required'),
    );
    expect((await lab.cuff()).visits).toBe(visits);
  });

  it('has sent each reading once; nothing was refused, and the gateway stops as it should', async () => {
    expect(lab.arrived()).toEqual([121, 122, ...burst]);
    expect(await lab.refused()).toEqual({ rows: [], malformed: [] });
    expect(await lab.stopGateway()).toBe(0);
  });
});
