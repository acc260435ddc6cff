import { connect } from 'node:net';
import { CodedError } from '@hemma/protocols/errors.js';
import type { Clock } from '@hemma/runtime/clock.js';
import type { Log } from '@hemma/runtime/log.js';

/** What only root may do, asked of `hemma-helper`: a fixed list of verbs, and nothing beside the verb. */
export type HelperVerb = 'reset-adapter' | 'restart-bluetooth' | 'power-cycle-usb' | 'reboot';

export interface Helper {
  /**
   * Resolves when it is done. Rejects with {@link CodedError} `helper_unavailable` when nobody
   * answers, `helper_refused` when the helper says that it did not or could not do it.
   */
  perform(verb: HelperVerb): Promise<void>;
}

/** systemd gives a service 90 s to stop; one that needs more than half a minute is killed by hand. */
const answerMs = 45_000;
/** `done`, or `failed` and a short reason. */
const maxAnswerOctets = 200;

/** The helper behind its socket: one line there, one line back. */
export class SocketHelper implements Helper {
  readonly #path: string;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  async perform(verb: HelperVerb): Promise<void> {
    const answer = await this.#ask(verb);
    if (answer === 'done') return;
    // The helper's reasons are fixed words, see gateway/helper/hemma-helper.
    const isReason = /^failed [a-z-]{1,40}$/.test(answer);
    throw new CodedError('helper_refused', isReason ? answer : 'an answer that is none');
  }

  async #ask(verb: HelperVerb): Promise<string> {
    return await new Promise((resolve, reject) => {
      const socket = connect(this.#path);
      const fail = (cause?: unknown): void => {
        socket.destroy();
        reject(new CodedError('helper_unavailable', undefined, { cause }));
      };
      const timer = this.#clock.after(answerMs, () => fail());
      let said = '';
      socket.setEncoding('utf8');
      socket.on('connect', () => socket.end(`${verb}\n`));
      socket.on('data', (text: string) => {
        said += text;
        if (said.length > maxAnswerOctets) fail();
      });
      socket.on('error', fail);
      socket.on('close', () => {
        timer.cancel();
        if (said === '') fail();
        else resolve(said.trim());
      });
    });
  }
}

/** Only says what would be asked: for a machine that is to be left alone. */
export class LogHelper implements Helper {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  perform(verb: HelperVerb): Promise<void> {
    this.#log.warn({ verb }, 'the helper would be asked for this');
    return Promise.reject(new CodedError('helper_unavailable', 'it is only logged'));
  }
}
