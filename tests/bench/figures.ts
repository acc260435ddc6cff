import { table } from '@hemma/runtime/table.js';
import type { Figure } from './section.js';

/** Numbers as people read them, and the table at the end. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function count(value: number): string {
  return (Math.abs(value) < 10 ? fine : whole).format(value);
}

export function perSecond(value: number, unit = ''): string {
  return `${count(value)}${unit === '' ? '' : ` ${unit}`}/s`;
}

export function percentOf(part: number, whole: number, name: string): string {
  return `${count((100 * part) / whole)} % of ${name}`;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The nearest rank: a value that was really measured. `q` from 0 to 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(0, Math.ceil(q * sorted.length) - 1);
  return sorted[rank] ?? Number.NaN;
}

const octetsPerMiB = 1_048_576;

export function mebibytes(octets: number): string {
  return `${count(octets / octetsPerMiB)} MiB`;
}

/** Seconds that something took, and what it gave. */
export async function timed<T>(
  work: () => T | Promise<T>,
): Promise<{ seconds: number; result: T }> {
  const from = performance.now();
  const result = await work();
  return { seconds: (performance.now() - from) / 1_000, result };
}

/** The table of all figures. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, value, beside = '', aim = '' }) => [what, value, beside, aim]);
  return table(['figure', 'value', 'beside', 'aim'], rows).join('\n');
}
