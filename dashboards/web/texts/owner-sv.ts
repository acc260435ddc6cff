/** Whose a reading is: what staff are asked, and what they have said. */
export const ownerSv = {
  whose: 'Vems är värdet?',
  whoseWhy:
    'Ingen i hemmet har svarat på om det är patientens. Fråga gärna patienten. Tills du har svarat räknas värdet ingenstans.',
  whoseWho: 'Välj högst upp vem du är för att svara.',
  ownerMine: 'Patientens',
  ownerNotMine: 'Inte patientens',
  ownerTakeBack: 'Ångra',
  ownerAsk_mine: 'Ja: {{reading}} är patientens',
  ownerAsk_notMine: 'Nej: {{reading}} är inte patientens',
  ownerTakeBackOf: 'Ångra svaret om {{reading}}',
  ownerSaid_mine: 'Patientens, enligt {{name}} {{when}}.',
  ownerSaid_notMine: 'Inte patientens, enligt {{name}} {{when}}. Räknas inte.',
  ownerFailed: 'Svaret kunde inte sparas. Försök igen.',
  ownerDecided_one: '{{count}} besvarat värde',
  ownerDecided_other: '{{count}} besvarade värden',
  ownerTruncated: 'Det finns fler, äldre värden som inte visas.',
  tableOf: '{{name}} som tabell',
  point_asked: 'oklart om det är patientens, räknas inte',
  point_other: 'inte patientens, räknas inte',
} as const;
