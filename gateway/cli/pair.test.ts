import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bondedDevice } from '@hemma/simulators/bluez/faults.js';
import type { DeviceSecurity } from '@hemma/simulators/bluez/faults.js';
import { BluezScene } from '../../tooling/testkit/bluez.js';
import { testFolder } from '../../tooling/testkit/folder.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Typing, typingPatience } from '../../tooling/testkit/terminal.js';
import { maxTries } from './typist.js';

/** `hemma-gateway pair` as people meet it: the program itself, on a terminal, over a fake BlueZ. */

const program = resolve(import.meta.dirname, '../bin/hemma-gateway.mjs');
const question = 'The six digits that the device shows: ';
const mistake = 'These are not six digits.';
const { timeout } = typingPatience;
const isHere =
  requires('dbus-daemon', 'pairing at a terminal') && requires('script', 'pairing at a terminal');

describe.runIf(isHere)('somebody who pairs a device at a terminal', { timeout }, () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());

  /** The command with a cuff that shows digits and is in pairing mode. */
  function pairing(
    security: Partial<DeviceSecurity> = {},
    how: 'onTerminal' | 'inPipe' = 'onTerminal',
  ) {
    const cuff = scene.cuff();
    const address = cuff.address.text;
    scene.bluez.setSecurity(address, { ...bondedDevice(42), ...security });
    const settings = join(testFolder(), 'gateway.json');
    const home = { gateway: 'gw-1', secret: 's', patient: 'p-00000001', dataDir: '/nowhere' };
    const devices = [{ model: 'and-ua-651ble', address }];
    writeFileSync(settings, JSON.stringify({ ...home, broker: 'mqtt://127.0.0.1:1', devices }));
    cuff.startAdvertising();
    const at = { DBUS_SYSTEM_BUS_ADDRESS: scene.bus.address };
    const person = Typing[how]([program, 'pair', address, '--settings', settings], at);
    return { person, isBonded: () => scene.bluez.device(address)?.paired === true };
  }

  it.each(['RequestPasskey', 'RequestPinCode'] as const)(
    'types the digits, zeros in front included: %s',
    async (asks) => {
      const { person, isBonded } = pairing({ asks });
      await person.hear(question);
      person.type('000042\r');
      expect(await person.end()).toBe(0);
      expect(person.said).toContain('Paired.');
      expect(isBonded()).toBe(true);
    },
  );

  it('is asked again after letters and after five digits', async () => {
    const { person, isBonded } = pairing();
    await person.hear(question);
    person.type('abcdef\r');
    await person.hear(mistake);
    person.type('00042\r');
    await person.hear(mistake, 2);
    person.type(' 000042 \r');
    expect(await person.end()).toBe(0);
    expect(isBonded()).toBe(true);
  });

  it('is asked five times at most', async () => {
    const { person, isBonded } = pairing();
    for (let tried = 1; tried <= maxTries; tried += 1) {
      await person.hear(tried === 1 ? question : mistake, Math.max(1, tried - 1));
      person.type('no\r');
    }
    expect(await person.end()).toBe(1);
    expect(person.said.split(mistake)).toHaveLength(maxTries);
    expect(person.said).toMatch(/pairing_refused: It waited in vain for the six digits/);
    expect(isBonded()).toBe(false);
  });

  it('is told when the digits are not those of the device', async () => {
    const { person, isBonded } = pairing();
    await person.hear(question);
    person.type('000043\r');
    expect(await person.end()).toBe(1);
    expect(person.said).toMatch(/pairing_refused: It was given other digits than it shows/);
    expect(isBonded()).toBe(false);
  });

  it.each([
    ['ends the input', '\x04'],
    ['wants no more', '\x03'],
  ])('gets the terminal back who %s', async (_, key) => {
    const { person, isBonded } = pairing();
    await person.hear(question);
    person.type(key);
    expect(await person.end()).toBe(1);
    expect(person.said).toMatch(/pairing_refused: It waited in vain/);
    expect(isBonded()).toBe(false);
  });

  it('gets the terminal back when the device has waited long enough', async () => {
    const { person, isBonded } = pairing({ patienceMs: 300 });
    await person.hear(question);
    expect(await person.end()).toBe(1);
    expect(person.said).toMatch(/pairing_refused: It waited in vain/);
    expect(isBonded()).toBe(false);
  });

  it('gets the terminal back when bluetoothd ends in the middle', async () => {
    const { person } = pairing();
    await person.hear(question);
    scene.bluez.stop();
    expect(await person.end()).toBe(1);
    expect(person.said).toMatch(/(bluetooth_stopped|link_lost|adapter_unavailable):/);
    await scene.bluez.start();
  });

  it('may be a program that writes lines', async () => {
    const { person, isBonded } = pairing({}, 'inPipe');
    person.type('abc\n000042\n');
    expect(await person.end()).toBe(0);
    expect(person.said).toContain(mistake);
    expect(isBonded()).toBe(true);
  });

  it('may be nobody at all', async () => {
    const { person, isBonded } = pairing({}, 'inPipe');
    person.endInput();
    expect(await person.end()).toBe(1);
    expect(person.said).toMatch(/pairing_refused: It waited in vain/);
    expect(isBonded()).toBe(false);
  });
});
