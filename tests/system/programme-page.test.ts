import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { ProgrammeScene } from '../../tooling/testkit/programme-scene.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { lookAt } from '../support/look.js';

/** A programme as patient and staff follow it: real Chromium, in Swedish and English. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };
const pages = join(import.meta.dirname, '../../dashboards/web/dist');

describe.skipIf(!requires('chromium', 'a programme in a browser'))('the programme', () => {
  const browser = new Browser();
  const treatment = new ProgrammeScene(pages);
  const healthPlan = new ProgrammeScene(pages);

  beforeAll(async () => {
    await treatment.start('mental-health-icbt', 21);
    await healthPlan.start('neurorehab-health-plan', 10);
  });
  afterAll(async () => {
    await browser.close();
    await treatment.clinic.stop();
    await healthPlan.clinic.stop();
  });

  const open = async (scene: ProgrammeScene, size: typeof phone, as = ''): Promise<Page> => {
    const page = await browser.open(`${scene.clinic.url}/`, size);
    if (as !== '') await page.getByLabel('Vem är du?').selectOption(as);
    await page.getByRole('tab', { name: 'Program' }).click();
    await page.getByRole('region', { name: 'Veckorna' }).waitFor();
    return page;
  };
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it('takes a module with one tap, and another day without a word about it', async () => {
    const page = await open(treatment, phone);
    await page.getByText('Vecka 4 av 11 · 0 av 9 moduler klara').waitFor();
    await lookAt(page, '1-treatment-phone');
    await button(page, 'Gjort i dag: Modul 2').click();
    await page.getByText('Vecka 4 av 11 · 1 av 9 moduler klara').waitFor();
    await button(page, 'Annan dag: Modul 1').click();
    await page.getByLabel('Vilken dag gällde det?').fill(treatment.date(-5));
    await page.getByLabel('Minuter (om du vill)').fill('30');
    await lookAt(page, '2-another-day-phone');
    await button(page, 'Spara').click();
    await page.getByText('Vecka 4 av 11 · 2 av 9 moduler klara').waitFor();
    const [first] = await treatment.items('module');
    expect(first?.done).toMatchObject({ date: treatment.date(-5), minutes: 30 });
    expect(await page.locator('main').innerText()).not.toMatch(/sen(t|are ifylld)\b|försenad/i);
    await page.getByRole('button', { name: /^Vecka 2/ }).click();
    await page.getByRole('button', { name: /^Ångra: Modul 1/ }).click();
    await page.getByText('Vecka 4 av 11 · 1 av 9 moduler klara').waitFor();
    await lookAt(page, '3-done-phone');
    await page.close();
  });

  it('says a day that cannot be told in plain words', async () => {
    const page = await open(treatment, desktop);
    await button(page, 'Annan dag: Modul 1').click();
    await page.getByLabel('Vilken dag gällde det?').fill(treatment.date(-9));
    // The page would not send it; a page that was open since yesterday may.
    await page.evaluate(
      `document.querySelectorAll('form').forEach((it) => { it.noValidate = true })`,
    );
    await button(page, 'Spara').click();
    await page.getByText('Den dagen går inte längre att fylla i.').waitFor();
    await page.close();
  });

  it('shows what the therapist writes, and asks for a reason to end without the talk', async () => {
    const page = await open(treatment, desktop, treatment.care.licensed);
    await page.getByRole('button', { name: /^Vecka 3/ }).click();
    await page.getByRole('button', { name: /^Kommentera: Modul 2/ }).click();
    await page.getByLabel('Det du vill säga till patienten').fill('Fint att du kom igång.');
    await lookAt(page, '4-comment-desktop');
    await button(page, 'Skicka').click();
    const comments = page.getByRole('region', { name: 'Kommentarer från behandlaren' });
    await comments.getByText('Fint att du kom igång.').waitFor();
    expect(await comments.innerText()).toContain('A clinician');
    await lookAt(page, '5-treatment-desktop');
    await page.getByRole('tab', { name: 'Plan', exact: true }).click();
    await button(page, 'Avsluta').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Avsluta' }).click();
    await dialog.getByText(/saknas: Avslutande samtal, PHQ-9/).waitFor();
    await lookAt(page, '6-end-desktop');
    await dialog.getByLabel('Varför avslutas programmet ändå?').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Program' }).click();
    await page.getByRole('button', { name: /^Anteckna: Avslutande samtal/ }).click();
    await button(page, 'Spara kontakten').click();
    await page
      .getByText(/^genomfört/)
      .last()
      .waitFor();
    await page.close();
  });

  it('lets the patient choose activities and goals, and does it all with the keyboard', async () => {
    const page = await open(healthPlan, desktop);
    await page.getByText('English').click();
    await button(page, 'Choose activities').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Brain rest', { exact: true }).focus();
    await page.keyboard.press('Space');
    await dialog.getByLabel('Physical activity, times a week').fill('3');
    await dialog.getByText('Together 4 times a week.').waitFor();
    await lookAt(page, '7-choose-desktop');
    await dialog.getByRole('button', { name: 'Save the choice' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Physical activity 3 times, Brain rest 1 time.').waitFor();
    await button(page, 'Done today: Brain rest').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'To do now' }).getByText('1 of 1 time').waitFor();
    await button(page, 'New goal').click();
    await dialog.getByLabel('The goal in your own words').fill('Walk to the shop');
    await dialog.getByLabel('What counts?').selectOption('physical');
    await lookAt(page, '8-goal-desktop');
    await dialog.getByRole('button', { name: 'Save the goal' }).click();
    const goals = page.getByRole('region', { name: 'Goals' });
    await goals.getByText('So far 0. Goal: at least 3 times a week.').waitFor();
    await lookAt(page, '9-health-plan-desktop');
    await page.getByText('Svenska').click();
    await page.close();
  });

  it('has a form where it is due, and reads well on a phone', async () => {
    const page = await open(healthPlan, phone);
    await lookAt(page, '10-health-plan-phone');
    await page.close();
    const other = await open(treatment, phone);
    await other.getByRole('button', { name: /^Vecka 3/ }).click();
    await other
      .getByRole('button', { name: /^Svara: GAD-7/ })
      .first()
      .click();
    await other.getByRole('dialog').getByRole('button', { name: 'Nästa' }).waitFor();
    await other.close();
  });

  it('is not there for a plan that is no programme', async () => {
    await treatment.clinic.addPatient('p-00000009', 'copd');
    const page = await browser.open(`${treatment.clinic.url}/`, desktop);
    await page.getByRole('button', { name: /Name of p-00000009/ }).click();
    await page.getByRole('tab', { name: 'Plan', exact: true }).waitFor();
    expect(await page.getByRole('tab', { name: 'Program' }).count()).toBe(0);
    await page.close();
  });

  it('writes no error to the console', () => {
    expect(browser.errors.filter((it) => !it.includes('status of 4'))).toEqual([]);
  });
});
