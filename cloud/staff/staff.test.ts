import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClinic } from '../../tooling/testkit/clinic.js';

describe('the names of the staff', () => {
  let clinic: TestClinic;
  beforeEach(async () => {
    clinic = new TestClinic();
    await clinic.start();
  });
  afterEach(() => clinic.stop());

  it('are found for more than one statement may ask for, those who left included', async () => {
    const { staff } = clinic.parts;
    const refs: string[] = [];
    for (let i = 0; i <= 500; i += 1) refs.push(await clinic.addStaff(`Name ${i}`));
    await staff.leave(refs[500]!, clinic.clock.wall().ms);
    const names = await staff.names([...refs, 's-nobody']);
    expect(names.size).toBe(501);
    expect([names.get(refs[0]!), names.get(refs[500]!)]).toEqual(['Name 0', 'Name 500']);
    expect(await staff.names([])).toEqual(new Map());
  });
});
