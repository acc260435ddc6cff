import type { ownerSv } from './owner-sv.js';

/** What the page asks staff about whose a reading is. */
export const ownerEn: Readonly<Record<keyof typeof ownerSv, string>> = {
  whose: 'Whose is the value?',
  whoseWhy:
    'Nobody at home has said whether it is the patient’s. You may ask the patient. Until you have answered, the value counts nowhere.',
  whoseWho: 'Choose at the top who you are to answer.',
  ownerMine: 'The patient’s',
  ownerNotMine: 'Not the patient’s',
  ownerTakeBack: 'Undo',
  ownerAsk_mine: 'Yes: {{reading}} is the patient’s',
  ownerAsk_notMine: 'No: {{reading}} is not the patient’s',
  ownerTakeBackOf: 'Undo the answer about {{reading}}',
  ownerSaid_mine: 'The patient’s, said {{name}} {{when}}.',
  ownerSaid_notMine: 'Not the patient’s, said {{name}} {{when}}. Does not count.',
  ownerFailed: 'The answer could not be saved. Try again.',
  ownerDecided_one: '{{count}} answered value',
  ownerDecided_other: '{{count}} answered values',
  ownerTruncated: 'There are more, older values that are not shown.',
  tableOf: '{{name}} as a table',
  point_asked: 'not known whether it is the patient’s, does not count',
  point_other: 'not the patient’s, does not count',
};
