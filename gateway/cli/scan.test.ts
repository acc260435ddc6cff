import { describe, expect, it } from 'vitest';
import type { Advertisement } from '@hemma/protocols/device.js';
import { Hearing, inWords } from './scan-command.js';

function said(address: string, name: string | null, ...services: string[]): Advertisement {
  return { address, name, services, manufacturerData: null };
}

describe('what is heard on the air', () => {
  it('is a known model by its name, and an unknown one by its standard service', () => {
    const hearing = new Hearing();
    hearing.hear(said('C0:00:00:00:00:01', 'A&D_UA-651BLE_1A2B3C', '1810'));
    hearing.hear(said('C0:00:00:00:00:02', 'ACME cuff', '1810'));
    hearing.hear(said('C0:00:00:00:00:03', 'a lamp', 'fe0f'));
    const lines = inWords(hearing, false).split('\n');
    expect(lines[1]).toMatch(/^C0:00:00:00:00:01 .* and-ua-651ble +known model$/);
    expect(lines[2]).toMatch(
      /^C0:00:00:00:00:02 +ACME cuff +generic-blood-pressure +unknown model, standard service$/,
    );
    expect(lines[3]).toBe('1 other things on the air (--all names them)');
    expect(inWords(hearing, true)).toContain('a lamp');
  });

  it('is one thing whose name and services come apart', () => {
    const hearing = new Hearing();
    hearing.hear(said('C0:00:00:00:00:01', null, '1810'));
    hearing.hear(said('C0:00:00:00:00:01', 'A&D_UA-651BLE_1A2B3C'));
    hearing.hear(said('C0:00:00:00:00:01', null));
    expect(hearing.heard).toHaveLength(1);
    expect(hearing.heard[0]).toMatchObject({ device: { id: 'and-ua-651ble' }, isGeneric: false });
  });

  it('is counted beyond the limit, and nothing is said when there is nothing', () => {
    const hearing = new Hearing();
    expect(inWords(hearing, false)).toBe('No device that can be read was heard.');
    for (let i = 0; i < 513; i += 1) hearing.hear(said(`thing ${i}`, null));
    expect(hearing.heard).toHaveLength(512);
    expect(inWords(hearing, true)).toContain('1 other things on the air');
  });
});
