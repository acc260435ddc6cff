/** Densities as logarithms, without the factor that all normal densities share. */

/** Of a normal distribution, so far from its middle. */
export function logNormal(apart: number, spread: number): number {
  return -((apart / spread) ** 2) / 2 - Math.log(spread);
}

/** Logarithm of the mean of numbers that are given as logarithms; those far below count for nothing. */
export function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most + Math.log(sum(logs.map((it) => Math.exp(it - most))) / logs.length);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, it) => total + it, 0);
}
