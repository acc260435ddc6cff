import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aHealing, healedStatus, unhealed } from '../../tooling/testkit/healings.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { lookAt } from '../support/look.js';

/** Medical technology looks into the gateways: real Chromium, in Swedish and English. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1400, height: 1000 };
const pages = join(import.meta.dirname, '../../dashboards/web/dist');

describe.skipIf(!requires('chromium', 'gateways in a browser'))('the gateways', () => {
  const clinic = new TestClinic(null, pages);
  const browser = new Browser();

  beforeAll(async () => {
    await clinic.start();
    await clinic.addPatient('p-00000001', null);
    await clinic.addStaff('A Technician', { roles: ['technician'], licensed: false });
    const { fleet } = clinic.parts;
    const at = clinic.clock.wall().ms;
    for (const id of ['gw-fine', 'gw-ill', 'gw-new']) await fleet.add(id, 'p-00000001', 0);
    const told = [
      aHealing(3, at, { cause: 'scan_refused', ...unhealed }),
      aHealing(2, at - 86_400_000, {
        cause: 'bluetooth_stuck',
        recoveryMs: 11_100_000,
        outcome: 'passed',
      }),
      aHealing(1, at - 2 * 86_400_000),
    ];
    const problems = ['radio_unhealed', 'scan_refused'] as const;
    const ill = { ...healedStatus('gw-ill', at, told), waiting: 12, held: 0, software: '0.1.0' };
    const fine = { v: 1, gateway: 'gw-fine', state: 'online', at, waiting: 0, held: 0 } as const;
    await fleet.saveStatuses([{ ...ill, problems: [...problems] }, fine], at);
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  it('are for medical technology alone, and say in plain words how a radio was healed', async () => {
    const page = await browser.open(`${clinic.url}/`, phone);
    const who = page.getByLabel('Vem är du?');
    await who.waitFor();
    expect(await page.getByRole('button', { name: 'Visa hemenheter' }).count()).toBe(0);
    await who.selectOption({ label: 'A Technician' });
    await page.getByRole('button', { name: 'Visa hemenheter' }).click();
    const homes = page.getByRole('dialog').getByRole('region');
    await homes.first().waitFor();
    // What needs somebody is first, then what is not there.
    const names = [0, 1, 2].map((i) => homes.nth(i).getAttribute('aria-label'));
    expect(await Promise.all(names)).toEqual(['gw-ill', 'gw-new', 'gw-fine']);
    const ill = homes.first();
    await ill.getByText('Radion lyssnar inte efter mätare').first().waitFor();
    await ill.getByText('Senaste åtgärd: stängde av och slog på radion. Den hjälpte.').waitFor();
    await ill.getByRole('button', { name: 'Visa hur radion har lagats' }).click();
    await ill.getByText('5 åtgärder, den kraftigaste: startade om hela hemenheten.').waitFor();
    await ill.getByText('någon behöver se till enheten.', { exact: false }).first().waitFor();
    await ill.getByText('Radion fungerar igen. Det tog 20 s.').waitFor();
    await ill.getByText('Det tog 3 h 5 min.', { exact: false }).waitFor();
    await lookAt(page, 'gateways-phone');
    await page.close();
  });

  it('open and close by the keyboard, in English', async () => {
    const page = await browser.open(`${clinic.url}/`, desktop);
    await page.getByText('English').click();
    await page.getByLabel('Who are you?').selectOption({ label: 'A Technician' });
    await page.getByRole('button', { name: 'Show gateways' }).focus();
    await page.keyboard.press('Enter');
    const fine = page.getByRole('dialog').getByRole('region', { name: 'gw-fine' });
    await fine.getByText('No fault reported.').waitFor();
    await fine.getByRole('button', { name: 'Show how the radio was healed' }).focus();
    await page.keyboard.press('Enter');
    await fine.getByText('The radio has needed no healing.').waitFor();
    await lookAt(page, 'gateways-english');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Svenska').click();
    await page.close();
  });

  it('write no error to the console', () => {
    expect(browser.errors).toEqual([]);
  });
});
