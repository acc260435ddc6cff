import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TypedValue } from '@hemma/simulators/bluez/agents.js';
import { BluezScene } from '../../../tooling/testkit/bluez.js';
import { requires } from '../../../tooling/testkit/requires.js';
import type { PairingPolicy } from './agent.js';

/** Every question of `doc/agent-api.txt`, asked over a real bus. */

const foreign = 'C0:FF:EE:00:09:FF';
const number = ['u', 123_456] as const;
const entered = ['q', 0] as const;
const pin = ['s', '123456'] as const;
const service = ['s', '00001810-0000-1000-8000-00805f9b34fb'] as const;
const rejected = /^org\.bluez\.Error\.Rejected$/;

describe.runIf(requires('dbus-daemon', 'the pairing agent'))('what BlueZ asks the agent', () => {
  let scene: BluezScene;
  beforeAll(async () => {
    scene = await BluezScene.start();
  });
  afterAll(() => scene.stop());

  async function home(passkey: PairingPolicy['passkey'] = () => Promise.resolve(42)) {
    const device = scene.cuff();
    const other = scene.cuff({ address: foreign });
    const address = device.address.text;
    const mayBond = (one: string): boolean => one === address;
    const policy = { capability: 'KeyboardOnly', mayBond, passkey } as const;
    const transport = await scene.transport({ policy });
    await scene.heard(transport, device);
    await scene.heard(transport, other);
    return { address, transport };
  }

  it('is answered of a device of this home', async () => {
    const { address } = await home();
    const ask = (member: string, ...more: TypedValue[]) =>
      scene.bluez.ask(member, address, ...more);
    expect(await ask('RequestPasskey')).toBe(42);
    expect(await ask('RequestPinCode')).toBe('000042');
    expect(await ask('RequestAuthorization')).toBeUndefined();
    expect(await ask('AuthorizeService', service)).toBeUndefined();
    expect(await ask('DisplayPasskey', number, entered)).toBeUndefined();
    expect(await ask('DisplayPinCode', pin)).toBeUndefined();
    expect(await scene.bluez.ask('Cancel', null)).toBeUndefined();
    expect(await scene.bluez.ask('Release', null)).toBeUndefined();
  });

  it('is refused where two numbers would be compared: nobody sees ours', async () => {
    const { address } = await home();
    await expect(scene.bluez.ask('RequestConfirmation', address, number)).rejects.toThrow(rejected);
  });

  it.each(['RequestPasskey', 'RequestPinCode', 'RequestAuthorization', 'AuthorizeService'])(
    'is refused of a device of others, and of one that is not there: %s',
    async (member) => {
      const passkey = vi.fn(() => Promise.resolve(42));
      await home(passkey);
      const more = member === 'AuthorizeService' ? [service] : [];
      await expect(scene.bluez.ask(member, foreign, ...more)).rejects.toThrow(rejected);
      const nobody = 'C0:FF:EE:00:09:FE';
      await expect(scene.bluez.ask(member, nobody, ...more)).rejects.toThrow(rejected);
      expect(passkey).not.toHaveBeenCalled();
    },
  );

  it('is refused where nobody knows the digits', async () => {
    const { address } = await home(() => Promise.resolve(null));
    await expect(scene.bluez.ask('RequestPasskey', address)).rejects.toThrow(rejected);
  });

  it('that is none of its questions has no answer', async () => {
    const { address } = await home();
    await expect(scene.bluez.ask('RequestFingerprint', address)).rejects.toThrow(/UnknownMethod$/);
  });

  it.each(['Cancel', 'Release', 'another question', 'the end of bluetoothd'])(
    'is asked of nobody any more after %s',
    async (end) => {
      const signals: AbortSignal[] = [];
      const { address } = await home((_, signal) => {
        signals.push(signal);
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null));
        });
      });
      const asked = scene.bluez.ask('RequestPasskey', address).catch((error: unknown) => error);
      await vi.waitFor(() => expect(signals).toHaveLength(1));
      if (end === 'the end of bluetoothd') scene.bluez.stop();
      else if (end === 'another question')
        void scene.bluez.ask('RequestPasskey', address).catch(() => undefined);
      else await scene.bluez.ask(end, null);
      await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
      if (end === 'the end of bluetoothd') await scene.bluez.start();
      else expect(await asked).toMatchObject({ message: 'org.bluez.Error.Rejected' });
    },
  );
});
