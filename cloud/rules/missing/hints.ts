import type { Text } from '@hemma/protocols/plans/text.js';
import type { Cause } from './cause.js';

/**
 * What the patient reads when values stay away for a technical cause; where nothing was measured the
 * plan has a text of its own. Plain, without blame, and with nothing about health.
 */
export const hints: Readonly<Partial<Record<Cause, Text>>> = {
  'device-battery': {
    sv: 'Batteriet i mätaren är snart slut. Byt batteri och mät igen när det passar.',
    en: 'The battery of your device is running low. Change it and measure again when it suits you.',
  },
  refused: {
    sv: 'Du har mätt, men mätaren gav inget värde. Vila en stund och mät igen enligt anvisningen.',
    en: 'You measured, but the device gave no value. Rest a while and measure again as instructed.',
  },
  'bond-lost': {
    sv: 'Mätaren har tappat kontakten med hemenheten. Vi hjälper dig att koppla ihop dem igen.',
    en: 'Your device has lost its link to the home unit. We will help you to pair them again.',
  },
  'device-fault': {
    sv: 'Hemenheten kan inte läsa mätaren just nu. Vi ser över det. Mät gärna som vanligt.',
    en: 'The home unit cannot read your device right now. We are looking into it. Keep measuring.',
  },
  'gateway-fault': {
    sv: 'Det är något fel på hemenheten. Vi ser över det. Mät gärna som vanligt.',
    en: 'Something is wrong with the home unit. We are looking into it. Keep measuring as usual.',
  },
  'cloud-backlog': {
    sv: 'Dina värden är på väg till oss. Du behöver inte göra något.',
    en: 'Your values are on their way to us. There is nothing you need to do.',
  },
  'gateway-offline': {
    sv: 'Hemenheten har ingen kontakt med oss. Se efter att den har ström. Mät gärna som vanligt.',
    en: 'The home unit is not in touch with us. Check that it has power. Keep measuring as usual.',
  },
};
