import type { Quantity } from '@hemma/protocols/reading.js';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { FullHome } from '../support/every-device.js';

/**
 * Every device file's way from its radio or its wire to the page that clinicians read: the virtual
 * device of each, a gateway with the real noble and serialport, the cloud, Chromium.
 */

const suite = 'every device, from its radio to the page';
const desktop = { width: 1400, height: 1000 };

/** As the page writes the measurements that these devices have in common. */
const names: Readonly<Record<string, string>> = {
  systolic_bp: 'Systoliskt blodtryck',
  diastolic_bp: 'Diastoliskt blodtryck',
  pulse_rate: 'Puls',
  spo2: 'Syremättnad',
  body_weight: 'Vikt',
  body_temperature: 'Kroppstemperatur',
  glucose: 'Blodsocker',
  body_fat_percentage: 'Kroppsfett',
  fev1: 'FEV1',
};

function onPage({ code, value }: Quantity): RegExp | null {
  const name = names[code];
  const zeros = Number.isInteger(value) ? '(,0+)?' : '0*';
  const figure = String(value).replace('.', ',') + zeros;
  return name === undefined ? null : new RegExp(`${name}[^\\n]* ${figure} `);
}

/** Everything that the page says of its first patient, the tables opened. */
async function readPage(page: Page): Promise<string> {
  const closed = page.getByRole('button', { name: 'Visa som tabell' });
  await closed.first().waitFor();
  while ((await closed.count()) > 0) await closed.first().click();
  return page.locator('main').innerText();
}

describe.skipIf(!requires('chromium', suite))(suite, () => {
  it('comes with the values that it measured', { timeout: 600_000 }, async () => {
    const home = new FullHome();
    await home.start();
    const heard = new Map((await home.scan()).map(({ address, ...what }) => [address, what]));
    for (const { device, address } of home.advertising)
      expect(heard.get(address)?.model, device.id).toBe(device.id);

    await home.startGateway();
    await home.measureAll();
    const journal = home.journal();
    for (const [model, { values }] of home.recorded)
      expect(journal.get(model), model).toEqual(expect.arrayContaining([...values]));

    const browser = new Browser();
    onTestFinished(() => browser.close());
    const text = await readPage(await browser.open(home.pageUrl, desktop));
    const unseen = [...home.recorded].flatMap(([model, { values }]) => {
      const patterns = values.map(onPage).filter((pattern) => pattern !== null);
      expect(patterns, model).not.toEqual([]);
      return patterns.filter((one) => !one.test(text)).map(({ source }) => `${model}: ${source}`);
    });
    expect(unseen, text).toEqual([]);
  });
});
