import { codeOf, fault } from './check.js';
import type { Check, Finding, Subject } from './check.js';
import { adapter } from './checks/adapter.js';
import { bond } from './checks/bond.js';
import { broker } from './checks/broker.js';
import { certificate } from './checks/certificate.js';
import { clock } from './checks/clock.js';
import { credentials } from './checks/credentials.js';
import { disk } from './checks/disk.js';
import { helper } from './checks/helper.js';
import { outbox } from './checks/outbox.js';
import { serial } from './checks/serial.js';
import { service } from './checks/service.js';
import { wear } from './checks/wear.js';

/** Every look, in the order in which people read the answer; a new one is a line here. */
export const checks: readonly Check[] = [
  service,
  clock,
  disk,
  wear,
  outbox,
  adapter,
  bond,
  helper,
  serial,
  broker,
  certificate,
  credentials,
];

/** A person waits for the answer; what takes longer than this is what is wrong. */
export const checkDeadlineMs = 15_000;

export interface Examined {
  readonly check: Check;
  readonly findings: readonly Finding[];
}

/** All looks at once; each ends by the deadline, whatever it waits for. Never rejects. */
export function examineAll(
  all: readonly Check[],
  subject: Omit<Subject, 'signal'>,
  deadlineMs = checkDeadlineMs,
): Promise<readonly Examined[]> {
  return Promise.all(
    all.map(async (check) => ({ check, findings: await examine(check, subject, deadlineMs) })),
  );
}

async function examine(
  check: Check,
  subject: Omit<Subject, 'signal'>,
  deadlineMs: number,
): Promise<readonly Finding[]> {
  const patience = new AbortController();
  const late = new Promise<readonly Finding[]>((resolve) => {
    subject.clock.after(deadlineMs, () => {
      patience.abort();
      resolve([noAnswer(deadlineMs)]);
    });
  });
  try {
    const signal = patience.signal;
    return await Promise.race([check.examine({ ...subject, signal }), late]);
  } catch (error) {
    return [notLooked(codeOf(error))];
  }
}

function noAnswer(deadlineMs: number): Finding {
  const seconds = Math.round(deadlineMs / 1_000);
  return fault(
    { sv: `Inget svar på ${seconds} sekunder.`, en: `No answer within ${seconds} seconds.` },
    {
      sv: 'Starta om datorn. Kommer felet tillbaka: kontakta medicinteknik.',
      en: 'Restart the computer. If it comes back: tell medical technology.',
    },
  );
}

function notLooked(code: string): Finding {
  return fault(
    {
      sv: `Det gick inte att kontrollera (${code}).`,
      en: `This could not be looked at (${code}).`,
    },
    { sv: 'Kör kommandot som root: sudo.', en: 'Run the command as root: sudo.' },
  );
}
