import type { Language, Text } from '@hemma/protocols/plans/text.js';

/** What staff are told of: that something waits for them, never whom it is about. */
export const notificationKinds = [
  'task-red',
  'task-overdue',
  'handover',
  'message',
  'device-check',
  'task-technical',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What a patient is told of: that something waits, never what. */
export const patientNoticeKinds = ['patient-reminder', 'patient-message'] as const;
export type PatientNoticeKind = (typeof patientNoticeKinds)[number];

/** What a channel carries. Nothing in it is about a patient: it may lie on a lock screen. */
export interface Message {
  /** The same for every attempt, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly kind: NotificationKind | PatientNoticeKind;
  /** Null for what a patient is told: a unit can say what somebody is treated for. */
  readonly unit: string | null;
  /** How many of the kind came together. */
  readonly count: number;
  /** All of them are of test persons; null for what a patient is told. */
  readonly isTest: boolean | null;
  /** Where the worklist is; null for a patient. */
  readonly link: string | null;
  readonly subject: string;
  readonly text: string;
}

const sentences: Readonly<Record<NotificationKind, (count: number) => Text>> = {
  'task-red': (count) => ({
    sv: count === 1 ? 'En ny röd uppgift väntar.' : `${count} nya röda uppgifter väntar.`,
    en: count === 1 ? 'A new red task waits.' : `${count} new red tasks wait.`,
  }),
  'task-overdue': (count) => ({
    sv: count === 1 ? 'En uppgift är försenad.' : `${count} uppgifter är försenade.`,
    en: count === 1 ? 'A task is overdue.' : `${count} tasks are overdue.`,
  }),
  handover: () => ({
    sv: 'Mottagningen saknar någon som svarar eller ersätter.',
    en: 'The unit lacks somebody who answers or stands in.',
  }),
  message: (count) => ({
    sv: count === 1 ? 'Ett nytt meddelande väntar.' : `${count} nya meddelanden väntar.`,
    en: count === 1 ? 'A new message waits.' : `${count} new messages wait.`,
  }),
  'device-check': (count) => ({
    sv: count === 1 ? 'En mätare ska kontrolleras.' : `${count} mätare ska kontrolleras.`,
    en: count === 1 ? 'A device is due for a check.' : `${count} devices are due for a check.`,
  }),
  'task-technical': (count) => ({
    sv: count === 1 ? 'En ny teknisk uppgift väntar.' : `${count} nya tekniska uppgifter väntar.`,
    en: count === 1 ? 'A new technical task waits.' : `${count} new technical tasks wait.`,
  }),
};

interface Said extends Pick<Message, 'id' | 'count'> {
  readonly kind: NotificationKind;
  readonly unit: string;
  readonly link: string;
  /** False when it is left out. */
  readonly isTest?: boolean;
}

/** What comes first when it is of test persons alone. */
const ofTestPersons: Text = {
  sv: 'TEST, gäller bara testpersoner.',
  en: 'TEST, about test persons only.',
};

/** The message in both languages: who reads it is not known here. Takes along what is named alone. */
export function messageOf(said: Said): Message {
  const { id, kind, unit, count, link, isTest = false } = said;
  const { sv, en } = sentences[kind](count);
  const label = (language: Language) => (isTest ? `${ofTestPersons[language]} ` : '');
  const text = `${label('sv')}${sv}\n${label('en')}${en}\n\n${link}\n`;
  return { id, kind, unit, count, isTest, link, subject: `Hemma: ${label('sv')}${sv}`, text };
}

/** The only words that reach a lock screen of a patient (monitoring plans §2): fixed, for every plan. */
export const patientSentences: Readonly<Record<PatientNoticeKind, Text>> = {
  'patient-reminder': {
    sv: 'Du har något att göra i Hemma.',
    en: 'You have something to do in Hemma.',
  },
  'patient-message': {
    sv: 'Du har ett nytt meddelande i Hemma.',
    en: 'You have a new message in Hemma.',
  },
};

/** What a patient is told. It is made of nothing but its kind, its language and a random id. */
export function patientMessage(id: string, kind: PatientNoticeKind, language: Language): Message {
  const sentence = patientSentences[kind][language];
  const words = { subject: sentence, text: `${sentence}\n` };
  return { id, kind, unit: null, count: 1, isTest: null, link: null, ...words };
}
