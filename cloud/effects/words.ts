import type { EffectFigure, EffectsReport, Level } from '@hemma/protocols/api/effects.js';
import type { Language, Text } from '@hemma/protocols/plans/text.js';

/** What is said about a figure beside its number. */
export const stateTexts: Readonly<Record<EffectFigure['state'], Text>> = {
  computed: { sv: 'beräknat', en: 'computed' },
  suppressed: { sv: 'dolt, för få personer', en: 'hidden, too few persons' },
  'no-data': { sv: 'inget att räkna på', en: 'nothing to compute from' },
  'not-recorded': { sv: 'underlag saknas', en: 'not recorded' },
  'not-at-this-level': { sv: 'visas inte för en patient', en: 'not a figure of one patient' },
};

/** What a report leaves out because nobody here knows the version of its plan; one line each. */
export function unknownTexts({ unknownVersions }: EffectsReport): readonly Text[] {
  return unknownVersions.map(({ plan, version, episodes: count }) => ({
    sv: `${count} omgång(er) följer ${plan} ${version}, som är okänd här: deras mätningar är inte med.`,
    en: `${count} episode(s) follow ${plan} ${version}, which is unknown here: what they measured is left out.`,
  }));
}

/** Whose figures they are. */
export function levelText(level: Level, language: Language): string {
  switch (level.kind) {
    case 'patient':
      return `patient ${level.patient}`;
    case 'plan':
      return `plan ${level.plan}`;
    case 'unit':
      return { sv: `enhet ${level.unit}`, en: `unit ${level.unit}` }[language];
    case 'group':
      if (level.group === null) return { sv: 'alla', en: 'all' }[language];
      return { sv: `grupp ${level.group}`, en: `group ${level.group}` }[language];
  }
}
