import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CodedError } from '@hemma/protocols/errors.js';

/**
 * The text of a file with certificates (PEM). Throws {@link CodedError} `settings_invalid` for one that
 * cannot be read or begins with no certificate.
 */
export function readCertificates(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    mustBeCertificate(text);
    return text;
  } catch (error) {
    throw new CodedError('settings_invalid', `There is no certificate in ${file}.`, {
      cause: error,
    });
  }
}

/** The constructor throws for what is none; of several it looks at the first. */
function mustBeCertificate(text: string): void {
  if (new X509Certificate(text).subject === '') throw new Error('It names nobody.');
}
