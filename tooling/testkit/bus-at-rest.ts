import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '@hemma/protocols/errors.js';
import type { FakeBluez } from '@hemma/simulators/bluez/fake-bluez.js';

/** The longest chain of calls that follow from one second: two visits of some dozen calls each. */
const maxRounds = 500;
/** Real time for a connection that is being made, and how often it is looked for before time goes on. */
const connectingMs = 2;
const maxLooks = 500;
/** The question and its answer. */
const ownMessages = 2;

/**
 * Time stands still until nothing is under way on the bus: a question of ours (`ask`) comes back behind
 * all that was said before it, and when nobody has said anything meanwhile, nobody will.
 */
export async function busAtRest(bluez: FakeBluez, ask: () => unknown): Promise<void> {
  for (let round = 0; round < maxRounds; round += 1) {
    const before = bluez.messages;
    await comeAndGo(ask);
    await new Promise(setImmediate);
    if (bluez.messages - before <= ownMessages) return;
  }
  throw new Error('The bus does not come to rest.');
}

async function comeAndGo(ask: () => unknown): Promise<void> {
  for (let look = 0; look < maxLooks; look += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!isUnconnected(error)) return;
      await sleep(connectingMs);
    }
  }
}

function isUnconnected(error: unknown): boolean {
  return error instanceof CodedError && error.code === 'bus_unavailable';
}
