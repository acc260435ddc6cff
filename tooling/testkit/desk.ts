import { staffHeader } from '@hemma/protocols/api/staff.js';
import type { Desk } from './authors.js';
import type { TestCloud } from './cloud.js';
import type { ManualClock } from './manual-clock.js';

/** Staff before the pages of a whole cloud, over its HTTP. */
export class CloudDesk implements Desk {
  readonly clock: ManualClock;
  readonly #cloud: TestCloud;
  #staff = '';

  constructor(cloud: TestCloud, clock: ManualClock) {
    this.#cloud = cloud;
    this.clock = clock;
  }

  get parts() {
    return { db: this.#cloud.db };
  }

  actAs(staff: string): void {
    this.#staff = staff;
  }

  /** The answer to what this member of staff posts. */
  async post(path: string, body: unknown = {}): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`http://127.0.0.1:${this.#cloud.running.httpPort ?? 0}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [staffHeader]: this.#staff },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  }
}
