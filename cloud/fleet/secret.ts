import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * The secret of a gateway, its MQTT password. It is shown once, at enrolment; kept is only a hash,
 * in the form that Mosquitto reads (`$7$iterations$salt$hash`, PBKDF2 over SHA-512), so that a
 * password file for it can be written without knowing any secret.
 */

const secretOctets = 32;
const saltOctets = 12;
const hashOctets = 64;
/** Mosquitto's own number. Few are enough: nobody guesses 32 random octets. */
const iterations = 101;

export function newSecret(): string {
  return randomBytes(secretOctets).toString('base64url');
}

export function hashSecret(secret: string): string {
  const salt = randomBytes(saltOctets);
  return [
    '',
    '7',
    iterations,
    salt.toString('base64'),
    derive(secret, salt).toString('base64'),
  ].join('$');
}

/** Takes the same time whether the secret is nearly right or not at all. */
export function isSecret(secret: string, stored: string): boolean {
  const [, form, count, salt, hash] = stored.split('$');
  if (form !== '7' || count !== String(iterations) || salt === undefined || hash === undefined)
    return false;
  const expected = Buffer.from(hash, 'base64');
  const given = derive(secret, Buffer.from(salt, 'base64'));
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function derive(secret: string, salt: Buffer): Buffer {
  return pbkdf2Sync(secret, salt, iterations, hashOctets, 'sha512');
}
