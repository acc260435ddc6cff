import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { requires } from '../../tooling/testkit/requires.js';
import { violationsOf } from '../support/axe.js';
import { Browser } from '../support/browser.js';

/** A questionnaire as people answer it: real Chromium, in Swedish and English. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1400, height: 1000 };
const patient = 'p-00000001';
/** A folder for pictures of the page, where somebody wants to look at them. */
const pictures = process.env['HEMMA_PICTURES'];
const pages = join(import.meta.dirname, '../../dashboards/web/dist');

describe.skipIf(!requires('chromium', 'forms in a browser'))('the forms of a patient', () => {
  const clinic = new TestClinic(null, pages);
  const browser = new Browser();

  beforeAll(async () => {
    await clinic.start();
    await clinic.addPatient(patient, 'heart-failure', { targetWeight: 80 });
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  const open = async (size: { width: number; height: number }): Promise<Page> => {
    const page = await browser.open(`${clinic.url}/`, size);
    await page.getByRole('tab', { name: 'Formulär' }).click();
    return page;
  };
  const picture = async (page: Page, name: string): Promise<void> => {
    if (pictures !== undefined)
      await page.screenshot({ path: join(pictures, `forms-${name}.png`) });
  };
  /** Answers every item with the choice of that name. */
  const fillIn = async (page: Page, names: readonly string[], next: string): Promise<void> => {
    for (const name of names) {
      await page.getByRole('radio', { name, exact: true }).check();
      await page.getByRole('button', { name: next }).click();
    }
  };
  const sameAsUsual = 'Som vanligt eller bättre';

  it('are answered item by item; help is shown at once where an answer asks for it', async () => {
    const page = await open(phone);
    await page.getByRole('button', { name: 'Svara' }).first().click();
    const next = page.getByRole('button', { name: 'Nästa' });
    await next.waitFor();
    expect(await next.isDisabled()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    const calm = [sameAsUsual, 'Nej', 'Nej', sameAsUsual, sameAsUsual, sameAsUsual];
    await fillIn(page, [...calm, 'Ja', 'Nej'], 'Nästa');
    await page.getByRole('button', { name: 'Spara svaren' }).click();
    const help = page.getByRole('alert');
    await help.waitFor();
    expect(await help.innerText()).toMatch(/112[\s\S]*1177/);
    expect(await violationsOf(page)).toEqual([]);
    // No unit answers for this patient, and the patient is told so.
    await page.getByRole('dialog').getByText('Just nu är det ingen som tittar').waitFor();
    await page.getByRole('button', { name: 'Stäng' }).last().click();
    await page.getByRole('region', { name: 'Besvarat' }).waitFor();
    await page.close();
  });

  it('are answered in English, and go back without losing an answer', async () => {
    const page = await open(desktop);
    await page.getByText('English').click();
    await page.getByRole('button', { name: 'Answer' }).first().click();
    await fillIn(page, ['As usual or better', 'No'], 'Next');
    await page.getByRole('button', { name: 'Back' }).click();
    expect(await page.getByRole('radio', { name: 'No', exact: true }).isChecked()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByText('Svenska').click();
    await page.close();
  });

  it('stand beside what was found', async () => {
    const page = await open(desktop);
    await page.getByRole('tab', { name: 'Fynd' }).click();
    await page.getByText('Inget har hittats för den här patienten.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.close();
  });

  it('about a patient are filled in by those who treat alone', async () => {
    const runs = { plan: 'mental-health-icbt', plan_version: '0.1.0-draft' };
    await clinic.parts.db.updateTable('episodes').set(runs).execute();
    const page = await open(phone);
    const theirs = page.getByText('fylls i av behandlaren');
    await theirs.waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await picture(page, 'of-the-therapist-phone');
    const buttons = page.getByRole('button', { name: 'Svara' });
    const offered = await buttons.count();
    await page.getByLabel('Vem är du?', { exact: true }).selectOption({ label: 'Test Clinician' });
    await theirs.waitFor({ state: 'hidden' });
    expect(await buttons.count()).toBe(offered + 1);
    await page.setViewportSize(desktop);
    await picture(page, 'as-staff-desktop');
    await page.close();
  });

  it('write no error to the console', () => {
    expect(browser.errors).toEqual([]);
  });
});
