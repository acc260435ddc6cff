import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { homeIn, pageScenes } from '../../tooling/testkit/page-scenes.js';
import type { PageScene } from '../../tooling/testkit/page-scenes.js';
import { requires } from '../../tooling/testkit/requires.js';
import { violationsOf } from '../support/axe.js';
import { Browser } from '../support/browser.js';
import { faultsOf } from '../support/page-faults.js';

/** Every state of the page in the home, in both languages, on a touch screen, a phone and a desk. */

const sizes = [
  { width: 480, height: 320 },
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
] as const;
const shots = process.env['HEMMA_SHOTS'];

async function fillIn(page: Page, { fill }: PageScene): Promise<void> {
  if (fill === undefined) return;
  for (const [name, value] of Object.entries(fill)) {
    if (name !== '*') await page.locator(`[name="${name}"]`).fill(value);
    else
      for (const group of await page.getByRole('group').all())
        await group.getByRole('radio').last().check();
  }
  await page.locator('form').getByRole('button').last().click();
  await page.waitForLoadState();
}

describe.skipIf(!requires('chromium', 'every state of the patient page'))(
  'the patient page',
  () => {
    const browser = new Browser();
    afterAll(() => browser.close());

    for (const language of ['sv', 'en'])
      it.each(Object.entries(pageScenes))(`in ${language} is whole: %s`, async (name, scene) => {
        const home = await homeIn(scene);
        const page = await browser.open(`${home.url}/${language}${scene.path}`, sizes[0]);
        await fillIn(page, scene);
        for (const size of sizes) {
          await page.setViewportSize(size);
          const path = `${shots}/${name.replaceAll(' ', '-')}-${language}-${size.width}.png`;
          if (shots !== undefined) await page.screenshot({ path, fullPage: true });
          expect(await faultsOf(page)).toEqual([]);
        }
        expect(await violationsOf(page)).toEqual([]);
        await page.close();
        await home.stop();
      });
  },
);
