import type { Command, Prompt } from '@hemma/protocols/wire/command.js';
import type { Measurement } from '@hemma/protocols/wire/measurement.js';
import type { Cancellable, Clock } from '@hemma/runtime/clock.js';
import type { Part } from '@hemma/runtime/lifecycle.js';
import type { Log } from '@hemma/runtime/log.js';
import type { Cue } from './cue.js';
import { isAnswer, standingOf, timeNow } from './standing.js';
import type { Standing } from './standing.js';
import { StateFile } from '../state-file.js';
import { nothingAsked, promptForm } from './store.js';
import type { PromptState } from './store.js';

export interface PromptsOptions {
  /** Path of the SQLite file; its folder exists. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly cue: Cue;
}

/** While something is asked: the wall clock may jump, or become known, without telling anybody. */
const lookEveryMs = 10_000;
/** An anchor is saved anew when it moved by more; a clock that is slewed moves by milliseconds. */
const anchorMovedMs = 2_000;

/**
 * What somebody in the home is asked to do now. Follows the newest command, and goes on by itself while
 * the cloud cannot be reached: prompts become due, are answered by a measurement, or are over.
 */
export class Prompts implements Part {
  readonly name = 'prompts';
  readonly #options: PromptsOptions;
  readonly #store: StateFile<PromptState>;
  /** Prompts whose cue is on. */
  readonly #signalled = new Map<string, Prompt>();
  #state: PromptState = nothingAsked;
  #timer: Cancellable | null = null;

  constructor(options: PromptsOptions) {
    this.#options = options;
    this.#store = new StateFile(options.file, promptForm, options.log);
  }

  start(): void {
    this.#state = this.#store.open();
    this.#look();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#store.close();
  }

  /** Of the newest command that is followed; 0 when there was none. */
  get version(): number {
    return this.#state.version;
  }

  /** What was told, answered and remembered. */
  get state(): PromptState {
    return this.#state;
  }

  /** Follows a command unless it follows it already, or a newer one. Tells whether it was new. */
  apply({ version, prompts }: Command): boolean {
    if (version <= this.#state.version) return false;
    const ids = new Set(prompts.map((it) => it.id));
    const answered = this.#state.answered.filter((id) => ids.has(id));
    this.#change({ version, prompts, answered });
    for (const [id, prompt] of this.#signalled) if (!ids.has(id)) this.#end(prompt, 'withdrawn');
    this.#look();
    return true;
  }

  /** A measurement was taken: it may be what was asked for. */
  noteTaken(measurement: Measurement): void {
    const { prompts, answered } = this.#state;
    const fresh = prompts.filter((it) => !answered.includes(it.id) && isAnswer(measurement, it));
    if (fresh.length === 0) return;
    // The cue may be about to come on: a measurement can be quicker than the timer.
    this.#look();
    this.#change({ answered: [...answered, ...fresh.map((it) => it.id)] });
    this.#look();
  }

  #change(change: Partial<PromptState>): void {
    this.#state = { ...this.#state, ...change };
    this.#store.save(this.#state);
  }

  /** Turns cues on and off, and looks again when the next one may change. */
  #look(): void {
    this.#timer?.cancel();
    if (this.#state.prompts.length === 0) return;
    this.#keepAnchor();
    const { clock } = this.#options;
    const { prompts, answered, anchor } = this.#state;
    const now = timeNow(clock, anchor);
    const standings = prompts.map((it) => [it, standingOf(it, answered, now)] as const);
    for (const [prompt, standing] of standings) this.#signal(prompt, standing);
    if (standings.every(([, it]) => it === 'answered' || it === 'over')) return;
    const changes = prompts.flatMap((it) => [it.notBefore, it.until + 1]);
    const waits = now === null ? [] : changes.map((at) => at - now).filter((ms) => ms > 0);
    this.#timer = clock.after(Math.min(lookEveryMs, ...waits), () => this.#look());
  }

  #signal(prompt: Prompt, standing: Standing): void {
    const isOn = this.#signalled.has(prompt.id);
    if (standing === 'due' && !isOn) {
      this.#signalled.set(prompt.id, prompt);
      this.#options.cue.due(prompt);
    }
    if (isOn && (standing === 'answered' || standing === 'over')) this.#end(prompt, standing);
  }

  #end(prompt: Prompt, why: Parameters<Cue['ended']>[1]): void {
    this.#signalled.delete(prompt.id);
    this.#options.cue.ended(prompt, why);
  }

  /** Remembers the time by the monotonic clock, for a process that starts before it knows the time. */
  #keepAnchor(): void {
    const { clock } = this.#options;
    const { ms, trust } = clock.wall();
    if (trust !== 'synced') return;
    const offsetMs = Math.round(ms - clock.monotonicMs());
    const { anchor } = this.#state;
    const isKept =
      anchor?.bootId === clock.bootId && Math.abs(anchor.offsetMs - offsetMs) <= anchorMovedMs;
    if (!isKept) this.#change({ anchor: { bootId: clock.bootId, offsetMs } });
  }
}
