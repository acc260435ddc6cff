import { code, page, readJson, table } from './text.mjs';

/** A code that the catalogue does not have is no gap of the page: it says so. */
const codeOr = (entry, text) => (entry ? text(entry) : 'none');

function codesOf(entry) {
  return [
    codeOr(entry?.mdc, (mdc) => `${mdc.code} ${code(mdc.refId)}`),
    codeOr(entry?.loinc, (loinc) => loinc.code),
    codeOr(entry?.snomed, (snomed) => snomed.code),
  ];
}

const span = ([min, max]) => `${min} – ${max}`;

/** The quantity that a kind is, where they are not named alike. */
const soleQuantity = { heart_rate: 'pulse_rate' };

/** The kinds and quantities that gateways send, as the measurement catalogue describes them. */
export async function measurementsPage() {
  const { quantityUnits, readingKinds } = await import('@hemma/protocols/reading.js');
  const { mainQuantities, ranges } = await import('@hemma/protocols/ranges.js');
  const { kindQuantities } = await import('@hemma/protocols/wire/measurement.js');
  const { measurements, panels } = readJson('cloud/content/measurements.json');
  const entries = new Map([...measurements, ...panels].map((entry) => [entry.id, entry]));
  const kinds = readingKinds.map((kind) => {
    const entry = entries.get(soleQuantity[kind] ?? kind);
    const others = kindQuantities[kind].filter((name) => !mainQuantities[kind].includes(name));
    const list = (names) => names.map(code).join(', ');
    const { sv, en } = entry.name;
    return [code(kind), sv, en, ...codesOf(entry), list(mainQuantities[kind]), list(others)];
  });
  const quantities = Object.entries(quantityUnits).map(([name, unit]) => {
    const { decimals, hard, soft } = ranges[name];
    const { sv, en } = entries.get(name).name;
    const codes = codesOf(entries.get(name));
    return [code(name), sv, en, code(unit), decimals, span(hard), span(soft), ...codes];
  });
  return page(
    'Measurements',
    'What a gateway sends: a kind, with its quantities. Units are UCUM. Codes are those of IEEE 11073-10101 ' +
      '(MDC, as the 32-bit number that FHIR uses), LOINC and SNOMED CT; where each was verified is in ' +
      '`cloud/content/measurements.json`, which also has what people answer themselves (questionnaires, scales).',
    '## Kinds',
    'Without its main quantities a reading is a failed attempt; the others accompany.',
    table(
      ['kind', 'Swedish', 'English', 'MDC', 'LOINC', 'SNOMED CT', 'main', 'accompanying'],
      kinds,
    ),
    '## Quantities',
    'Possible: outside of it a value is a measuring fault and not shown as a number. Usual: outside of it a value ' +
      'is stored and marked. Both are for adults, are held against the value as it is rounded for show, and are ' +
      'no limits of treatment.',
    table(
      [
        'quantity',
        'Swedish',
        'English',
        'unit',
        'decimals',
        'possible',
        'usual',
        'MDC',
        'LOINC',
        'SNOMED CT',
      ],
      quantities,
    ),
  );
}
