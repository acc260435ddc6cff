import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyFolder } from './folder.js';

describe('the folder of a demo', () => {
  let parent = '';
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'hemma-demo-folder-'));
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  it('is refused while a demo uses it, and nothing in it is touched', async () => {
    const folder = await emptyFolder(join(parent, 'demo'));
    const file = join(folder, 'cloud.json');
    writeFileSync(file, '{}');
    await expect(emptyFolder(folder)).rejects.toThrow(/demo is running/);
    expect(existsSync(file)).toBe(true);
  });

  it('is emptied when the demo that made it is gone', async () => {
    const folder = await emptyFolder(join(parent, 'demo'));
    const file = join(folder, 'cloud.json');
    writeFileSync(file, '{}');
    rmSync(join(folder, 'demo.sock'));
    expect(await emptyFolder(folder)).toBe(folder);
    expect(existsSync(file)).toBe(false);
  });

  it('is refused when it holds what is not of a demo', async () => {
    writeFileSync(join(parent, 'letter.txt'), '');
    await expect(emptyFolder(parent)).rejects.toThrow(/not made by the demo/);
    expect(existsSync(join(parent, 'letter.txt'))).toBe(true);
  });
});
