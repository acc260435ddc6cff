import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { type Level, type Period, periodSchema } from '@hemma/protocols/api/effects.js';
import { CodedError } from '@hemma/protocols/errors.js';
import { languages } from '@hemma/protocols/plans/text.js';
import { maxImportOctets } from '../effects/inpatient-import.js';
import { parseLevel, parsePeriod } from '../effects/period.js';
import { importInpatientDays } from '../effects/store/import-stays.js';
import type { Cover } from '../effects/store/import-stays.js';
import { makeReport } from '../effects/store/make-report.js';
import { calendar } from '../effects/store/sources.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import { checkedDay } from '../prescribing/course.js';
import { withStore } from './context.js';
import type { CommandContext, CommonOptions, Result } from './context.js';
import { effectsCommand } from './effects-report.js';
import { partsOf } from './prescribing-context.js';

interface CoverOptions extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
}

interface ReportOptions extends CoverOptions {
  readonly period?: string;
  readonly unit?: string;
  readonly plan?: string;
  readonly group?: string;
  readonly patient?: string;
  readonly format: string;
  readonly language: string;
}

const formats = ['text', 'json', 'csv'];

/** `hemma-cloud effects report | import-inpatient` */
export function addEffectCommands(program: Command, common: (command: Command) => Command): void {
  const effects = program.command('effects').description('effect measures from the event log');
  common(effects.command('report'))
    .description('every measure with its definition; nothing of fewer persons than five')
    .option('--period <period>', '2026, 2026-H1; the running half-year when no time is named')
    .option('--from <date>', 'first local day')
    .option('--to <date>', 'last local day; today when it is left out')
    .option('--unit <id>', 'of a unit')
    .option('--plan <id>', 'of a plan')
    .option('--group <id>', 'of a patient group of the plans')
    .option('--patient <ref>', 'of one patient')
    .option('--format <format>', `one of ${formats.join(', ')}`, 'text')
    .option('--language <language>', `one of ${languages.join(', ')}`, 'en')
    .action((options: ReportOptions) =>
      withStore({ ...options, json: options.json === true || options.format === 'json' }, (it) =>
        report(it, options),
      ),
    );
  common(effects.command('import-inpatient <file>'))
    .description('inpatient days of a region (CSV), all of the file or nothing')
    .option('--from <date>', 'the file knows all stays from this day on; else from its first date')
    .option('--to <date>', '… to this day; else to its last date')
    .action((file: string, options: CoverOptions) =>
      withStore(options, (context) => importFile(context, file, options)),
    );
}

async function report(context: CommandContext, options: ReportOptions): Promise<Result> {
  const { format } = options;
  if (!formats.includes(format))
    throw new CodedError('request_invalid', `A format is one of ${formats.join(', ')}.`);
  const language = languages.find((it) => it === options.language);
  if (language === undefined)
    throw new CodedError('request_invalid', `A language is one of ${languages.join(', ')}.`);
  const period = periodOf(options, context.clock.wall().ms);
  const level = levelOf(options);
  const made = await makeReport(await partsOf(context), { period, level });
  return effectsCommand(made, language, format === 'csv');
}

function periodOf({ period, from, to }: ReportOptions, now: number): Period {
  const today = dateOfDay(calendar.dayOf(now));
  if (period !== undefined) {
    if (from !== undefined || to !== undefined)
      throw new CodedError('request_invalid', 'Name a period, or its days.');
    return parsePeriod(period);
  }
  if (from === undefined && to === undefined)
    return parsePeriod(`${today.slice(0, 4)}-H${today.slice(5, 7) < '07' ? 1 : 2}`);
  const range = periodSchema.safeParse({ kind: 'range', from, to: to ?? today });
  if (range.success) return range.data;
  throw new CodedError(
    'request_invalid',
    'The days are like --from 2026-01-01 --to 2026-03-31, the first not after the last.',
  );
}

function levelOf({ unit, plan, group, patient }: ReportOptions): Level {
  const named = Object.entries({ unit, plan, group, patient }).flatMap(([kind, id]) =>
    id === undefined ? [] : [`${kind}:${id}`],
  );
  if (named.length > 1)
    throw new CodedError('request_invalid', 'Name a unit, a plan, a group or a patient: one.');
  return parseLevel(named[0] ?? 'all');
}

async function importFile(
  { database, clock }: CommandContext,
  file: string,
  options: CoverOptions,
): Promise<Result> {
  const cover = coverOf(options, calendar.dayOf(clock.wall().ms));
  const imported = await importInpatientDays({ db: database.db, clock }, octetsOf(file), cover);
  const { added, changed, known, repeated } = imported;
  const [from, to] = [dateOfDay(imported.cover.fromDay), dateOfDay(imported.cover.toDay)];
  const lines = [
    `${added} added, ${changed} changed, ${known} known, ${repeated} repeated in the file`,
    `all stays are known from ${from} to ${to}`,
  ];
  return { value: { added, changed, known, repeated, from, to }, lines };
}

function coverOf({ from, to }: CoverOptions, today: number): Cover | null {
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined)
    throw new CodedError('request_invalid', 'Name both days, --from and --to.');
  const cover = { fromDay: checkedDay(from), toDay: checkedDay(to) };
  if (cover.fromDay <= cover.toDay && cover.toDay <= today) return cover;
  throw new CodedError('request_invalid', 'The last day is before the first, or has not come.');
}

function octetsOf(file: string): Uint8Array {
  try {
    if (statSync(file).size > maxImportOctets) throw new CodedError('import_too_large');
    return readFileSync(file);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('request_invalid', `${file}: cannot be read.`, { cause: error });
  }
}
