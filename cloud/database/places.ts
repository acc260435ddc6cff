import type { Statements } from './columns.js';

/** How far each follower of the journal has come. */
interface PlaceTable {
  follower: string;
  /** Everything up to this position of the journal has been applied. */
  position: number;
  /** How often the place was set back; tells a place that was reached again from the old one. */
  resets: number;
}

export interface PlaceTables {
  places: PlaceTable;
}

export const placeMigrations: Readonly<Record<string, Statements>> = {
  '002-places': ({ int64 }) => [
    `create table places (
      follower text primary key,
      position ${int64} not null,
      resets ${int64} not null
    )`,
  ],
};
