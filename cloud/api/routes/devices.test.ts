import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { deviceChecksSchema, devicePaths } from '@hemma/protocols/api/devices.js';
import { tasksSchema, worklistPaths } from '@hemma/protocols/api/worklist.js';
import { TestClinic } from '../../../tooling/testkit/clinic.js';
import { Units } from '../../units/units.js';
import { reviewChecks } from '../../worklist/calibration.js';

const week = Array.from({ length: 7 }, () => [{ from: '08:00', to: '16:30' }]);

describe('checks of devices over HTTP', () => {
  const clinic = new TestClinic();
  const device = 'ble:00:09:1f:00:00:01';
  beforeEach(async () => {
    await clinic.start();
    const unit = { name: 'Medical technology', hours: staffedHoursSchema.parse({ week }) };
    await new Units(clinic.parts.db).add(
      'medtech',
      { ...unit, responsible: null, substitute: null, budgetMinutes: 60 },
      0,
    );
  });
  afterEach(() => clinic.stop());

  const tasks = async () => tasksSchema.parse((await clinic.get(worklistPaths.tasks)).body).tasks;
  const verify = (more: object = {}) =>
    clinic.post(devicePaths.verified, { device, unit: 'medtech', intervalMonths: 12, ...more });

  it('show the task with its device, and close it when the device is checked', async () => {
    expect((await verify()).status).toBe(403);
    const roles = ['technician'] as const;
    clinic.actAs(await clinic.addStaff('A Technician', { roles, licensed: false }));
    expect((await verify({ model: 'and-ua-651ble' })).status).toBe(200);
    const { devices } = deviceChecksSchema.parse((await clinic.get(devicePaths.checks)).body);
    expect(devices).toMatchObject([{ device, verifiedBy: 'A Technician', unit: 'medtech' }]);
    clinic.clock.jumpWall(devices[0]!.dueAt! - clinic.clock.wall().ms);
    await reviewChecks(clinic.parts.db, clinic.clock.wall().ms);
    const [task] = await tasks();
    expect(task).toMatchObject({
      ...{ kind: 'calibration-due', audience: 'technology', patient: null },
      device: { identity: device, model: 'and-ua-651ble', gateway: null },
    });
    // Nobody closes it without a check, and whoever works on it keeps it until then.
    const closed = await clinic.post(worklistPaths.resolve(task!.id), { reason: 'contacted' });
    expect([closed.status, closed.body]).toMatchObject([409, { error: { code: 'wrong_state' } }]);
    expect((await clinic.post(worklistPaths.take(task!.id))).status).toBe(200);
    expect((await clinic.post(devicePaths.verified, { device })).status).toBe(200);
    expect(await tasks()).toEqual([]);
  });

  it('refuse what does not fit, and a device that nobody has checked', async () => {
    const roles = ['technician'] as const;
    clinic.actAs(await clinic.addStaff('A Technician', { roles, licensed: false }));
    expect((await verify({ on: 'yesterday' })).status).toBe(400);
    expect((await verify({ what: 1 })).status).toBe(400);
    expect((await clinic.post(devicePaths.retired, { device })).status).toBe(404);
  });
});
