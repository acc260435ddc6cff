import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of the clinical content: beside the sources, or one above the compiled program. */
export function contentDir(): string {
  const beside = join(import.meta.dirname, 'content');
  return existsSync(beside) ? beside : join(import.meta.dirname, '..', 'content');
}
