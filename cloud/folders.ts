import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of this workspace: that of the sources, or the one above the compiled program. */
function workspaceDir(): string {
  const here = import.meta.dirname;
  return existsSync(join(here, 'content')) ? here : join(here, '..');
}

/** Folder of the clinical content. */
export function contentDir(): string {
  return join(workspaceDir(), 'content');
}

/** Folder of the built pages, when the settings name no other. */
export function defaultPagesDir(): string {
  return join(workspaceDir(), '../dashboards/web/dist');
}
