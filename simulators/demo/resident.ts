import type { ReadingKind } from '@hemma/protocols/reading.js';
import type { Measured } from '../patients/course.js';

/** What somebody in a home is asked to measure again. */
export interface AskedOfHome {
  /** `due`: now; anything else: not yet. */
  readonly standing: string;
  readonly kinds: readonly ReadingKind[];
}

export interface ResidentOptions {
  readonly measure: (one: Measured) => void;
  /** What the gateway asks; nothing when it cannot be told. */
  readonly asked: () => Promise<readonly AskedOfHome[]>;
  /** The next thing that the patient would measure anyway. */
  readonly next: () => Measured;
  /** Measured before everything else. */
  readonly first: Measured | null;
}

/** To look at the gateway starts a program, so it is done at every so manieth turn only. */
const turnsBetweenLooks = 4;
/** Far more than a day has readings: a kind that does not come in these is none of this patient's. */
const maxReadingsLookedAt = 50;

/** Measures now and then, and does what the gateway asks: rests, then measures again. */
export class Resident {
  readonly #options: ResidentOptions;
  #asked: readonly AskedOfHome[] = [];
  #turns = 0;

  constructor(options: ResidentOptions) {
    this.#options = options;
  }

  /** One turn: a reading, or a rest. */
  async turn(): Promise<void> {
    const { measure, next, first, asked } = this.#options;
    const isFirst = this.#turns === 0;
    if (this.#asked.length > 0 || this.#turns % turnsBetweenLooks === 0)
      this.#asked = await asked();
    this.#turns += 1;
    if (isFirst && first !== null) measure(first);
    else if (this.#asked.length === 0) measure(next());
    else this.#obey();
  }

  #obey(): void {
    const due = this.#asked.filter((it) => it.standing === 'due').flatMap((it) => it.kinds);
    if (due.length === 0) return;
    for (let i = 0; i < maxReadingsLookedAt; i += 1) {
      const one = this.#options.next();
      if (!due.includes(one.taken.kind)) continue;
      this.#options.measure(one);
      // A run that was broken off is done again at once.
      if (one.taken.failure == null) return;
    }
  }
}
