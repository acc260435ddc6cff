import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayPaths, gatewaysSchema, healingsSchema } from '@hemma/protocols/api/gateways.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { aHealing, healedStatus } from '../../../tooling/testkit/healings.js';
import { People } from '../../people/people.js';

describe('gateways over HTTP', () => {
  const clinic = new TestClinic();
  const now = Date.UTC(2026, 0, 15, 12);
  beforeAll(async () => {
    await clinic.start();
    const { db, fleet } = clinic.parts;
    await new People(db).add({ ref: 'p-00000077', displayName: 'A Name' }, 0);
    for (const id of ['gw-one', 'gw-two']) await fleet.add(id, 'p-00000077', 0);
    await fleet.saveStatuses(
      [healedStatus('gw-one', now, [aHealing(2, now), aHealing(1, now)])],
      now,
    );
  });
  afterAll(() => clinic.stop());

  it('tell whom they are with by reference, and the last step for their radio', async () => {
    const { status, body } = await clinic.get(gatewayPaths.gateways);
    expect(status).toBe(200);
    const { gateways } = gatewaysSchema.parse(body);
    const lastStep = {
      step: 'reset_adapter',
      fault: 'adapter_off',
      outcome: 'cured',
      stepsADay: 3,
    };
    expect(gateways.filter((it) => it.patients.includes('p-00000077'))).toMatchObject([
      { id: 'gw-one', state: 'online', lastStep },
      { id: 'gw-two', state: 'unknown', lastStep: null },
    ]);
    expect(JSON.stringify(body)).not.toContain('A Name');
  });

  it('have their healings, newest first; one that there is not is not found', async () => {
    const { body } = await clinic.get(gatewayPaths.healings('gw-one'));
    expect(healingsSchema.parse(body).healings.map((it) => Number(`0x${it.id}`))).toEqual([2, 1]);
    const none = await clinic.get(gatewayPaths.healings('../gw-none'));
    expect([none.status, none.body]).toMatchObject([404, { error: { code: 'not_found' } }]);
  });
});
