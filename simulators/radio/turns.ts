/**
 * Everything on the air happens in a later turn of the event loop than its cause, in order. A host
 * stack therefore never sees an answer inside its own call, as it never does with a real radio, and
 * two stacks talking without pause leave room for timers and sockets.
 */

/** Far beyond what the buffers of all parties together can have under way: a loop has run away. */
const maxWaiting = 100_000;

export class TurnQueue {
  #waiting: (() => void)[] = [];
  #scheduled = false;

  /** Runs the task in the next turn, after all tasks posted before it. */
  post(task: () => void): void {
    if (this.#waiting.length >= maxWaiting) throw new RangeError('too much under way on the air');
    this.#waiting.push(task);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#scheduled = false;
    const tasks = this.#waiting;
    this.#waiting = [];
    let done = 0;
    try {
      for (const task of tasks) {
        done += 1;
        task();
      }
    } finally {
      // A task that throws ends the process or the test, not the traffic of the other devices.
      if (done < tasks.length) {
        this.#waiting = [...tasks.slice(done), ...this.#waiting];
        this.#schedule();
      }
    }
  }
}
