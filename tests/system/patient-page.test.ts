import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homeIn, pageScenes } from '../../tooling/testkit/page-scenes.js';
import { aSchedule } from '../../tooling/testkit/patient-page.js';
import type { PatientPage } from '../../tooling/testkit/patient-page.js';
import { requires } from '../../tooling/testkit/requires.js';
import { violationsOf } from '../support/axe.js';
import { Browser } from '../support/browser.js';
import { faultsOf } from '../support/page-faults.js';

/** The page in the home as people use it: real Chromium, a small touch screen and a phone. */

const small = { width: 480, height: 320 } as const;
const phone = { width: 390, height: 844 } as const;
const shots = process.env['HEMMA_SHOTS'];
const paths = ['/sv/1', '/en/1', '/sv/1/enter/weight-daily', '/sv/1/form/hemma-hf-check'];

const shot = async (page: Page, name: string): Promise<void> => {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
};
const namesOf = (path: string): string => path.replaceAll('/', '-');

describe.skipIf(!requires('chromium', 'the patient page in a browser'))('the patient page', () => {
  const browser = new Browser();
  const plain = new Browser({ javaScriptEnabled: false });
  const touch = new Browser({ hasTouch: true });
  let home: PatientPage;

  beforeEach(async () => {
    home = await homeIn(pageScenes['several things to do']!);
  });
  afterEach(() => home.stop());
  afterAll(async () => {
    await Promise.all([browser, plain, touch].map((it) => it.close()));
    expect(browser.errors.filter((it) => !/404|ERR_/.test(it))).toEqual([]);
  });

  const open = (path: string, size: typeof small | typeof phone = phone): Promise<Page> =>
    browser.open(`${home.url}${path}`, size);
  const weigh = (value: number): void =>
    home.measure('body_weight', [{ code: 'body_weight', value }]);
  /** Something changes, and screens are told. */
  const tellAll = () => home.clock.advance(1_000);

  it('can be used with the keyboard alone, and follows what is done by itself', async () => {
    const page = await open('/sv/1');
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
    expect(await page.getByRole('status').filter({ hasText: 'Sparat' }).count()).toBe(1);
    expect(await page.locator('.way .done').count()).toBe(1);

    await page.goto(`${home.url}/sv/1`);
    home.arrive(true);
    await tellAll();
    await page.locator('.way .done').nth(2).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('shows help at once after an answer that asks for it', async () => {
    const page = await open('/sv/1/form/hemma-hf-check', small);
    for (const group of await page.getByRole('group').all())
      await group.getByRole('radio').last().check();
    await page.getByRole('button', { name: 'Spara' }).click();
    const help = page.getByRole('alert').first();
    await help.waitFor();
    expect(await help.innerText()).toMatch(/112[\s\S]*1177/);
    await page.close();
  });

  it('leaves a form that is filled in alone, whatever changes meanwhile', async () => {
    const page = await open('/sv/1/enter/weight-daily');
    await page.locator('#body_weight').fill('72,');
    await page.evaluate('globalThis.isSame = true');
    for (let i = 0; i < 3; i += 1) {
      weigh(72 + i);
      await home.clock.advance(20_000);
    }
    home.arrive(true);
    await home.server.stop();
    await home.server.start();
    await page.locator('#body_weight').pressSequentially('4');
    expect(await page.locator('#body_weight').inputValue()).toBe('72,4');
    expect(await page.evaluate('globalThis.isSame')).toBe(true);
    await page.close();
  });

  it('renews what changed in its place: what is open and held stays', async () => {
    const page = await open('/sv/1', small);
    await page.evaluate('globalThis.isSame = true');
    await page.locator('#now summary').first().click();
    await page.locator('#trend summary').first().click();
    await page.locator('#trend summary').first().scrollIntoViewIfNeeded();
    weigh(74.3);
    await tellAll();
    await page.locator('#latest').filter({ hasText: '74,3' }).waitFor();
    await page.locator('#trend').filter({ hasText: '74,3' }).waitFor();
    expect(await page.locator('#trend details').first().getAttribute('open')).not.toBeNull();
    const held = 'document.activeElement.tagName + " " + document.activeElement.parentElement.id';
    expect(await page.evaluate(held)).toBe('SUMMARY table-body_weight');
    expect(await page.evaluate('globalThis.isSame')).toBe(true);
    await page.close();
  });

  it('says that it may be old while the gateway cannot be reached, and goes on after', async () => {
    const page = await open('/sv/1');
    const port = Number(new URL(home.url).port);
    await page.locator('#now').waitFor();
    await home.server.stop();
    await page.locator('#lost:not([hidden])').waitFor();
    await shot(page, 'unreachable-390');
    expect(await violationsOf(page)).toEqual([]);
    await home.serveAt(port);
    weigh(73.1);
    await page.locator('#latest').filter({ hasText: '73,1' }).waitFor();
    await page.locator('#lost[hidden]').waitFor({ state: 'attached' });
    await page.close();
  });

  it('shows no more of somebody who is not of this home any more', async () => {
    home.want({
      schedules: [
        aSchedule({ plan: 'heart-failure', start: home.clock.wall().ms }),
        aSchedule({ plan: 'hypertension', start: home.clock.wall().ms, patient: 'p-00000002' }),
      ],
    });
    const page = await open('/sv/2');
    home.want({ schedules: [] });
    await tellAll();
    await page.waitForURL('**/sv/1');
    await page.close();
  });

  it.each(paths)('works without a script: %s', async (path) => {
    const page = await plain.open(`${home.url}${path}`, small);
    expect(await faultsOf(page)).toEqual([]);
    if (path.endsWith('/1')) {
      weigh(70.7);
      await page.locator('noscript a, .renew a').first().click();
      expect(await page.locator('#latest').innerText()).toMatch(/70[.,]7/);
    } else if (path.includes('enter')) {
      await page.locator('#body_weight').fill('71,2');
      await page.getByRole('button', { name: 'Spara' }).click();
      await page.waitForURL('**/saved/value');
      expect(await page.locator('#latest').innerText()).toContain('71,2');
    }
    await page.close();
  });

  it.each(paths)('loses nothing when its text is twice as large: %s', async (path) => {
    for (const size of [small, phone]) {
      const page = await open(path, size);
      await page.evaluate('document.documentElement.style.fontSize = "200%"');
      await shot(page, `text-200${namesOf(path)}-${size.width}`);
      expect(await faultsOf(page)).toEqual([]);
      expect(await page.getByRole('contentinfo').innerText()).toContain('112');
      expect(await violationsOf(page)).toEqual([]);
      await page.close();
    }
    // Enlarged to 200 %, a screen of 480 by 320 has room for half of each.
    const page = await browser.open(`${home.url}${path}`, { width: 240, height: 160 });
    expect(await faultsOf(page)).toEqual([]);
    await page.close();
  });

  it.each([
    ['dark', { colorScheme: 'dark' }],
    ['forced colours', { forcedColors: 'active' }],
  ] as const)('is for everybody with %s', async (name, media) => {
    for (const path of paths) {
      const page = await open(path);
      await page.emulateMedia(media);
      await page.reload();
      await shot(page, `${name.replaceAll(' ', '-')}${namesOf(path)}`);
      expect(await violationsOf(page)).toEqual([]);
      const moving = `[...document.querySelectorAll('*')].map((it) => getComputedStyle(it))
        .filter((it) => it.transitionDuration !== '0s' || it.animationName !== 'none').length`;
      expect(await page.evaluate(moving)).toBe(0);
      await page.close();
    }
  });

  it('has digits to tap on a small touch screen, below the field, and none on a phone', async () => {
    const plan = 'hypertension';
    home.want({ schedules: [aSchedule({ plan, start: home.clock.wall().ms })] });
    const page = await touch.open(`${home.url}/sv/1/enter/bp-series`, small);
    const keys = page.getByRole('group', { name: 'Siffror' });
    const tapAll = async (digits: readonly string[]): Promise<void> => {
      for (const digit of digits)
        await keys.getByRole('button', { name: digit, exact: true }).tap();
    };
    await tapAll(['1', '3', '2', 'Sudda', '1']);
    await page.locator('#diastolic_bp').tap();
    await tapAll(['8', '2']);
    await shot(page, 'keys-480');
    expect(await keys.getByRole('button', { name: ',' }).count()).toBe(0);
    const [field, below] = [page.locator('#diastolic_bp'), keys];
    const bottom = async (it: typeof keys): Promise<number> => {
      const box = (await it.boundingBox())!;
      return box.y + box.height;
    };
    expect(await bottom(field)).toBeLessThan((await below.boundingBox())!.y);
    expect(await bottom(below)).toBeLessThanOrEqual(small.height);
    expect(await faultsOf(page)).toEqual([]);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Spara' }).tap();
    await page.waitForURL('**/saved/value');
    expect(await page.locator('#latest').innerText()).toContain('131/82');
    await page.setViewportSize(phone);
    await page.goto(`${home.url}/sv/1/enter/bp-series`);
    expect(await keys.count()).toBe(0);
    await page.close();
  });
});
