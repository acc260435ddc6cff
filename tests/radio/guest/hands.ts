import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * What a machine does for the test outside, which calls by name over one connection: a line of JSON for each
 * call, and one for its answer.
 */

export type Hands = Readonly<Record<string, (...given: never[]) => unknown>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly given: readonly unknown[];
}

/** Serves until the test outside hangs up, however it ends; then the machine is of no use any more. */
export async function serveHands(role: string, control: string, hands: Hands): Promise<void> {
  const [host = '', port = ''] = control.split(':');
  const socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const say = (said: object): void => void socket.write(`${JSON.stringify(said)}\n`);
  say({ role });
  for await (const line of createInterface({ input: socket })) {
    const call = JSON.parse(line) as Call;
    void answer(hands, call).then((said) => say({ id: call.id, ...said }));
  }
}

async function answer(hands: Hands, { name, given }: Call): Promise<object> {
  try {
    const hand = hands[name];
    if (hand === undefined) return { error: `no hand for ${name}` };
    return { value: (await hand(...(given as never[]))) ?? null };
  } catch (error) {
    return { error: String(error) };
  }
}
