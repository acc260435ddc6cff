import type { TaskKind } from '@hemma/protocols/api/worklist.js';
import type { Text } from '@hemma/protocols/plans/text.js';
import type { Cause } from '../rules/missing/cause.js';

/** What a task or a finding is called where no rule gives it a name. */
export const taskTitles: Readonly<Record<TaskKind, Text>> = {
  assess: { sv: 'Bedöm ett värde', en: 'Assess a value' },
  missing: { sv: 'Värden saknas', en: 'Values are missing' },
  unexpected: { sv: 'Oväntat värde', en: 'Unexpected value' },
  'no-value': { sv: 'Mätning utan värde', en: 'Measurement without a value' },
  'not-judged': { sv: 'Kunde inte bedömas', en: 'Could not be judged' },
  'limit-missing': { sv: 'En gräns saknas', en: 'A limit is missing' },
  'calibration-due': { sv: 'Dags för kalibrering', en: 'Calibration is due' },
  handover: { sv: 'Någon behöver ta över', en: 'Somebody must take over' },
  message: { sv: 'Meddelande att svara på', en: 'Message to answer' },
  'message-due': {
    sv: 'Dags att skriva till patienten',
    en: 'Time to write to the patient',
  },
};

/** What staff read of a technical cause; of what nobody measured the plan has a text of its own. */
export const causeTexts: Readonly<Partial<Record<Cause, Text>>> = {
  'device-battery': {
    sv: 'Mätaren sade senast att batteriet är nästan slut.',
    en: 'The last that the device said was that its battery is low.',
  },
  refused: {
    sv: 'Patienten har mätt, men inget värde kom ut av det. Se över mätaren och hur den används.',
    en: 'The patient has measured, but no value came of it. Check the device and how it is used.',
  },
  'bond-lost': {
    sv: 'Mätaren är inte längre parkopplad med hemenheten.',
    en: 'The device is not paired with the gateway any more.',
  },
  'device-fault': {
    sv: 'Hemenheten kan inte läsa mätaren.',
    en: 'The gateway cannot read the device.',
  },
  'gateway-fault': {
    sv: 'Hemenheten säger att något är fel på den.',
    en: 'The gateway says that something is wrong with it.',
  },
  'cloud-backlog': {
    sv: 'Värden finns, men är inte bedömda än.',
    en: 'There are values, but they are not judged yet.',
  },
  'gateway-offline': {
    sv: 'Hemenheten har inte hörts av, så ingen vet om något har mätts.',
    en: 'The gateway has not been heard of, so nobody knows whether anything was measured.',
  },
};
