import { createLog } from '@hemma/runtime/log.js';
import type { Command } from 'commander';
import { createTrends } from '../app.js';
import { Following } from '../follow.js';
import { SqlJournal } from '../journal/sql-journal.js';
import { rebuildTrends, TrendsFollower } from '../trends/follower.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';

/** `hemma-cloud rebuild` */
export function addRebuildCommand(program: Command, common: (command: Command) => Command): void {
  common(program.command('rebuild'))
    .description('empty the time series store and fill it again from the journal')
    .action((options: CommonOptions) => withStore(options, rebuild));
}

/** May run beside the cloud: the two share one place in the journal. */
async function rebuild({ settings, database, clock }: CommandContext): Promise<Result> {
  const { db } = database;
  const log = createLog('hemma-cloud', settings.logLevel);
  const trends = createTrends(settings.trends, db);
  const journal = new SqlJournal(database);
  await rebuildTrends(trends, db);
  const follower = new TrendsFollower({ trends, db, log });
  await new Following({ follower, journal, db, clock, log }).catchUp();
  const measurements = await journal.head();
  const points = await trends.count();
  return {
    value: { measurements, points },
    lines: [`${measurements} measurements of the journal are ${points} points`],
  };
}
