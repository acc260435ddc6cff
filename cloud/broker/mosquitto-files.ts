import { everyGateway, topicOf } from '@hemma/protocols/wire/topics.js';
import { maxEnvelopeOctets } from '@hemma/protocols/wire/envelope.js';
import { hashSecret } from '../fleet/secret.js';

/** One file and its text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface MosquittoParts {
  readonly gateways: readonly { readonly id: string; readonly secret_hash: string }[];
  /** Name and password of the cloud itself. */
  readonly login: { readonly username: string; readonly password: string };
  /** Folder where Mosquitto will find the files. */
  readonly folder: string;
}

/**
 * What Mosquitto (2.0 or newer) needs to let every gateway use its own topics and no others:
 * passwords, access rules, and the settings that name both. Send it SIGHUP after a change.
 */
export function mosquittoFiles(parts: MosquittoParts): readonly NamedText[] {
  return [
    { name: 'passwords', text: passwords(parts) },
    { name: 'acl', text: accessRules(parts.login.username) },
    { name: 'hemma.conf', text: settings(parts.folder) },
  ];
}

function passwords({ gateways, login }: MosquittoParts): string {
  const lines = gateways.map(({ id, secret_hash: hash }) => `${id}:${hash}`);
  return [`${login.username}:${hashSecret(login.password)}`, ...lines, ''].join('\n');
}

/** `%u` is the name the client came in with. */
function accessRules(cloud: string): string {
  return `user ${cloud}
topic read ${everyGateway('measurements')}
topic read ${everyGateway('status')}
topic write ${topicOf('+', 'receipts')}
topic write ${topicOf('+', 'commands')}

pattern write ${topicOf('%u', 'measurements')}
pattern write ${topicOf('%u', 'status')}
pattern read ${topicOf('%u', 'receipts')}
pattern read ${topicOf('%u', 'commands')}
`;
}

/** No session outlives its connection, and retained messages may be lost: both ends have databases. */
function settings(folder: string): string {
  return `allow_anonymous false
password_file ${folder}/passwords
acl_file ${folder}/acl
message_size_limit ${maxEnvelopeOctets}
persistent_client_expiration 1h
`;
}
