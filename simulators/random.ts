/** Distributions over a seeded generator: what simulated patients and devices are made of. */
import type { Random } from './radio/random.js';

/** A number from `low` to `high`, every one as likely. */
export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** A whole number from `low` to `high`, both included. */
export function wholeBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** Whether something happens that does so with this probability. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/**
 * Normally distributed (Box and Muller), cut off at three standard deviations: no patient is
 * beyond.
 */
export function normal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const standard = radius * Math.cos(2 * Math.PI * random());
  return mean + deviation * Math.max(-3, Math.min(3, standard));
}
