import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requires } from '../../tooling/testkit/requires.js';
import { aSchedule, PatientPage } from '../../tooling/testkit/patient-page.js';
import { Browser } from '../support/browser.js';

/** The page in the home as people use it: real Chromium, a small touch screen and a phone. */

/** 08:00 in Stockholm, a Thursday. */
const morning = Date.UTC(2026, 0, 15, 7);
const dayMs = 86_400_000;
const sizes = {
  'a small touch screen': { width: 480, height: 320 },
  'a phone': { width: 390, height: 844 },
} as const;
const shots = process.env['HEMMA_SHOTS'];

describe.skipIf(!requires('chromium', 'the patient page in a browser'))('the patient page', () => {
  const home = new PatientPage(morning - 9 * dayMs);
  const browser = new Browser();

  beforeAll(async () => {
    await home.start();
    const start = morning - 9 * dayMs;
    home.want({
      schedules: [aSchedule({ plan: 'heart-failure', start, parameters: { targetWeight: 72 } })],
      messages: [{ id: '1', patient: home.patient, at: start, sender: 'care', text: 'Välkommen!' }],
    });
    for (let day = 0; day < 9; day += 1) {
      home.measure('body_weight', [{ code: 'body_weight', value: 72 + (day % 4) * 0.6 }]);
      home.clock.jumpWall(dayMs);
    }
    home.arrive(false);
  });
  afterAll(async () => {
    await browser.close();
    await home.stop();
  });

  const violations = async (page: Page) => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const found = await new AxeBuilder({ page }).withTags(tags).analyze();
    return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  };
  const shot = async (page: Page, name: string): Promise<void> => {
    if (shots !== undefined)
      await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
  };
  const isNotCut = (page: Page): Promise<boolean> =>
    page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth');

  const paths = {
    main: '/sv/1',
    english: '/en/1',
    entry: '/sv/1/enter/weight-daily',
    form: '/sv/1/form/hemma-hf-check',
    lost: '/sv/7',
  } as const;

  for (const [name, size] of Object.entries(sizes))
    it.each(Object.entries(paths))(
      `on ${name} is whole and for everybody: %s`,
      async (what, path) => {
        const page = await browser.open(`${home.url}${path}`, size);
        expect(await violations(page)).toEqual([]);
        expect(await isNotCut(page)).toBe(true);
        await shot(page, `${what}-${size.width}`);
        await page.close();
      },
    );

  it.each(Object.entries(paths))('loses nothing at 200 %%: %s', async (what, path) => {
    // Enlarged to 200 %, a screen of 480 by 320 has room for half of each.
    const page = await browser.open(`${home.url}${path}`, { width: 240, height: 160 });
    expect(await isNotCut(page)).toBe(true);
    expect(await page.getByRole('contentinfo').innerText()).toContain('112');
    await shot(page, `${what}-200`);
    await page.close();
  });

  it('can be used with the keyboard alone, and follows what is done by itself', async () => {
    const page = await browser.open(`${home.url}/sv/1`, sizes['a phone']);
    const tabTo = async (name: string): Promise<void> => {
      for (let i = 0; i < 30; i += 1) {
        await page.keyboard.press('Tab');
        const held = await page.evaluate<(string | null)[]>(
          '[document.activeElement.textContent.trim(), document.activeElement.getAttribute("name")]',
        );
        if (held.includes(name)) return;
      }
      throw new Error(`Nothing with the name ${name} takes the focus.`);
    };
    await tabTo('Skriv in själv');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/enter/weight-daily');
    await tabTo('body_weight');
    await page.keyboard.type('72,4');
    await tabTo('Spara');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/saved/value');
    expect(await page.getByRole('status').first().innerText()).toContain('Sparat');
    const steps = page.locator('.way .done');
    expect(await steps.count()).toBe(1);

    await page.goto(`${home.url}/sv/1`);
    home.arrive(true);
    await home.clock.advance(1_000);
    await steps.nth(2).waitFor();
    await shot(page, 'seen-390');
    expect(await violations(page)).toEqual([]);
    expect(browser.errors.filter((it) => !it.includes('404'))).toEqual([]);
  });

  it('shows help at once after an answer that asks for it', async () => {
    const page = await browser.open(
      `${home.url}/sv/1/form/hemma-hf-check`,
      sizes['a small touch screen'],
    );
    const groups = await page.getByRole('group').all();
    for (const group of groups) await group.getByRole('radio').last().check();
    await page.getByRole('button', { name: 'Spara' }).click();
    const help = page.getByRole('alert').first();
    await help.waitFor();
    expect(await help.innerText()).toMatch(/112[\s\S]*1177/);
    expect(await violations(page)).toEqual([]);
    await shot(page, 'help-480');
  });
});
