import { code, page, table } from './text.mjs';

/** Every code of the registry, by class. */
export async function errorsPage() {
  const { errorCodes } = await import('@hemma/protocols/errors.js');
  const rows = Object.entries(errorCodes).map(([name, entry]) => [
    code(name),
    entry.class,
    entry.meaning,
  ]);
  return page(
    'Error codes',
    'What can go wrong has a code in one registry, `protocols/errors.ts`. Logs, receipts, the API and the ' +
      'command lines say the code; its class decides what happens next, never the text.',
    table(
      ['class', 'what happens next'],
      [
        ['transient', 'The same thing may work later: it is tried again.'],
        ['ambiguous', 'It may have happened: ask before repeating.'],
        ['permanent', 'Repeating is useless: it is put aside and shown.'],
      ],
    ),
    '## Codes',
    table(['code', 'class', 'meaning'], rows),
  );
}
