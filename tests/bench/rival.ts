import { count } from './figures.js';

/**
 * Readings a second of Mosquitto → Node-RED 4 → InfluxDB 1.6, one message per reading, every one
 * awaited: measured once on a machine like the one in docs/performance.md, not in this run.
 */
const rivalReadingsPerSecond = 497;

export function timesRival(readingsPerSecond: number): string {
  return `${count(readingsPerSecond / rivalReadingsPerSecond)} × Node-RED with InfluxDB`;
}
