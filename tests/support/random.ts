/** A seed from HEMMA_SEED, or a new one; printed, so that a failure can be played again. */
export function seedFor(test: string): number {
  const seed = Number(process.env['HEMMA_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`${test}: HEMMA_SEED=${seed}\n`);
  return seed;
}

/** Mulberry32: small, even enough for choosing moments and victims. Gives 0 ≤ x < 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
