import { PlanLibrary } from '../authoring/library.js';
import { contentDir } from '../folders.js';
import { loadContent } from '../plans/content.js';
import type { CommandContext } from './context.js';

/** The plans that are shipped and those of the store, as they are now. */
export async function openLibrary({
  database,
}: Pick<CommandContext, 'database'>): Promise<PlanLibrary> {
  const library = new PlanLibrary(loadContent(contentDir()));
  await library.refresh(database.db);
  return library;
}
