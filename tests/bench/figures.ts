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

/** Lines of the table: columns as wide as their widest cell. */
export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'value', 'beside', 'aim'],
    ...figures.map((figure) => [figure.what, figure.value, figure.beside ?? '', figure.aim ?? '']),
  ];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}
