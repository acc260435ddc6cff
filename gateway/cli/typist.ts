import { createInterface } from 'node:readline';
import { CodedError } from '@hemma/protocols/errors.js';
import type { PairingPolicy } from '../transports/bluez/agent.js';

/** Whoever stands at the device and types the digits that it shows. */

/** Core 6.0 Vol 3 Part H §2.3.5.3: six decimal digits, those in front may be zeros. */
const sixDigits = /^\d{6}$/;
/** Who mistypes as often as this reads something else than the device. */
export const maxTries = 5;

/** Why a device refuses, as far as it lies with who types. */
const reasons = {
  typed: 'It was given other digits than it shows, or it will not pair.',
  nothing: 'It waited in vain for the six digits that it shows.',
} as const;

export class Typist {
  readonly #known: number | null;
  /** What came of the last question; null: nobody was asked. */
  #outcome: keyof typeof reasons | null = null;

  /** `known`: what the device shows, if it is known before; then nobody is asked. */
  constructor(known: number | null) {
    this.#known = known;
  }

  /**
   * Asks at the terminal, or reads lines from whatever stands in for it. Null when nothing fit comes:
   * the input ends, too many tries, or the signal says that nobody waits any more.
   */
  readonly passkey: PairingPolicy['passkey'] = async (_, signal) => {
    this.#outcome = 'nothing';
    const passkey = this.#known ?? (await digitsFrom(signal));
    if (passkey !== null) this.#outcome = 'typed';
    return passkey;
  };

  /** The same error, with the reason where pairing was refused after a question. */
  explained(error: unknown): unknown {
    if (!(error instanceof CodedError) || error.code !== 'pairing_refused') return error;
    if (this.#outcome === null) return error;
    return new CodedError('pairing_refused', reasons[this.#outcome], { cause: error });
  }
}

async function digitsFrom(signal: AbortSignal): Promise<number | null> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const end = (): void => lines.close();
  signal.addEventListener('abort', end, { once: true });
  lines.setPrompt('The six digits that the device shows: ');
  lines.prompt();
  let tries = 0;
  try {
    for await (const line of lines) {
      if (sixDigits.test(line.trim())) return Number(line);
      tries += 1;
      if (tries === maxTries) return null;
      process.stdout.write('These are not six digits.\n');
      lines.prompt();
    }
    // The cursor still stands behind the question.
    process.stdout.write('\n');
    return null;
  } finally {
    signal.removeEventListener('abort', end);
    lines.close();
  }
}
