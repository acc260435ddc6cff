import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { messagePaths } from '@hemma/protocols/api/messages.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { lookAt } from '../support/look.js';

/** A patient and their clinic write to each other: real Chromium, in Swedish and English. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };
const anna = 'p-00000001';
const pages = join(import.meta.dirname, '../../dashboards/web/dist');
const long = `Först det viktiga. ${'Sedan kommer mer att läsa. '.repeat(12)}Och så var det slut.`;

describe.skipIf(!requires('chromium', 'messages in a browser'))('the messages of a patient', () => {
  const clinic = new TestClinic(null, pages);
  const browser = new Browser();
  let care: CareUnit;
  let sent = 0;

  beforeAll(async () => {
    await clinic.start();
    care = await careUnit(clinic.parts.db, clinic.clock.wall().ms, { unit: 'lungmottagningen' });
    await clinic.addPatient(anna, 'copd', {}, care.unit);
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  const write = async (text: string, as = ''): Promise<void> => {
    sent += 1;
    clinic.actAs(as);
    clinic.clock.jumpWall(60_000);
    const message = { id: `message-${sent}`, text };
    expect((await clinic.post(messagePaths.thread(anna), message)).status).toBe(200);
  };
  const open = async (size: { width: number; height: number }, as = '') => {
    const page = await browser.open(`${clinic.url}/`, size);
    if (as !== '') await page.getByLabel('Vem är du?').selectOption(as);
    return page;
  };
  const toMessages = (page: Page) => page.getByRole('tab', { name: /^Meddelanden/ }).click();
  const items = (page: Page) => page.getByRole('list', { name: 'Meddelanden' }).locator('> li');

  it('are written by the patient on a phone, who reads when somebody looks', async () => {
    const page = await open(phone);
    await toMessages(page);
    await page.getByText('Inga meddelanden ännu.').waitFor();
    await page.getByText(/aldrig akut vård.*112.*1177/).waitFor();
    await page.getByText(/besvaras inom 2 arbetsdagar/).waitFor();
    const box = page.getByLabel('Skriv till lungmottagningen');
    await box.fill('<b>Hej</b> & hej\nJag har en fråga.');
    await page.getByRole('button', { name: 'Skicka' }).click();
    await page.getByText('Meddelandet är skickat.').waitFor();
    expect(await box.inputValue()).toBe('');
    await page.getByText(/Svar senast 19 jan\. 2026/).waitFor();
    expect(await items(page).first().innerText()).toContain('<b>Hej</b> & hej\nJag har en fråga.');
    await lookAt(page, 'messages-phone');
    await page.close();
  });

  it('wait in the worklist and the patient list, and open at the first that is not read', async () => {
    for (const text of ['Det andra.', long, 'Det fjärde.']) await write(text);
    const page = await open(desktop, care.therapist);
    await page.getByRole('region', { name: 'Patienter' }).getByText('4 olästa').waitFor();
    const task = page.getByRole('article').filter({ hasText: 'Meddelande att svara på' });
    await task.getByText('4 olästa meddelanden').waitFor();
    await page.getByRole('tab', { name: 'Meddelanden (4 olästa)' }).click();
    const texts = await items(page).allInnerTexts();
    expect(texts.map((it) => it.includes('Nytt'))).toEqual([true, true, true, true]);
    expect(texts[0]).toContain('Det fjärde.');
    expect(texts[1]).toContain('Och så var det slut.');
    expect(texts[3]).toContain('Patienten');
    await expect.poll(() => items(page).last().isVisible()).toBe(true);
    await lookAt(page, 'messages-desktop');
    await page.getByRole('tab', { name: 'Meddelanden', exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Patienter' })
      .getByText('olästa')
      .waitFor({ state: 'detached' });
    await page.close();
  });

  it('are answered with the keyboard alone, which ends the task', async () => {
    const page = await open(desktop, care.therapist);
    await page.getByRole('tab', { name: 'Trender' }).focus();
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('ArrowRight');
    const box = page.getByLabel(/^Skriv till Name of/);
    await box.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('Bra fråga. Vi hörs på fredag.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Meddelandet är skickat.').waitFor();
    await page.getByText('Inga öppna uppgifter.').waitFor();
    expect(await items(page).first().innerText()).toContain('A therapist');
    // What is read is shown with its beginning, and whole when it is asked for.
    const older = items(page).nth(2);
    expect(await older.innerText()).not.toContain('Och så var det slut.');
    await older.getByRole('button', { name: 'Läs hela' }).click();
    expect(await older.innerText()).toContain('Och så var det slut.');
    await page.close();
  });

  it('come by themselves while the thread is open, in English too', async () => {
    const page = await open(desktop);
    await page.getByText('English').click();
    await page.getByRole('tab', { name: 'Messages (1 unread)' }).click();
    await write('Something more, live.', care.licensed);
    clinic.live.touch([anna]);
    await page.evaluate('dispatchEvent(new Event("focus"))');
    await clinic.clock.advance(1_000);
    const list = page.getByRole('list', { name: 'Messages' });
    await list.getByText('Something more, live.').waitFor();
    await page.getByRole('tab', { name: 'Messages', exact: true }).waitFor();
    await lookAt(page, 'messages-english');
    await page.getByText('Svenska', { exact: true }).first().click();
    await page.close();
  });

  it('are below when the patient is reminded, who changes it on a phone', async () => {
    const page = await open(phone);
    await toMessages(page);
    const section = page.getByRole('region', { name: 'Påminnelser' });
    await section.getByText('Lägg till en adress').waitFor();
    await section.getByLabel('E-postadress').fill('anna@example.org');
    await section.getByRole('button', { name: 'Lägg till' }).click();
    await section.getByText('Ta bort anna@example.org').waitFor();
    await section.getByText('Du har något att göra i Hemma.').waitFor();
    const time = section.getByLabel('Tid för Syremättnad').first();
    await time.fill('22:10');
    await section.getByRole('button', { name: 'Spara tiden' }).click();
    await section.getByText('Planens tid är 07:30.').waitFor();
    await section.getByText(/Nästa påminnelse 15 jan\. 2026 18:00/).waitFor();
    await lookAt(page, 'reminders-phone');
    await section.getByRole('switch', { name: 'Påminnelser på' }).click();
    await section.getByText('Ingen påminnelse väntar').waitFor();
    await page.close();
  });

  it('are only read when nobody answers any more', async () => {
    await clinic.parts.db.updateTable('episodes').set({ ended_at: 1 }).execute();
    const page = await open(desktop, care.licensed);
    await toMessages(page);
    await page.getByText('ingen mottagning svarar just nu').waitFor();
    expect(await page.getByRole('button', { name: 'Skicka' }).count()).toBe(0);
    await page.close();
  });

  it('write no error to the console', () => {
    expect(browser.errors).toEqual([]);
  });
});
