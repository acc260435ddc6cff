import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { lookAt } from '../support/look.js';

/** Staff say whose a reading is that nobody at home has answered for: real Chromium, sv and en. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };
const anna = 'p-00000001';
const pages = join(import.meta.dirname, '../../dashboards/web/dist');
const dayMs = 86_400_000;

describe.skipIf(!requires('chromium', 'whose a reading is in a browser'))(
  'whose a reading is',
  () => {
    const clinic = new TestClinic(null, pages);
    const browser = new Browser();
    const now = Date.now();

    beforeAll(async () => {
      clinic.clock.jumpWall(now - clinic.clock.wall().ms);
      await clinic.start();
      await clinic.addPatient(anna, 'hypertension');
      const own = Array.from({ length: 6 }, (_, i) =>
        aMeasurement({
          ...{ at: now - (i + 2) * dayMs, patient: anna },
          values: { systolic_bp: 131, diastolic_bp: 83 },
        }),
      );
      const asked = [186, 118].map((systolic_bp, i) =>
        aMeasurement({
          ...{ at: now - (i + 1) * 3_600_000, patient: anna, flags: ['owner_unconfirmed'] },
          values: { systolic_bp, diastolic_bp: 71 },
        }),
      );
      await clinic.see([...own, ...asked]);
    });
    afterAll(async () => {
      await browser.close();
      await clinic.stop();
    });

    const open = async (size: { width: number; height: number }) => {
      const page = await browser.open(`${clinic.url}/`, size);
      await page.getByRole('region', { name: 'Vems är värdet?' }).waitFor();
      return page;
    };
    const panel = (page: Page) => page.getByRole('region', { name: /Vems är värdet|Whose is/ });

    it('is asked with the values, which count nowhere, and nobody unknown may answer', async () => {
      const page = await open(phone);
      expect(await panel(page).getByRole('listitem').count()).toBe(2);
      await panel(page)
        .getByText(/186\/71 mmHg/)
        .waitFor();
      await panel(page)
        .getByText(/Välj högst upp vem du är/)
        .waitFor();
      expect(await panel(page).getByRole('button').count()).toBe(0);
      await page.getByText(/Systoliskt blodtryck: Senast 131 mmHg/).waitFor();
      await lookAt(page, 'owner-phone-asked');
      await page.close();
    });

    it('is answered by keyboard, told with who said it, and taken back', async () => {
      const page = await open(desktop);
      await page.getByLabel('Vem är du?').selectOption('Test Clinician');
      const no = panel(page).getByRole('button', { name: /^Nej: Blodtryck 186\/71/ });
      await no.focus();
      await page.keyboard.press('Enter');
      await panel(page)
        .getByText(/Inte patientens, enligt Test Clinician/)
        .waitFor();
      expect(await page.evaluate('document.activeElement.textContent')).toContain('186/71');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await no.waitFor();
      await no.click();
      await panel(page)
        .getByText(/Inte patientens, enligt Test Clinician/)
        .waitFor();
      await page.getByRole('button', { name: 'Visa som tabell' }).first().click();
      await page.getByRole('cell', { name: /186 mmHg: inte patientens, räknas inte/ }).waitFor();
      await page.getByText(/Systoliskt blodtryck: Senast 131 mmHg/).waitFor();
      await lookAt(page, 'owner-desktop-declined');

      await panel(page)
        .getByRole('button', { name: /^Ja: Blodtryck 118\/71/ })
        .click();
      await panel(page)
        .getByText(/Patientens, enligt Test Clinician/)
        .first()
        .waitFor();
      await page.getByText(/Systoliskt blodtryck: Senast 118 mmHg/).waitFor();
      await page.getByText('English').click();
      await panel(page)
        .getByText(/Not the patient’s, said Test Clinician/)
        .waitFor();
      await lookAt(page, 'owner-desktop-answered-en');
      const { db } = clinic.parts;
      const kept = await db.selectFrom('care_events').select(['kind', 'staff']).execute();
      const of = (kind: string) =>
        kept.filter((it) => it.kind === kind && it.staff !== null).length;
      expect([of('owner-denied'), of('entered-in-error'), of('owner-confirmed')]).toEqual([
        2, 1, 1,
      ]);
      await page.close();
    });

    it('writes no error to the console', () => {
      expect(browser.errors).toEqual([]);
    });
  },
);
