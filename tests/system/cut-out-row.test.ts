import { describe, expect, it } from 'vitest';
import { digestOf, nextLink } from '../support/chain.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { journalled, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** Somebody works in the outbox by hand while the broker is away; docs/adr/0003. */

const readings = 20;
const gatewayId = 'gw-home';
const patienceMs = 60_000;

interface Outage {
  readonly system: TestSystem;
  readonly gateway: GatewayProcess;
  readonly patient: Patient;
}

/** A gateway that has taken readings in without a cloud, and was stopped. */
async function afterAnOutage(): Promise<Outage> {
  const system = new TestSystem();
  const { cloud, radio } = system;
  const meter = radio.place('generic-glucose-meter');
  await system.start();
  // Trusted: readings that are held for want of the time have no row number yet.
  const gateway = await system.gateway(gatewayId, { settings: { clock: 'trusted' } });
  await cloud.daemon.stop();
  const patient = new Patient();
  for (let i = 0; i < readings; i += 1) patient.measure(meter);
  await gateway.daemon.start();
  await expect.poll(() => gateway.rows(), { timeout: patienceMs }).toBe(readings);
  expect(await gateway.daemon.stop()).toBe(0);
  return { system, gateway, patient };
}

/** Everything is there again; resolves when the cloud has spoken about every row. */
async function runAgain({ system: { cloud }, gateway }: Outage): Promise<void> {
  await cloud.daemon.start();
  await gateway.daemon.start();
  await expect
    .poll(() => cloud.marks().map(({ upTo }) => upTo), { timeout: patienceMs })
    .toEqual([readings]);
  await expect.poll(() => gateway.log, { timeout: patienceMs }).toContain('broker connected');
  expect(await gateway.daemon.stop()).toBe(0);
  expect(gateway.ledger()).toEqual({ last: readings, handled: readings });
}

/** Row `seq` of the outbox as the device recorded it. */
function without({ patient }: Outage, ...rows: number[]) {
  return sorted(patient.recorded.filter((_, i) => !rows.includes(i + 1)));
}

describe('an outbox that was worked on by hand', () => {
  it('shows rows that were cut out as gaps, and sends the rest', async () => {
    const outage = await afterAnOutage();
    const { system, gateway } = outage;
    gateway.inOutbox((db) => db.prepare('DELETE FROM outbox WHERE seq IN (1, 7, 8, 20)').run());
    await runAgain(outage);

    expect(sorted(journalled(system.cloud.journal()))).toEqual(without(outage, 1, 7, 8, 20));
    expect(await system.cloud.gaps(gatewayId)).toMatchObject([
      { first: 1, last: 1, code: 'row_missing' },
      { first: 7, last: 8, code: 'row_missing' },
      { first: 20, last: 20, code: 'row_missing' },
    ]);
    expect((await system.cloud.refused()).rows).toEqual([]);
  });

  it('refuses rows whose text or link was changed, tells both sides why, and sends the rest', async () => {
    const outage = await afterAnOutage();
    const { system, gateway } = outage;
    gateway.inOutbox((db) => {
      const change = db.prepare(
        `UPDATE outbox SET text = replace(text, '"glucose","value":', '"glucose","value":1') WHERE seq = ?`,
      );
      expect(change.run(5).changes).toBe(1);
      db.prepare(`UPDATE outbox SET link = '${'0'.repeat(64)}' WHERE seq = ?`).run(9);
    });
    forge(gateway, 13);
    await runAgain(outage);

    const reasons = [
      { seq: 5, code: 'link_mismatch' },
      { seq: 9, code: 'link_mismatch' },
      { seq: 13, code: 'identity_mismatch' },
    ];
    expect(sorted(journalled(system.cloud.journal()))).toEqual(without(outage, 5, 9, 13));
    const { rows } = await system.cloud.refused();
    expect(rows.map(({ seq, code }) => ({ seq, code })).reverse()).toEqual(reasons);
    expect(rows.every(({ text }) => text?.includes('"glucose"'))).toBe(true);
    const atHome = gateway.inOutbox((db) => db.prepare('SELECT seq, code FROM refused').all());
    expect(atHome).toEqual(reasons);
    expect(await system.cloud.gaps(gatewayId)).toEqual([]);
  });
});

/** A forger who knows the chain: changes a row's octets and computes every link after it anew. */
function forge(gateway: GatewayProcess, from: number): void {
  gateway.inOutbox((db) => {
    const before = db.prepare<[number], string>('SELECT link FROM outbox WHERE seq = ?').pluck();
    let link = before.get(from - 1)!;
    const rows = db
      .prepare<[number], { seq: number; text: string }>(
        'SELECT seq, text FROM outbox WHERE seq >= ? ORDER BY seq',
      )
      .all(from);
    const save = db.prepare('UPDATE outbox SET text = ?, digest = ?, link = ? WHERE seq = ?');
    for (const { seq, text } of rows) {
      const said = seq === from ? text.replace('"octets":"', '"octets":"00') : text;
      link = nextLink(link, seq, said);
      save.run(said, digestOf(said), link, seq);
    }
    db.prepare('UPDATE ledger SET last_link = ?').run(link);
  });
}
