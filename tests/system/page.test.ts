import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { staffedHoursSchema } from '@hemma/protocols/api/units.js';
import { verifyDevice } from '@hemma/cloud/devices/checks.js';
import { Units } from '@hemma/cloud/units/units.js';
import { reviewChecks } from '@hemma/cloud/worklist/calibration.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement, someMorning } from '../../tooling/testkit/measurements.js';
import { requires } from '../../tooling/testkit/requires.js';
import { violationsOf } from '../support/axe.js';
import { Browser } from '../support/browser.js';

/** The clinic page as people meet it: real Chromium, real HTTP, phone and desktop. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1400, height: 1000 };
const patient = 'p-00000001';
const dayMs = 86_400_000;
const week = Array.from({ length: 7 }, () => [{ from: '08:00', to: '16:30' }]);
const hours = staffedHoursSchema.parse({ week });
const medtech = { hours, responsible: null, substitute: null, budgetMinutes: 60 };
const pages = join(import.meta.dirname, '../../dashboards/web/dist');

describe.skipIf(!requires('chromium', 'the clinic page in a browser'))('the clinic page', () => {
  const clinic = new TestClinic(null, pages);
  const browser = new Browser();

  beforeAll(async () => {
    await clinic.start();
    await clinic.addPatient(patient, 'hypertension');
    await clinic.addPatient('p-00000002', null);
    // The page asks for the days before now, by the clock of the browser.
    const days = Array.from({ length: 10 }, (_, i) => Date.now() - (i + 1) * dayMs);
    await clinic.see([
      ...days.map((at) => aMeasurement({ at, values: { systolic_bp: 131, diastolic_bp: 83 } })),
      aMeasurement({ at: Date.now() - 3_600_000, failure: 'aborted' }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  const open = async (size: { width: number; height: number }): Promise<Page> => {
    const page = await browser.open(`${clinic.url}/`, size);
    await page.getByRole('heading', { name: 'Blodtryck' }).first().waitFor();
    return page;
  };

  it('shows patients, the trend in words, goals, failed attempts, and that it is no emergency service', async () => {
    const page = await open(desktop);
    const text = await page.locator('body').innerText();
    expect(text).toContain('Hemma är inte en akuttjänst');
    expect(text).toContain('112');
    expect(text).toContain(`Name of ${patient}`);
    expect(text).toMatch(/Systoliskt blodtryck: Senast 131 mmHg/);
    expect(text).toContain('1 försök gav inget värde');
    await page.getByRole('button', { name: 'Visa som tabell' }).first().click();
    expect(await page.getByRole('cell', { name: /mätningen avbröts/ }).count()).toBe(1);
    await page.close();
  });

  it('brings a new reading and its task by itself, and the task can be acknowledged', async () => {
    const page = await open(desktop);
    clinic.clock.jumpWall(Date.now() - someMorning);
    const values = { systolic_bp: 186, diastolic_bp: 112 };
    // A value like this is measured again after a rest before it is a task.
    await clinic.see(
      [Date.now() - 6 * 60_000, Date.now()].map((at) => aMeasurement({ at, values })),
    );
    clinic.live.touch([patient]);
    await clinic.clock.advance(1_000);
    await page.getByText(/Senast 186 mmHg/).waitFor({ timeout: 10_000 });
    const tasks = page.getByRole('region', { name: 'Öppna uppgifter' });
    await page.getByLabel('Vem är du?').selectOption('Test Clinician');
    await tasks.getByRole('button', { name: 'Varför?' }).first().click();
    await tasks.getByText(/180/).first().waitFor();
    await tasks.getByRole('button', { name: 'Kvittera' }).first().click();
    await tasks.getByText('Kvitterad').first().waitFor();
    await tasks.getByLabel('Anteckning till kollegor').first().fill('Ringt klockan tio.');
    await tasks.getByRole('button', { name: 'Spara' }).first().click();
    await tasks.getByText('Test Clinician, ').first().waitFor();
    await tasks.getByRole('button', { name: 'Ta den' }).first().click();
    await tasks.getByText('Test Clinician arbetar med den').first().waitFor();
    await tasks.getByRole('button', { name: 'Historik' }).first().click();
    const history = tasks.getByRole('list', { name: 'Historik' });
    await history.getByText('Test Clinician antecknade: Ringt klockan tio.').waitFor();
    await history.getByText('tagen av Test Clinician').waitFor();
    // The time in a patient view is measured, and nobody writes it down.
    const beats = await clinic.parts.db.selectFrom('heartbeats').selectAll().execute();
    expect(beats.map((it) => it.patient)).toContain(patient);
    await page.close();
  });

  it('shows the device that is due to medical technology alone, who says that it was checked', async () => {
    const { db } = clinic.parts;
    const device = 'ble:00:09:1f:00:00:01';
    const staff = await clinic.addStaff('A Technician', { roles: ['technician'] });
    const technician = await clinic.parts.staff.actor(staff);
    await new Units(db).add('medtech', { ...medtech, name: 'Medical technology' }, 0);
    const check = { device, on: '2020-01-01', unit: 'medtech', model: 'and-ua-651ble' };
    await verifyDevice(db, check, technician, Date.now());
    await reviewChecks(db, Date.now());
    const page = await open(desktop);
    const tasks = page.getByRole('region', { name: 'Öppna uppgifter' });
    await page.getByLabel('Vem är du?').selectOption('Test Clinician');
    await tasks.getByText('1 uppgift väntar på andra.').waitFor();
    expect(await tasks.getByText(device).count()).toBe(0);
    await page.getByLabel('Vem är du?').selectOption('A Technician');
    await tasks.getByText(`and-ua-651ble · ${device}`).waitFor();
    await tasks.getByRole('button', { name: 'Kontrollerad i dag' }).click();
    await tasks.getByText(device).waitFor({ state: 'detached' });
    await page.close();
  });

  it('speaks English when asked to, and remembers it', async () => {
    const page = await open(desktop);
    await page.getByText('English').click();
    await page.getByRole('heading', { name: 'Open tasks' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    await page.getByText('Svenska').click();
    await page.close();
  });

  it.each([
    ['phone', phone],
    ['desktop', desktop],
  ])('keeps WCAG 2.2 AA and fits on a %s', async (_name, size) => {
    const page = await open(size);
    expect(await violationsOf(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBe(0);
    await page.close();
  });

  it('can be used with the keyboard alone', async () => {
    const page = await open(desktop);
    const second = page.getByRole('button', { name: /p-00000002/ });
    await second.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Inga mätningar i perioden.').waitFor();
    await page.close();
  });

  it('writes no error to the console', () => {
    expect(browser.errors).toEqual([]);
  });
});
