import { count, percentOf, perSecond } from '../figures.js';
import { costFigures, flush } from '../flush.js';
import { timesRival } from '../rival.js';
import type { Section } from '../section.js';

const rows = 100_000;

export const oneGateway: Section = {
  name: 'gateway',
  title: 'one gateway sends what waited in its outbox, until the last receipt',
  async run(bench) {
    const raw = await bench.rawRowsPerSecond();
    const flushed = await flush(bench, { homes: 1, rowsPerHome: rows });
    const { readingsPerSecond } = flushed;
    return [
      {
        what: `one gateway, ${count(rows)} readings`,
        value: perSecond(readingsPerSecond, 'readings'),
        beside: percentOf(readingsPerSecond, raw, 'raw SQLite'),
        aim: '≥ 25 %',
      },
      { what: '', value: '', beside: timesRival(readingsPerSecond) },
      ...costFigures(flushed),
    ];
  },
};
