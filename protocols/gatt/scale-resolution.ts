/** Resolution codes in the feature characteristics of scales: Weight Scale Service 1.0.1 §3.1. */

/** What the scale tells apart, in both unit systems. */
export interface MassResolution {
  readonly kg: number;
  readonly lb: number;
}

export interface HeightResolution {
  readonly m: number;
  readonly in: number;
}

const massResolutions: readonly MassResolution[] = [
  { kg: 0.5, lb: 1 },
  { kg: 0.2, lb: 0.5 },
  { kg: 0.1, lb: 0.2 },
  { kg: 0.05, lb: 0.1 },
  { kg: 0.02, lb: 0.05 },
  { kg: 0.01, lb: 0.02 },
  { kg: 0.005, lb: 0.01 },
];

const heightResolutions: readonly HeightResolution[] = [
  { m: 0.01, in: 1 },
  { m: 0.005, in: 0.5 },
  { m: 0.001, in: 0.1 },
];

/** Resolution for a four-bit code; null for 0 (not specified) and for reserved codes. */
export function massResolutionOf(code: number): MassResolution | null {
  return massResolutions[code - 1] ?? null;
}

/** Resolution for a three-bit code; null for 0 (not specified) and for reserved codes. */
export function heightResolutionOf(code: number): HeightResolution | null {
  return heightResolutions[code - 1] ?? null;
}
