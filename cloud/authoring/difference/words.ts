import type { Text } from '@hemma/protocols/plans/text.js';

/** The words for what can differ: parts of a plan or questionnaire, and their fields. */

/** Lists whose entries have ids, with the word for one entry. */
export const partWords: Readonly<Record<string, Text>> = {
  rules: { sv: 'Regel', en: 'Rule' },
  tasks: { sv: 'Uppgift', en: 'Task' },
  parameters: { sv: 'Inställning', en: 'Setting' },
  series: { sv: 'Mätserie', en: 'Series' },
  questionnaires: { sv: 'Formulär', en: 'Questionnaire' },
  missingData: { sv: 'Uteblivna värden', en: 'Missing data' },
  goals: { sv: 'Mål', en: 'Goal' },
  phases: { sv: 'Fas', en: 'Phase' },
  suitability: { sv: 'Kontrollpunkt', en: 'Checklist item' },
  derived: { sv: 'Beräknat värde', en: 'Derived value' },
  items: { sv: 'Fråga', en: 'Item' },
  scoring: { sv: 'Poäng', en: 'Score' },
};

interface FieldWords {
  readonly field: RegExp;
  readonly words: Text;
  /** Where the unit of the value comes from: the condition, the setting, or always the same. */
  readonly unit?: 'condition' | 'parameter' | 'goal' | Text;
}

const days: Text = { sv: 'dagar', en: 'days' };
const minutes: Text = { sv: 'minuter', en: 'minutes' };
const workingDays: Text = { sv: 'arbetsdagar', en: 'working days' };
const word = (field: RegExp, sv: string, en: string, unit?: FieldWords['unit']): FieldWords => ({
  ...{ field, words: { sv, en } },
  ...(unit === undefined ? {} : { unit }),
});

/** A condition may stand alone or be one of several inside `all` and `any`. */
const inside = String.raw`(?:\.of\[\d+\])*`;
const ofWhen = (field: string) => new RegExp(`^when${inside}\\.${field}$`);
const ofClear = (field: string) => new RegExp(`^clear${inside}\\.${field}$`);

/** Fields of the entries of each list. The first that fits is taken. */
export const fieldWords: Readonly<Record<string, readonly FieldWords[]>> = {
  rules: [
    word(ofWhen('(?:value|match\\.value)'), 'gräns', 'limit', 'condition'),
    word(ofWhen('(?:op|match\\.op)'), 'jämförelse', 'comparison'),
    word(ofWhen('consecutive'), 'värden i följd', 'values in a row'),
    word(ofWhen('valueFromParameter'), 'gränsen tas från', 'limit taken from'),
    word(ofWhen('metric'), 'mätvärde', 'metric'),
    word(ofWhen('window'), 'tidsfönster', 'window'),
    word(ofWhen('atLeast'), 'minst antal', 'at least'),
    word(ofWhen('days'), 'utan kontakt', 'without contact', days),
    word(ofClear('(?:value|match\\.value)'), 'upphör vid', 'ends at', 'condition'),
    word(
      ofClear('offsetFromParameter\\.offset'),
      'upphör så långt från inställningen',
      'ends this far from the setting',
      'condition',
    ),
    word(ofClear('consecutive'), 'värden i följd för att upphöra', 'values in a row to end'),
    word(/^severity$/, 'allvarlighet', 'severity'),
    word(/^enabledByDefault$/, 'på från början', 'on by default'),
    word(/^editable$/, 'får ändras', 'may be changed'),
    word(/^cooldown$/, 'tystnad efter larm', 'silence after an alert'),
    word(/^confirm$/, 'omprov', 'repeat'),
    word(/^confirm\.restMinutes$/, 'vila före omprov', 'rest before the repeat', minutes),
    word(/^confirm\.withinMinutes$/, 'omprov inom', 'repeat within', minutes),
    word(/^confirm\.ifNotRepeated$/, 'utan omprov', 'without a repeat'),
    word(/^patientMessage/, 'text till patienten', 'text for the patient'),
    word(/^staffMessage/, 'text till personalen', 'text for staff'),
    word(/^basis$/, 'underlag', 'basis'),
  ],
  tasks: [
    word(/^schedule\.frequency$/, 'hur ofta', 'how often'),
    word(/^schedule\.readingsPerWindow$/, 'mätningar per tillfälle', 'readings per occasion'),
    word(/^schedule\.minutesBetweenReadings$/, 'mellan mätningar', 'between readings', minutes),
    word(/^schedule\.restMinutesBefore$/, 'vila före', 'rest before', minutes),
    word(/^enabledByDefault$/, 'på från början', 'on by default'),
    word(/^optional$/, 'frivillig', 'optional'),
    word(/^measurementTypes$/, 'mäter', 'measures'),
    word(/^phases$/, 'faser', 'phases'),
    word(/^combine$/, 'dagens värde', 'value of the day'),
    word(/^device\.required$/, 'kräver utrustning', 'needs a device'),
    word(/^instructions/, 'anvisning', 'instructions'),
    word(/^lateEntry\.backfillDays$/, 'kan fyllas i i efterhand', 'can be filled in late', days),
  ],
  parameters: [
    word(/^default$/, 'standardvärde', 'default', 'parameter'),
    word(/^min$/, 'lägst', 'lowest', 'parameter'),
    word(/^max$/, 'högst', 'highest', 'parameter'),
    word(/^required$/, 'måste fyllas i', 'must be filled in'),
    word(/^allowed$/, 'val', 'choices'),
    word(/^mustBeBelow$/, 'ska vara under', 'must be below'),
    word(/^unit$/, 'enhet', 'unit'),
  ],
  questionnaires: [
    word(/^when$/, 'hur ofta', 'how often'),
    word(/^enabledByDefault$/, 'på från början', 'on by default'),
    word(/^phases$/, 'faser', 'phases'),
  ],
  missingData: [
    word(/^after$/, 'efter', 'after'),
    word(/^severity$/, 'allvarlighet', 'severity'),
    word(/^stage$/, 'steg', 'stage'),
    word(/^task$/, 'uppgift', 'task'),
  ],
  goals: [
    word(/^value$/, 'målvärde', 'target', 'goal'),
    word(/^op$/, 'jämförelse', 'comparison'),
    word(/^evaluate$/, 'bedöms över', 'evaluated over'),
  ],
  phases: [word(/^fromDay$/, 'första dag', 'first day'), word(/^toDay$/, 'sista dag', 'last day')],
  suitability: [word(/^required$/, 'krävs', 'required'), word(/^text/, 'text', 'text')],
  series: [
    word(/^lengthDays$/, 'längd', 'length', days),
    word(/^minReadings$/, 'minst antal mätningar', 'fewest readings'),
    word(/^minDays$/, 'minst antal dagar', 'fewest days'),
    word(/^discardFirstDay$/, 'första dagen räknas bort', 'first day is dropped'),
  ],
};

/** Fields of a time of day inside a task. */
export const windowWords: readonly FieldWords[] = [
  word(/^from$/, 'från', 'from'),
  word(/^to$/, 'till', 'to'),
  word(/^target$/, 'påminns', 'reminded at'),
];

/** Fields that belong to no list. */
export const topWords: readonly FieldWords[] = [
  word(/^version$/, 'Version', 'Version'),
  word(/^status$/, 'Status', 'Status'),
  word(/^monitoringKinds$/, 'Former', 'Kinds'),
  word(/^duration\.defaultDays$/, 'Längd', 'Duration', days),
  word(/^duration\.reviewEveryDays$/, 'Genomgång var', 'Review every', days),
  word(/^baseline\.windowDays$/, 'Nollmätning över', 'Baseline over', days),
  word(
    /^response\.info\.withinWorkingDays$/,
    'Svar på info inom',
    'Answer to info within',
    workingDays,
  ),
  word(
    /^response\.yellow\.withinWorkingDays$/,
    'Svar på gult inom',
    'Answer to yellow within',
    workingDays,
  ),
  word(
    /^response\.red\.withinWorkingDays$/,
    'Svar på rött inom',
    'Answer to red within',
    workingDays,
  ),
  word(/^emergencyNotice/, 'Text om akut hjälp', 'Emergency notice'),
  word(/^limitNotice/, 'Text om gränser', 'Notice about limits'),
  word(/^intendedUse/, 'Avsedd användning', 'Intended use'),
  word(/^patientInstructions/, 'Råd till patienten', 'Instructions for the patient'),
];

export type { FieldWords };
