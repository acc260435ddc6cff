import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { findProgram } from '../../tooling/testkit/requires.js';

/** The system's Chromium with an empty profile that goes away with it. */
export class Browser {
  readonly #profile = mkdtempSync(join(tmpdir(), 'hemma-chromium-'));
  #context: BrowserContext | null = null;
  /** What the page wrote to the console as an error, and errors nobody caught. */
  readonly errors: string[] = [];

  readonly #options: BrowserContextOptions;

  constructor(options: BrowserContextOptions = {}) {
    this.#options = options;
  }

  async open(address: string, size: { width: number; height: number }): Promise<Page> {
    this.#context ??= await chromium.launchPersistentContext(this.#profile, {
      ...this.#options,
      executablePath: findProgram('chromium') ?? 'chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(error.message));
    await page.setViewportSize(size);
    await page.goto(address);
    return page;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
