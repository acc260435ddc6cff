import type { Transaction } from 'kysely';
import type { Tables } from '../database/schema.js';
import type { TaskSink } from '../rules/write-findings.js';

/**
 * The findings of an episode that is over are over as well. A task that nobody has seen stays for
 * somebody to see; a repeat that was awaited is awaited no more.
 */
export async function closeFindings(
  trx: Transaction<Tables>,
  tasks: TaskSink,
  { episode, at }: { readonly episode: string; readonly at: number },
): Promise<void> {
  await trx
    .deleteFrom('findings')
    .where('episode', '=', episode)
    .where('kind', '=', 'confirming')
    .execute();
  const open = await trx
    .updateTable('findings')
    .set({ cleared_at: at })
    .where('episode', '=', episode)
    .where('cleared_at', 'is', null)
    .returningAll()
    .execute();
  for (const finding of open) if (finding.kind === 'raised') await tasks.sync(trx, finding);
}
