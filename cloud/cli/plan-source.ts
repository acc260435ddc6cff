import { existsSync } from 'node:fs';
import { loadSettings } from '@hemma/runtime/config.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { mustBeContent } from '../authoring/authored.js';
import { contentOf, getItem } from '../authoring/items.js';
import { openDatabase } from '../database/database.js';
import { contentDir } from '../folders.js';
import { parseJson } from '../plans/check.js';
import { loadContent } from '../plans/content.js';
import type { Content } from '../plans/content.js';
import { settingsSchema } from '../settings.js';
import { readText } from './files.js';
import { openLibrary } from './library.js';

/** A plan as JSON, and the plans and forms that it is looked at with. */
export interface PlanSource {
  readonly text: string;
  readonly content: Content;
}

/**
 * A plan from a file, or by `id@version` from the store of the settings: its newest draft, with the
 * forms of the region. Throws {@link CodedError} `not_found` for neither, and the error of the file
 * system for a file that cannot be read.
 */
export async function readPlan(given: string, settings: string): Promise<PlanSource> {
  const [, id = '', version = ''] = /^([^/@]+)@([^/@]+)$/.exec(given) ?? [];
  if (id === '' || existsSync(given))
    return { text: readText(given), content: loadContent(contentDir()) };
  const database = await openDatabase(loadSettings(settingsSchema, settings));
  try {
    const { db } = database;
    const library = await openLibrary({ database });
    const item = await getItem(db, { kind: 'plan', id, version });
    const { content, planOf } = library;
    if (item !== null) return { text: await contentOf(db, item, item.revision), content };
    const shipped = planOf(id, version);
    if (shipped !== undefined) return { text: JSON.stringify(shipped), content };
    throw new CodedError('not_found', `There is no file and no plan "${given}".`);
  } finally {
    await database.close();
  }
}

/**
 * The content with this plan in the place of any other with its id. Throws {@link Refused}
 * `content_refused` with everything that keeps it from being computed.
 */
export function withPlan({ text, content }: PlanSource): Content {
  const authored = mustBeContent('plan', parseJson(text), content);
  if (authored.kind !== 'plan') throw new Error('What was read as a plan is one.');
  const { content: plan } = authored;
  return { ...content, plans: new Map([...content.plans, [plan.id, plan]]) };
}
