import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { maxEnvelopeOctets } from '@hemma/protocols/wire/envelope.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { topicOf } from '@hemma/protocols/wire/topics.js';
import { TestHome } from '../../tooling/testkit/cloud.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { Ledger } from '../../tooling/testkit/ledger.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { patient as patientRef } from '../support/cloud-process.js';
import { programs, runToEnd } from '../support/programs.js';
import type { PlacedDevice } from '../support/radio.js';
import { journalled, Patient, sorted } from '../support/readings.js';
import { TestSystem } from '../support/system.js';

/** What comes in from outside may be anything; what an operator sees of it is a code. */

const patienceMs = 60_000;

/** A system with a good home, whose meter is read again and again while something else goes on. */
async function withAGoodHome() {
  const system = new TestSystem();
  const { cloud, radio } = system;
  const meter = radio.place('generic-glucose-meter');
  const patient = new Patient();
  await system.start();
  const takes = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) patient.measure(meter);
    await expect
      .poll(() => ofDevice(system, meter).length, { timeout: patienceMs, interval: 200 })
      .toBe(patient.recorded.length);
  };
  const isUnharmed = (): void => expect(ofDevice(system, meter)).toEqual(sorted(patient.recorded));
  return { system, cloud, radio, takes, isUnharmed };
}

function ofDevice({ cloud }: TestSystem, { address }: PlacedDevice) {
  return sorted(journalled(cloud.journal())).filter(({ device }) => device === `ble:${address}`);
}

const bad = 'gw-bad';

function goodEnvelope(): string {
  const ledger = new Ledger(bad, 'b'.repeat(32));
  for (let i = 0; i < 3; i += 1) ledger.add(aMeasurement({ patient: patientRef }));
  return ledger.envelope();
}

/** Envelopes that are no use as a whole. */
const envelopes: readonly (readonly [ErrorCode, () => string | Buffer])[] = [
  ['envelope_not_json', () => goodEnvelope().slice(0, 70)],
  ['envelope_count', () => goodEnvelope().split('\n').slice(0, 3).join('\n')],
  ['envelope_too_large', () => goodEnvelope().padEnd(maxEnvelopeOctets + 1)],
  ['envelope_too_large', () => Buffer.alloc(10_000_000, goodEnvelope())],
  ['envelope_version', () => goodEnvelope().replace('"v":1', '"v":2')],
  ['envelope_malformed', () => goodEnvelope().replace('"ledger"', '"leger"')],
  ['envelope_not_utf8', () => Buffer.from(`${goodEnvelope()}\xff\xfe`, 'latin1')],
  ['foreign_gateway', () => goodEnvelope().replace(bad, 'gw-home')],
];

/** Rows of an envelope that is fine as such; null: nothing is wrong with it. */
const rows: readonly (readonly [ErrorCode | null, () => unknown])[] = [
  [null, () => aMeasurement({ at: Date.now() })],
  ['measured_too_early', () => aMeasurement({ at: Date.UTC(1970, 0, 1) })],
  ['measured_in_future', () => aMeasurement({ at: Date.UTC(2099, 0, 1) })],
  ['unknown_kind', () => ({ ...aMeasurement({ at: Date.now() }), kind: 'mood' })],
  ['row_malformed', () => '{"kind":'],
  ['identity_mismatch', () => ({ ...aMeasurement({ at: Date.now() }), octets: '00' })],
  ['patient_mismatch', () => aMeasurement({ at: Date.now(), patient: 'p-somebody' })],
  ['unit_mismatch', () => aMeasurement({ at: Date.now(), values: { glucose: 5 } })],
  [null, () => aMeasurement({ at: Date.now() })],
];

describe('a gateway that sends what it should not', () => {
  it('gets a code for each, seen by the operator, and harms nobody', async () => {
    const { system, cloud, takes, isUnharmed } = await withAGoodHome();
    const home = await system.gateway('gw-home');
    await home.daemon.start();
    await takes(5);
    const client = new TestHome(bad, cloud.brokerUrl, await cloud.addGateway(bad));
    const publish = async (payload: string | Buffer, topic?: string): Promise<void> => {
      if (!client.connected) await client.join();
      client.publish(payload, topic);
    };

    for (const [nth, [code, payload]] of envelopes.entries()) {
      await publish(payload());
      const sofar = envelopes.slice(0, nth + 1).filter(([other]) => other === code).length;
      await expect
        .poll(async () => (await cloud.refused()).malformed, { timeout: patienceMs })
        .toContainEqual({ gateway: bad, code, count: sofar });
    }
    await takes(5);

    for (const topic of [topicOf('gw-home', 'measurements'), topicOf('gw-home', 'status')]) {
      await publish('foreign', topic);
      await expect.poll(() => client.connected, { timeout: patienceMs }).toBe(false);
    }
    const foreign = { gateway: bad, code: 'foreign_gateway', count: 3 };
    await expect
      .poll(async () => (await cloud.refused()).malformed, { timeout: patienceMs })
      .toContainEqual(foreign);
    await takes(5);

    const ledger = new Ledger(bad, 'c'.repeat(32));
    for (const [, row] of rows) ledger.add(row());
    await client.join();
    const refused = rows.flatMap(([code], i) => (code === null ? [] : [{ seq: i + 1, code }]));
    expect(await client.send(ledger.envelope())).toMatchObject({ upTo: rows.length, refused });
    const seen = await cloud.refused();
    expect(seen.rows.map(({ gateway, seq, code }) => ({ gateway, seq, code })).reverse()).toEqual(
      refused.map((row) => ({ gateway: bad, ...row })),
    );
    expect(seen.malformed.every(({ gateway }) => gateway === bad)).toBe(true);
    await client.leave();

    await takes(5);
    isUnharmed();
    const fromBad = cloud.journal().filter(({ gateway }) => gateway === bad);
    expect(fromBad.map(({ seq }) => seq)).toEqual([1, rows.length]);
    expect(cloud.daemon.running && home.daemon.running).toBe(true);
    await expect
      .poll(() => cloud.gateway('gw-home'), { timeout: patienceMs, interval: 1_000 })
      .toMatchObject({ state: 'online', problems: [] });
  });
});

describe('a device that sends rubbish for ever', () => {
  it('is told to the operator and left alone; the others are read, and it is too once mended', async () => {
    const { system, cloud, radio, takes, isUnharmed } = await withAGoodHome();
    const cuff = radio.place('generic-blood-pressure', { sends: 'all' });
    const home = await system.gateway('gw-home');
    const recorded = new Patient();
    cuff.virtual.faults.rubbish = true;
    recorded.measure(cuff);
    await home.daemon.start();
    await expect
      .poll(() => cloud.gateway('gw-home'), { timeout: patienceMs, interval: 1_000 })
      .toMatchObject({ state: 'online', problems: ['device_rubbish'] });
    for (let i = 0; i < 3; i += 1) await takes(5);
    isUnharmed();

    cuff.virtual.faults.rubbish = false;
    expect(await home.daemon.stop()).toBe(0);
    await home.daemon.start();
    cuff.virtual.wake();
    await expect
      .poll(() => ofDevice(system, cuff), { timeout: patienceMs })
      .toEqual(expect.arrayContaining([...recorded.recorded]));
    await expect
      .poll(() => cloud.gateway('gw-home'), { timeout: patienceMs, interval: 1_000 })
      .toMatchObject({ state: 'online', problems: [] });
  });
});

describe('a settings file with a typo', () => {
  const typos = [
    { program: 'gateway', settings: { gatway: 'gw-home' }, wrong: 'gatway', near: 'gateway' },
    {
      program: 'gateway',
      settings: { noble: { libary: 'x' } },
      wrong: 'noble.libary',
      near: 'library',
    },
    { program: 'cloud', settings: { dataDirr: 'data' }, wrong: 'dataDirr', near: 'dataDir' },
    { program: 'cloud', settings: { http: { prot: 80 } }, wrong: 'http.prot', near: 'port' },
  ] as const;

  it.each(typos)('$program: $wrong', async ({ program, settings, wrong, near }) => {
    const file = join(testFolder(), 'settings.json');
    writeFileSync(file, JSON.stringify(settings));
    const { code, stdout, stderr } = await runToEnd(programs[program], ['run', '--settings', file]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(`${wrong}: there is no such setting; did you mean "${near}"?`);
    expect(stderr).toContain(file);
  });
});
