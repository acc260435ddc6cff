import type { FastifyInstance } from 'fastify';
import {
  deviceChecksSchema,
  devicePaths,
  retiredSchema,
  verifiedSchema,
} from '@hemma/protocols/api/devices.js';
import { checkedDevices, retireDevice, verifyDevice } from '../../devices/checks.js';
import { actorOf } from '../actor.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';

/** `GET /api/device-checks`; `POST /api/device-checks/verified | retired`, by medical technology. */
export function deviceRoutes(app: FastifyInstance, { db, staff, live, clock }: ApiContext): void {
  app.get(devicePaths.checks, async () =>
    sent(deviceChecksSchema, { devices: await checkedDevices(db) }),
  );
  app.post(devicePaths.verified, async (request) => {
    const said = received(verifiedSchema, request.body);
    await verifyDevice(db, said, await actorOf(request, staff), clock.wall().ms);
    live.touch([]);
    return {};
  });
  app.post(devicePaths.retired, async (request) => {
    const { device } = received(retiredSchema, request.body);
    await retireDevice(db, device, await actorOf(request, staff), clock.wall().ms);
    live.touch([]);
    return {};
  });
}
