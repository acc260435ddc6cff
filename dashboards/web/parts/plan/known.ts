import type { EpisodeList } from '@hemma/protocols/api/episodes.js';

/** The date where care is, and what staff and measurements are called. */
export type Known = Omit<EpisodeList, 'episodes'>;
