import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { standingSql } from '../../outbox/inspect.js';
import { migrations } from '../../outbox/tables.js';
import { outboxFileIn } from '../../settings.js';
import type { Settings } from '../../settings.js';
import { fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';

/** Whether the outbox is whole, and how it stands with the cloud. */
export const outbox: Check = {
  name: 'outbox',
  title: { sv: 'Utkorg', en: 'Outbox' },
  async examine({ settings, signal }) {
    const file = outboxFileIn(settings.dataDir);
    if (!existsSync(file)) return [noneYet];
    const seen = await lookInto(file, signal);
    if (seen === null) return [damaged];
    if ('version' in seen) return [newer];
    const aside = (await setAside(file)).map(evidence);
    return [...standing(seen, settings), ...aside];
  },
};

const seenSchema = z.object({
  sound: z.literal('ok'),
  waiting: z.int(),
  held: z.int(),
  refused: z.int(),
});
type Seen = z.infer<typeof seenSchema>;
/** A file of a later gateway: what its tables mean nobody here knows. */
const laterSchema = z.object({ version: z.int().gt(migrations.length) });
const toldSchema = z.union([laterSchema, seenSchema]);
type Told = z.infer<typeof toldSchema>;

/**
 * In a process of its own: reading a large file through takes long, from a dying disk for ever, and
 * cannot be ended within a process.
 */
const script = `
  const [library, file, sql, known] = process.argv.slice(1);
  const db = new (require(library))(file, { readonly: true, fileMustExist: true });
  const look = () => ({
    sound: db.pragma('quick_check(1)', { simple: true }),
    refused: db.prepare('SELECT count(*) FROM refused').pluck().get(),
    ...db.prepare(sql).get(),
  });
  const version = db.pragma('user_version', { simple: true });
  process.stdout.write(JSON.stringify(version > known ? { version } : look()));
`;

/** What the file says of itself; null when it is not a whole outbox. */
function lookInto(file: string, signal: AbortSignal): Promise<Told | null> {
  const library = createRequire(import.meta.url).resolve('better-sqlite3');
  const args = ['-e', script, library, file, standingSql, String(migrations.length)];
  const options = { signal, killSignal: 'SIGKILL' } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      const seen = error === null ? toldSchema.safeParse(JSON.parse(stdout)) : null;
      resolve(seen?.success === true ? seen.data : null);
    });
  });
}

async function setAside(file: string): Promise<readonly string[]> {
  const names = await readdir(dirname(file));
  const prefix = `${basename(file)}.aside-`;
  return names
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .map((name) => join(dirname(file), name));
}

const noneYet = fine({
  sv: 'Finns inte än; den skapas vid starten.',
  en: 'There is none yet; it is made at the start.',
});

const damaged = fault(
  {
    sv: 'Utkorgen är skadad eller kan inte läsas.',
    en: 'The outbox is damaged or cannot be read.',
  },
  {
    sv:
      'Starta om gatewayen: filen läggs åt sidan och det som går att läsa räddas. ' +
      'Kör som root om filen tillhör tjänsten. Meddela medicinteknik.',
    en:
      'Restart the gateway: the file is put aside and what can be read is saved. ' +
      'Run as root if the file is the service’s. Tell medical technology.',
  },
);

const newer = fault(
  {
    sv: 'Utkorgen är gjord av en nyare version av gatewayen. Inget i den går förlorat.',
    en: 'The outbox was made by a newer version of the gateway. Nothing in it is lost.',
  },
  {
    sv: 'Installera den nyare versionen av paketet igen.',
    en: 'Install the newer version of the package again.',
  },
);

function standing(seen: Seen, { outbox: { maxRows } }: Settings): Finding[] {
  const { waiting, held, refused } = seen;
  const findings = [isNearlyFull(waiting, maxRows) ? nearlyFull(waiting, maxRows) : whole(seen)];
  if (held > 0) findings.push(undated(held));
  if (refused > 0) findings.push(turnedDown(refused));
  return findings;
}

/** The oldest readings go when it is full: somebody must know before. */
const fullness = 0.8;

function isNearlyFull(waiting: number, maxRows: number): boolean {
  return waiting >= fullness * maxRows;
}

function whole({ waiting }: Seen): Finding {
  return fine({
    sv: `Hel; ${waiting} mätvärden väntar på molnet.`,
    en: `Whole; ${waiting} readings wait for the cloud.`,
  });
}

function nearlyFull(waiting: number, maxRows: number): Finding {
  return fault(
    {
      sv: `${waiting} av ${maxRows} mätvärden väntar på molnet; sedan försvinner de äldsta.`,
      en: `${waiting} of ${maxRows} readings wait for the cloud; then the oldest are removed.`,
    },
    {
      sv: 'Ordna nätverket, eller höj inställningarna outbox.maxRows och outbox.maxMiB.',
      en: 'Bring the network back, or raise the settings outbox.maxRows and outbox.maxMiB.',
    },
  );
}

function undated(held: number): Finding {
  return warning(
    {
      sv: `${held} mätvärden väntar på rätt tid.`,
      en: `${held} readings wait for the right time.`,
    },
    { sv: 'Se klocka ovan.', en: 'See clock above.' },
  );
}

function turnedDown(refused: number): Finding {
  return warning(
    {
      sv: `Molnet tog inte emot ${refused} mätvärden.`,
      en: `The cloud refused ${refused} readings.`,
    },
    { sv: 'Se: hemma-gateway status', en: 'See: hemma-gateway status' },
  );
}

function evidence(file: string): Finding {
  return warning(
    { sv: `En skadad utkorg är sparad: ${file}.`, en: `A damaged outbox is kept: ${file}.` },
    { sv: 'Meddela medicinteknik.', en: 'Tell medical technology.' },
  );
}
