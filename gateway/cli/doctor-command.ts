import { Command, Option } from 'commander';
import { languages } from '@hemma/protocols/plans/text.js';
import type { Language, Text } from '@hemma/protocols/plans/text.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { SettingsError, loadSettings } from '@hemma/runtime/config.js';
import { fault, fine, placesOfLinux } from '../doctor/check.js';
import type { Check, Finding, Verdict } from '../doctor/check.js';
import { checks, examineAll } from '../doctor/examine.js';
import { rosterOf } from '../roster.js';
import { settingsSchema } from '../settings.js';
import { askBluez } from '../transports/bluez/seen.js';
import type { Settings } from '../settings.js';
import { settingsOption } from './settings-option.js';

interface Options {
  readonly settings: string;
  readonly language?: Language;
  readonly json?: boolean;
}

interface Told {
  readonly name: string;
  readonly title: Text;
  readonly finding: Finding;
}

/** `hemma-gateway doctor`: what is wrong and what to do. Exit code 1 when something does not work. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at everything this gateway needs, tell what is wrong and what to do')
    .addOption(settingsOption())
    .addOption(
      new Option('--language <language>', 'default: as the settings say').choices(languages),
    )
    .option('--json', 'as JSON')
    .action(async (options: Options) => {
      const { told, language } = await consult(options);
      const text = options.json === true ? asJson(told, language) : inWords(told, language);
      const isWell = told.every(({ finding }) => finding.verdict !== 'fault');
      // A look that nobody waits for any more may still hold the process.
      process.stdout.write(`${text}\n`, () => process.exit(isWell ? 0 : 1));
    });
}

const about: Pick<Check, 'name' | 'title'> = {
  name: 'settings',
  title: { sv: 'Inställningar', en: 'Settings' },
};

async function consult(options: Options): Promise<{ told: readonly Told[]; language: Language }> {
  const source = options.settings;
  const language = options.language ?? 'sv';
  const settings = settingsOrProblem(source);
  if (settings instanceof SettingsError)
    return { told: [{ ...about, finding: unusable(settings) }], language };
  const clock = new SystemClock({ trust: 'unknown' });
  const examined = await examineAll(checks, {
    ...{ settings, source, clock, places: placesOfLinux },
    askBluez: () => askBluez(clock),
  });
  const usable = fine({ sv: `${source} är i sin ordning.`, en: `${source} is in order.` });
  const rest = examined.flatMap(({ check: { name, title }, findings }) =>
    findings.map((finding) => ({ name, title, finding })),
  );
  const told = [{ ...about, finding: usable }, ...rest];
  return { told, language: options.language ?? settings.language };
}

function settingsOrProblem(source: string): Settings | SettingsError {
  try {
    const settings = loadSettings(settingsSchema, source);
    rosterOf(settings, source);
    return settings;
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

/** Nothing else can be looked at then. */
function unusable({ message }: SettingsError): Finding {
  return fault(
    { sv: message.replace(/^.*\n/, 'De kan inte användas:\n'), en: message },
    {
      sv: 'Rätta filen; allt annat kontrolleras när den går att använda. EACCES: kör som root.',
      en: 'Put the file right; all else is looked at once it can be used. EACCES: run as root.',
    },
  );
}

const marks: Readonly<Record<Verdict, Text>> = {
  ok: { sv: 'OK', en: 'OK' },
  warning: { sv: 'Obs', en: 'Note' },
  fault: { sv: 'FEL', en: 'FAULT' },
};
const markWidth = 6;

function inWords(told: readonly Told[], language: Language): string {
  const indent = ' '.repeat(markWidth);
  const lines = told.flatMap(({ title, finding: { verdict, said, todo } }) => {
    const mark = marks[verdict][language].padEnd(markWidth);
    const first = `${mark}${title[language]}: ${said[language].replaceAll('\n', `\n${indent}`)}`;
    return todo === null ? [first] : [first, `${indent}→ ${todo[language]}`];
  });
  return lines.join('\n');
}

function asJson(told: readonly Told[], language: Language): string {
  return JSON.stringify({
    ok: told.every(({ finding }) => finding.verdict !== 'fault'),
    checks: told.map(({ name, finding: { verdict, said, todo } }) => ({
      name,
      verdict,
      said: said[language],
      todo: todo?.[language] ?? null,
    })),
  });
}
