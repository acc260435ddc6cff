import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { People } from '@hemma/cloud/people/people.js';
import { ownHypertension, releasePlan } from '../../tooling/testkit/authors.js';
import { careUnit } from '../../tooling/testkit/care-unit.js';
import type { CareUnit } from '../../tooling/testkit/care-unit.js';
import { TestClinic } from '../../tooling/testkit/clinic.js';
import { aMeasurement } from '../../tooling/testkit/measurements.js';
import { requires } from '../../tooling/testkit/requires.js';
import { Browser } from '../support/browser.js';
import { lookAt } from '../support/look.js';

/** A plan as staff prescribe it and follow it: real Chromium, in Swedish and English. */

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 900 };
const anna = 'p-00000001';
const testPerson = 'p-0000bbbb';
const dayMs = 86_400_000;
const pages = join(import.meta.dirname, '../../dashboards/web/dist');

describe.skipIf(!requires('chromium', 'prescribing in a browser'))('the plan of a patient', () => {
  const clinic = new TestClinic(null, pages);
  const browser = new Browser();
  let care: CareUnit;

  beforeAll(async () => {
    await clinic.start();
    const now = clinic.clock.wall().ms;
    care = await careUnit(clinic.parts.db, now);
    await clinic.addPatient(anna, null);
    const days = Array.from({ length: 20 }, (_, i) => now - (20 - i) * dayMs);
    await clinic.see(days.flatMap((at, i) => spo2(at, i % 5 === 0 ? 86 : 93)));
  });
  afterAll(async () => {
    await browser.close();
    await clinic.stop();
  });

  /** Measured twice, as a plan asks for below a limit. */
  const spo2 = (at: number, value: number) =>
    [at, at + 6 * 60_000].map((time) =>
      aMeasurement({
        ...{ kind: 'spo2', patient: anna, at: time },
        values: { spo2: value, pulse_rate: 70 },
      }),
    );
  const open = async (size: { width: number; height: number }, as = care.licensed) => {
    const page = await browser.open(`${clinic.url}/`, size);
    await page.getByLabel('Vem är du?').selectOption(as);
    await page.getByRole('tab', { name: 'Plan' }).click();
    return page;
  };
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  const tickAll = async (page: Page): Promise<void> => {
    const list = page.getByRole('group', { name: /Checklista|checklist/ });
    for (const box of await list.getByRole('checkbox').all()) await box.check();
  };

  it('is refused with plain words beside each field, tried, confirmed and begun, in Swedish', async () => {
    const page = await open(desktop);
    await page.getByText('Patienten följer ingen plan.').waitFor();
    await lookAt(page, '1-no-plan-desktop');
    await button(page, 'Ordinera en plan').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).selectOption('copd');
    await dialog.getByLabel('Syremättnad röd').fill('91');
    await button(page, 'Visa vad det innebär').click();
    const alert = dialog.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('Den röda gränsen måste ligga bortom den gula.');
    expect(await alert.innerText()).toContain('Måste vara uppfyllt innan planen startar.');
    await dialog.locator('input[type="checkbox"][aria-invalid="true"]:focus').waitFor();
    await lookAt(page, '2-refused-desktop');
    await tickAll(page);
    await dialog.getByLabel('Syremättnad röd').fill('87');
    await button(page, 'Visa vad det innebär').click();
    await dialog.getByText('Vad gränserna skulle ha gett på 90 dagar').waitFor();
    expect(await dialog.innerText()).toMatch(/För den här patienten\s+Röda: 1. Gula: 0./);
    expect(await dialog.innerText()).toMatch(/av 600 minuter i veckan/);
    expect(await dialog.innerText()).toContain('Du bekräftar de här gränserna som A clinician');
    await lookAt(page, '3-dry-run-desktop');
    await button(page, 'Bekräfta och starta').click();
    await page.getByText('Planen är startad.').waitFor();
    const card = page.getByRole('region', { name: /KOL/ });
    await card.getByText(/Ordinerad · version 0\.1\.0/).waitFor();
    await card.getByText(/Bekräftade av A clinician/).waitFor();
    await card.getByRole('row', { name: /Syremättnad röd 87 %/ }).waitFor();
    expect(await card.getByRole('region', { name: 'Tillfällen' }).innerText()).toMatch(/i dag/);
    await card.getByText('Mottagningen är bemannad nu.').waitFor();
    await lookAt(page, '4-running-desktop');
    await clinic.see(spo2(clinic.clock.wall().ms, 93));
    clinic.live.touch([anna]);
    await clinic.clock.advance(1_000);
    await card.getByText(/Morgon: gjort/).waitFor();
    await page.close();
  });

  it('is paused, resumed and moved, and its limits are changed with a reason', async () => {
    const page = await open(phone);
    const card = page.getByRole('region', { name: 'KOL' });
    await button(page, 'Pausa').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Sista dag').fill('2026-01-10');
    await dialog.getByRole('button', { name: 'Pausa' }).click();
    await dialog.getByText('Något är fel ifyllt. Kontrollera datum och värden.').waitFor();
    await dialog.getByLabel('Sista dag').fill('2026-01-20');
    await lookAt(page, '5-pause-phone');
    await dialog.getByRole('button', { name: 'Pausa' }).click();
    await card.getByText('Pausad', { exact: true }).waitFor();
    await card
      .getByText(/: paus/)
      .first()
      .waitFor();
    await lookAt(page, '6-paused-phone');
    await page.getByText('Planen är pausad.').waitFor();
    await button(page, 'Återuppta').click();
    await card.getByText('Pågår').waitFor();
    await button(page, 'Anteckna kontakt').click();
    await dialog.getByLabel('Hur').selectOption('Video');
    await dialog.getByLabel('Minuter').fill('25');
    await dialog.getByLabel('I stället för ett besök').check();
    await lookAt(page, '6b-contact-phone');
    await button(page, 'Spara kontakten').click();
    await page.getByText('Kontakten är antecknad.').waitFor();
    const kept = await clinic.parts.db
      .selectFrom('care_events')
      .select('data')
      .where('kind', '=', 'contact')
      .execute();
    expect(kept.map((it) => JSON.parse(it.data) as unknown)).toMatchObject([
      { channel: 'video', minutes: 25, replacesVisit: true },
    ]);
    await button(page, 'Byt fas').click();
    await page.getByRole('menuitem').first().click();
    await card.getByText(/Fas: (?!Start)/).waitFor();

    await button(page, 'Ändra gränser').click();
    await dialog.getByLabel('Syremättnad röd').fill('85');
    await button(page, 'Visa vad det innebär').click();
    await dialog.getByRole('alert').getByText('Skriv ett skäl.').waitFor();
    await dialog.getByLabel('Varför ändras gränserna?').fill('Stabil på lägre nivå');
    expect(await dialog.getByText('Skriv ett skäl.').count()).toBe(0);
    await lookAt(page, '7-limits-phone');
    await button(page, 'Visa vad det innebär').click();
    await dialog.getByText('nu 87 %').waitFor();
    await lookAt(page, '8-limits-dry-run-phone');
    await button(page, 'Bekräfta och ändra').click();
    await card.getByRole('row', { name: /Syremättnad röd 85 %/ }).waitFor();
    await card.getByRole('button', { name: /Beslut/ }).click();
    await card.getByText(/A clinician: ändrade gränserna: Stabil på lägre nivå/).waitFor();
    await lookAt(page, '9-decisions-phone');
    await page.close();
  });

  it('is begun by another for a licensed one to confirm, and ended, in English by keyboard', async () => {
    const page = await open(phone, care.therapist);
    await page.getByText('English').click();
    await button(page, 'Prescribe a plan').press('Enter');
    const dialog = page.getByRole('dialog');
    const choices = dialog.getByLabel('Plan', { exact: true });
    await choices
      .getByText('Heart failure (licensed professionals only)')
      .waitFor({ state: 'attached' });
    await choices.selectOption('hypertension');
    expect(await dialog.getByRole('radio').count()).toBe(1);
    await tickAll(page);
    await dialog.getByLabel('Home systolic target').fill('190');
    await button(page, 'Show what it would mean').press('Enter');
    const said = 'The value is outside what the plan allows.';
    await dialog.getByRole('alert').getByText(said).waitFor();
    const systolic = dialog.getByLabel('Home systolic target');
    await dialog.locator('input[aria-invalid="true"]:focus').waitFor();
    await lookAt(page, '10-refused-phone');
    await systolic.fill('130');
    await button(page, 'Show what it would mean').press('Enter');
    await button(page, 'Confirm and start').press('Enter');
    const unconfirmed = 'A licensed professional must confirm the limits.';
    await dialog.getByRole('alert').getByText(unconfirmed).waitFor();
    const confirmer = dialog.getByLabel('Licensed professional who has seen the limits');
    await confirmer.selectOption(care.licensed);
    await lookAt(page, '11-confirm-phone');
    await button(page, 'Confirm and start').press('Enter');
    await page.getByText('The plan has started.').waitFor();
    const card = page.getByRole('region', { name: 'Hypertension' });
    await card.getByText(/Recommended · version 0\.1\.0/).waitFor();
    await card.getByText(/Confirmed by A clinician/).waitFor();
    await card.getByText('Blood pressure series, 2 times: to come').first().waitFor();
    await lookAt(page, '12-running-phone');

    await card.getByRole('button', { name: 'End' }).press('Enter');
    await dialog.getByLabel('Reason').selectOption('patient-wish');
    await dialog.getByRole('button', { name: 'End' }).press('Enter');
    await card.getByText('Ended: The patient wants to stop').waitFor();
    await lookAt(page, '13-ended-phone');
    await page.getByText('Svenska').click();
    await page.close();
  });

  it('moves to a newer version that the region has released, its limits confirmed anew', async () => {
    const cecilia = 'p-00000004';
    await clinic.addPatient(cecilia, 'hypertension', { sbpTarget: 130 }, care.unit);
    await releasePlan(clinic, ownHypertension('1.0.0'));
    const page = await open(phone);
    await page.getByRole('button', { name: /p-00000004/ }).click();
    await page.getByRole('tab', { name: 'Plan' }).click();
    const card = page.getByRole('region', { name: 'Högt blodtryck' });
    await card.getByText('Det finns en nyare version: 1.0.0.').waitFor();
    await card.getByText('Ingen i vården har bekräftat dem.').waitFor();
    await button(page, 'Byt till version 1.0.0').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Varför ändras gränserna?').fill('Lägre gräns för enstaka värden');
    await button(page, 'Visa vad det innebär').click();
    await dialog.getByRole('row', { name: 'Mål övertryck hemma 130 mmHg' }).waitFor();
    await lookAt(page, '16-new-version-phone');
    await button(page, 'Bekräfta och ändra').click();
    await card.getByText(/^Ordinerad · version 1\.0\.0/).waitFor();
    await card.getByText(/Bekräftade av A clinician/).waitFor();
    expect(await button(page, 'Byt till version 1.0.0').count()).toBe(0);
    await page.close();
  });

  it('says when the unit has too little time, and keeps why it begins all the same', async () => {
    const { db } = clinic.parts;
    const bea = 'p-00000003';
    await clinic.addPatient(bea, null);
    const at = clinic.clock.wall().ms - dayMs;
    await clinic.see(spo2(at, 84).map((it) => ({ ...it, patient: bea })));
    await db.updateTable('units').set({ budget_minutes: 1 }).execute();
    const page = await open(phone);
    await page.getByRole('button', { name: /p-00000003/ }).click();
    await page.getByRole('tab', { name: 'Plan' }).click();
    await button(page, 'Ordinera en plan').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).selectOption('copd');
    await tickAll(page);
    await button(page, 'Visa vad det innebär').click();
    await dialog.getByText('Det är mer tid än enheten har.').waitFor();
    await button(page, 'Bekräfta och starta').click();
    const said = 'Skriv varför det ska gälla trots att enheten saknar tid.';
    await dialog.getByRole('alert').getByText(said).waitFor();
    await lookAt(page, '15-over-budget-phone');
    await dialog.getByLabel('Varför ska det gälla ändå?').fill('Kollegor hjälper till');
    await button(page, 'Bekräfta och starta').click();
    await page
      .getByRole('region', { name: 'KOL' })
      .getByText(/Bekräftade av/)
      .waitFor();
    await db.updateTable('units').set({ budget_minutes: 600 }).execute();
    await page.close();
  });

  it('is pressed with a fingertip on a phone', async () => {
    const page = await open(phone);
    const small = await page.evaluate(`[...document.querySelectorAll('button, select')]
      .filter((it) => it.checkVisibility() && it.getBoundingClientRect().height < 44)
      .map((it) => it.outerHTML)`);
    expect(small).toEqual([]);
    await page.close();
  });

  it('is the patient’s own when nobody of the staff sits there, and staff leave it alone', async () => {
    const own = { ref: testPerson, displayName: 'Test', isTest: true };
    await new People(clinic.parts.db).add(own, clinic.clock.wall().ms);
    const page = await open(phone, '');
    await page.getByRole('button', { name: /^Test/ }).click();
    await page.getByRole('tab', { name: 'Plan' }).click();
    await button(page, 'Starta en egen plan').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).selectOption('osteoarthritis');
    expect(await dialog.getByText('Checklista för lämplighet').count()).toBe(0);
    await button(page, 'Visa vad det innebär').click();
    await button(page, 'Starta').click();
    const card = page.getByRole('region', { name: /Artros/ });
    await card.getByText(/^Egen · /).waitFor();
    await card.getByText('Just nu är det ingen som tittar på dina värden.').waitFor();
    await lookAt(page, '14-own-phone');
    await page.getByLabel('Vem är du?').selectOption(care.licensed);
    await card.getByText(/Det här är patientens egen plan/).waitFor();
    expect(await button(page, 'Pausa').count()).toBe(0);
    await page.close();
  });

  it('cannot begin at a unit where nobody would stand in, and says so at once', async () => {
    await clinic.parts.staff.leave(care.therapist, clinic.clock.wall().ms);
    const page = await open(desktop);
    await button(page, 'Ordinera en plan').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Plan', { exact: true }).selectOption('hypertension');
    await dialog.getByText('Enheten har ingen ersättare som arbetar där.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.close();
  });

  it('writes no error to the console but what was refused', () => {
    const refused = /Failed to load resource: .* status of (400|422)/;
    expect(browser.errors.filter((it) => !refused.test(it))).toEqual([]);
  });
});
