import { CodedError, codedError } from '@hemma/protocols/errors.js';
import type { ErrorCode } from '@hemma/protocols/errors.js';
import { commandSchema, maxCommandOctets } from '@hemma/protocols/wire/command.js';
import type { Command } from '@hemma/protocols/wire/command.js';
import type { Log } from '@hemma/runtime/log.js';

export interface DownlinkOptions {
  readonly gateway: string;
  readonly log: Log;
  /** Follows a command unless it is followed already, or a newer one; tells whether it was new. */
  readonly apply: (command: Command) => boolean;
  /** Tells the cloud that something new is followed, or could not be. */
  readonly tell: () => void;
}

/** The way down: commands of the cloud, checked here and nowhere else. */
export class Downlink {
  readonly #options: DownlinkOptions;
  #problem: ErrorCode | null = null;

  constructor(options: DownlinkOptions) {
    this.#options = options;
  }

  /** Why the last message was no command for this gateway; null when it was one. */
  get problem(): ErrorCode | null {
    return this.#problem;
  }

  /** A message has come in. Never throws: what is no command changes nothing. */
  hear(payload: Uint8Array): void {
    const { gateway, log, apply, tell } = this.#options;
    try {
      const command = parseCommand(gateway, payload);
      const wasWell = this.#problem === null;
      this.#problem = null;
      const isNew = apply(command);
      if (isNew) log.info({ version: command.version }, 'command followed');
      if (isNew || !wasWell) tell();
    } catch (error) {
      const { code } = codedError(error);
      log.warn({ code }, 'a message that is no command for this gateway');
      if (this.#problem === code) return;
      this.#problem = code;
      tell();
    }
  }
}

/**
 * The command in a message of the cloud. Throws {@link CodedError} `command_malformed`,
 * `command_version`, `command_foreign`.
 */
export function parseCommand(gateway: string, payload: Uint8Array): Command {
  if (payload.length > maxCommandOctets) throw new CodedError('command_malformed');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw new CodedError('command_malformed');
  }
  if (typeof value === 'object' && value !== null && 'v' in value && value.v !== 1)
    throw new CodedError('command_version');
  const command = commandSchema.safeParse(value);
  if (!command.success) throw new CodedError('command_malformed');
  if (command.data.gateway !== gateway) throw new CodedError('command_foreign');
  return command.data;
}
