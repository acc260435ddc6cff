/** What a section of the benchmark gets, and what it gives back. */

export interface Bench {
  /** An empty folder on the disk of the checkout, removed at the end. */
  folder(name: string): string;
  /** Tells what is going on, while it is going on. */
  say(text: string): void;
  /** Rows a second of the bare SQLite: what sections are held against; measured once in a run. */
  rawRowsPerSecond(): Promise<number>;
  /** Also what takes many minutes. */
  readonly long: boolean;
}

/** One line of the table at the end. */
export interface Figure {
  readonly what: string;
  readonly value: string;
  /** The same as a ratio to another figure of this run. */
  readonly beside?: string;
  readonly aim?: string;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<readonly Figure[]>;
}
