import { contentKinds } from '@hemma/protocols/api/content.js';
import type { ContentKind } from '../authoring/steps.js';
import type { AuthoringParts } from '../authoring/workflow.js';
import type { CommandContext } from './context.js';
import { openLibrary } from './library.js';
import { oneOf } from './prescribe.js';

/** What the commands of authoring have in common. */

export async function authoringParts(context: CommandContext): Promise<AuthoringParts> {
  const { database, clock, settings } = context;
  const library = await openLibrary(context);
  return { db: database.db, clock, tenant: settings.tenant, library };
}

/** Throws {@link CodedError} `request_invalid`. */
export function kindNamed(text: string): ContentKind {
  return oneOf(contentKinds, text, 'kind');
}
