/**
 * Splits a byte stream that arrives in arbitrary chunks into frames, and finds the next frame after
 * rubbish. Pure: octets in, frames out; which octets make a frame is said by a {@link FrameRule}.
 */

/**
 * What a rule says about the octets at the front of the buffer. `frame`: the first `length` octets
 * are one. `more`: they may become one. `skip`: none starts here.
 */
export type FrameVerdict = { readonly verdict: 'frame'; readonly length: number } | 'more' | 'skip';

/**
 * Says where frames are. A verdict other than `more` must follow from a prefix of the octets, so
 * that it does not change when further octets arrive; then any chunking gives the same frames.
 *
 * `inStep` is true directly behind a frame and at the start of the stream: very short frames can
 * only be believed there, in the middle of rubbish any octet looks like one.
 */
export interface FrameRule {
  readonly look: (octets: Uint8Array, inStep: boolean) => FrameVerdict;
  /** The longest frame. Octets that are still no frame at this length are rubbish. */
  readonly longest: number;
}

/** A verdict of so many octets. */
export function frameOf(length: number): FrameVerdict {
  return { verdict: 'frame', length };
}

/** Cuts one stream by one rule. Holds at most `rule.longest - 1` octets between two chunks. */
export class StreamFramer {
  readonly #rule: FrameRule;
  #rest: Uint8Array = new Uint8Array(0);
  #skipped = 0;
  #inStep = true;

  constructor(rule: FrameRule) {
    this.#rule = rule;
  }

  /** Octets that are waiting for the rest of their frame. */
  get buffered(): number {
    return this.#rest.length;
  }

  /** Octets that belonged to no frame, since the start. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Takes the next chunk and gives the frames that are complete with it, in order. */
  push(chunk: Uint8Array): Uint8Array[] {
    const octets = joined(this.#rest, chunk);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (at < octets.length) {
      const window = octets.subarray(at, at + this.#rule.longest);
      const verdict = this.#rule.look(window, this.#inStep);
      if (verdict === 'more' && window.length < this.#rule.longest) break;
      this.#inStep = typeof verdict === 'object';
      if (typeof verdict === 'object') {
        frames.push(window.slice(0, verdict.length));
        at += verdict.length;
      } else {
        this.#skipped += 1;
        at += 1;
      }
    }
    this.#rest = octets.slice(at);
    return frames;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const octets = new Uint8Array(first.length + second.length);
  octets.set(first);
  octets.set(second, first.length);
  return octets;
}

/** The first rule that does not skip decides: for streams that mix data with short answers. */
export function firstOf(...rules: readonly FrameRule[]): FrameRule {
  return {
    longest: Math.max(...rules.map((rule) => rule.longest)),
    look: (octets, inStep) => {
      for (const rule of rules) {
        const verdict = rule.look(octets.subarray(0, rule.longest), inStep);
        const hopeless = verdict === 'more' && octets.length >= rule.longest;
        if (verdict !== 'skip' && !hopeless) return verdict;
      }
      return 'skip';
    },
  };
}

/** Frames of one fixed length whose octets each pass a test of value and place. */
export function fixedFrames(
  length: number,
  fits: (octet: number, place: number) => boolean,
): FrameRule {
  return {
    longest: length,
    look: (octets) => {
      if (!octets.every((octet, place) => fits(octet, place))) return 'skip';
      return octets.length < length ? 'more' : frameOf(length);
    },
  };
}

const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * ASCII lines that end in CR LF and begin with one of the given texts. Everything up to such a
 * beginning is skipped, also a line that was cut off in the middle, so that the line behind rubbish
 * is not lost with it. `onlyAtStart` are the beginnings that are never inside a line.
 */
export function asciiLines(
  beginnings: readonly string[],
  longest: number,
  onlyAtStart: readonly string[] = beginnings,
): FrameRule {
  const codes = (texts: readonly string[]): readonly (readonly number[])[] =>
    texts.map((text) => Array.from(text, (letter) => letter.charCodeAt(0)));
  const starts = codes(beginnings);
  const restarts = codes(onlyAtStart);
  const begins = (octets: Uint8Array): boolean =>
    starts.some((start) => start.every((code, i) => i >= octets.length || octets[i] === code));
  const holds = (octets: Uint8Array, at: number): boolean =>
    restarts.some((start) => start.every((code, i) => octets[at + i] === code));
  return {
    longest,
    look: (octets) => {
      if (!begins(octets)) return 'skip';
      const end = octets.indexOf(lineFeed);
      const line = end < 0 ? octets : octets.subarray(0, end);
      if (line.some((_, at) => at > 0 && holds(line, at))) return 'skip';
      if (end < 0) return 'more';
      return octets[end - 1] === carriageReturn ? frameOf(end + 1) : 'skip';
    },
  };
}
