import { count, percentOf, perSecond } from '../figures.js';
import { costFigures, flush } from '../flush.js';
import type { Section } from '../section.js';

const homes = 200;
const rowsPerHome = 500;

export const fleet: Section = {
  name: 'fleet',
  title: 'a region comes back after an outage: 200 gateways connect and send at once',
  async run(bench) {
    const raw = await bench.rawRowsPerSecond();
    const flushed = await flush(bench, { homes, rowsPerHome });
    const { readingsPerSecond } = flushed;
    return [
      {
        what: `${homes} gateways, ${count(rowsPerHome)} readings each`,
        value: perSecond(readingsPerSecond, 'readings'),
        beside: percentOf(readingsPerSecond, raw, 'raw SQLite'),
        aim: '≥ 20,000/s',
      },
      ...costFigures(flushed),
    ];
  },
};
