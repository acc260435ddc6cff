/** A line that tells how far the history has come: redrawn in a terminal, now and then in a file. */

const barWidth = 30;
const quietSteps = 10;

export class Progress {
  readonly #total: number;
  readonly #output: NodeJS.WriteStream;
  #lastStep = -1;

  constructor(total: number, output: NodeJS.WriteStream) {
    this.#total = total;
    this.#output = output;
  }

  show(done: number): void {
    const share = this.#total === 0 ? 1 : Math.min(1, done / this.#total);
    const filled = Math.round(share * barWidth);
    const bar = `${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}`;
    const text = `  loading history  ${bar}  ${done} of ${this.#total} measurements`;
    if (this.#output.isTTY) {
      this.#output.write(`\r${text}`);
      if (share === 1) this.#output.write('\n');
      return;
    }
    const step = Math.floor(share * quietSteps);
    if (step > this.#lastStep) this.#output.write(`${text}\n`);
    this.#lastStep = step;
  }
}
