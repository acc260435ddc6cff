import type { Statements } from '../database/columns.js';

/** The occasions that are done: of two that say so at the same time, one writes. */
interface CompletionMarkTable {
  episode: string;
  /** `module#3`, or `activity-log/physical/` with the day or what the page named it. */
  occasion: string;
  /** The care event that says so. */
  entry: string;
}

export interface ProgrammeTables {
  completion_marks: CompletionMarkTable;
}

export const programmeMigrations: Readonly<Record<string, Statements>> = {
  '040-completion-marks': () => [
    `create table completion_marks (
      episode text not null references episodes (id),
      occasion text not null,
      entry text not null,
      primary key (episode, occasion)
    )`,
    'create index completion_marks_by_entry on completion_marks (entry)',
  ],
};
