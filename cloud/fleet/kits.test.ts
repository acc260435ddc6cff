import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCloud } from '../../tooling/testkit/cloud.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { addToKit } from './kits.js';

describe('devices that go with a gateway', () => {
  const cloud = new TestCloud();
  beforeAll(async () => {
    await cloud.start();
    await cloud.enrol('gw-one', 'p-00000001');
    await cloud.enrol('gw-two', 'p-00000002');
  });
  afterAll(() => cloud.stop());

  it('are never claimed by another home, and are again when they have moved', async () => {
    const measurement = aMeasurement({ patient: 'p-00000002' });
    const { identity } = measurement.device;
    await addToKit(cloud.db, 'gw-one', identity, 1);
    const ledger = new Ledger('gw-two');
    ledger.add(measurement);
    const home = await cloud.join('gw-two');
    expect(await home.send(ledger.envelope())).toMatchObject({
      ...{ upTo: 1, refused: [{ seq: 1, code: 'device_elsewhere' }] },
    });
    await addToKit(cloud.db, 'gw-two', identity, 2);
    ledger.add(aMeasurement({ patient: 'p-00000002', values: { systolic_bp: 131 } }));
    expect(await home.send(ledger.envelope(2, 2, { handled: 1 }))).toMatchObject({
      ...{ upTo: 2, refused: [] },
    });
  });

  it('have an identity, and a gateway that there is', async () => {
    const coded = (code: string): unknown => expect.objectContaining({ code });
    await expect(addToKit(cloud.db, 'gw-one', '', 1)).rejects.toEqual(coded('request_invalid'));
    await expect(addToKit(cloud.db, 'gw-none', 'ble:1', 1)).rejects.toEqual(coded('not_found'));
  });
});
