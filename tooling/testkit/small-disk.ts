import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether this process may mount a file system of its own; says so where it may not. */
export function canMountSmallDisk(suite: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-mount-'));
  const mounted = mount(folder, 64);
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  if (mounted) return true;
  if (process.env['HEMMA_REQUIRE_SERVERS'] === '1')
    throw new Error(`Mounting a tmpfs is required for "${suite}" and is not allowed here.`);
  process.stdout.write(`left out: ${suite} (mounting a tmpfs needs root)\n`);
  return false;
}

/** A folder on a file system of this size, unmounted when the test is over. */
export function smallDisk(kibibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'hemma-disk-'));
  if (!mount(folder, kibibytes)) throw new Error('mounting a tmpfs failed');
  onTestFinished(() => {
    spawnSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function mount(folder: string, kibibytes: number): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder];
  return spawnSync('mount', options).status === 0;
}
