// Takes a picture of a page with the system's Chromium, for the documents and for looking at it.
// Usage: node tooling/screenshot.mjs ADDRESS FILE.png [WIDTHxHEIGHT] [css selector to click first…]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [address, file, size = '1400x1000', ...clicks] = process.argv.slice(2);
if (!address || !file) {
  console.error('Usage: node tooling/screenshot.mjs ADDRESS FILE.png [WIDTHxHEIGHT] [selector…]');
  process.exit(2);
}
const [width, height] = size.split('x').map(Number);
const profile = mkdtempSync(join(tmpdir(), 'hemma-chromium-'));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.HEMMA_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  viewport: { width, height },
});
try {
  const page = await context.newPage();
  page.on('console', (message) => console.log(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`error: ${error.message}`));
  await page.goto(address);
  await page.waitForTimeout(2_500);
  for (const selector of clicks) {
    await page.click(selector);
    await page.waitForTimeout(800);
  }
  await page.screenshot({ path: file, fullPage: width < 600 });
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
