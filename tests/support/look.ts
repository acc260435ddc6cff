import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { violationsOf } from './axe.js';

/** Where pictures are kept for somebody to look at; nowhere when it is not set. */
const pictures = process.env['HEMMA_PICTURES'];
/** Transitions of dialogs and tabs are over then. */
const settledMs = 400;

/** A page of the cloud as it stands: accessible, fitting, and kept as a picture of that name. */
export async function lookAt(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(settledMs);
  expect(await violationsOf(page), name).toEqual([]);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(overflow, name).toBe(0);
  if (pictures === undefined) return;
  const fullPage = (await page.getByRole('dialog').count()) === 0;
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage });
}
