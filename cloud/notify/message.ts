import type { Text } from '@hemma/protocols/plans/text.js';

/** What staff are told of: that something waits for them, never whom it is about. */
export const notificationKinds = [
  'task-red',
  'task-overdue',
  'handover',
  'device-check',
  'task-technical',
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** What a channel carries. Nothing in it is about a patient: it may lie on a lock screen. */
export interface Message {
  /** The same for every attempt, so that whoever gets it twice can tell. */
  readonly id: string;
  readonly kind: NotificationKind;
  readonly unit: string;
  /** How many of the kind came together. */
  readonly count: number;
  /** Where the worklist is. */
  readonly link: string;
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
  'device-check': (count) => ({
    sv: count === 1 ? 'En mätare ska kontrolleras.' : `${count} mätare ska kontrolleras.`,
    en: count === 1 ? 'A device is due for a check.' : `${count} devices are due for a check.`,
  }),
  'task-technical': (count) => ({
    sv: count === 1 ? 'En ny teknisk uppgift väntar.' : `${count} nya tekniska uppgifter väntar.`,
    en: count === 1 ? 'A new technical task waits.' : `${count} new technical tasks wait.`,
  }),
};

/** The message in both languages: who reads it is not known here. Takes along what is named alone. */
export function messageOf(said: Omit<Message, 'subject' | 'text'>): Message {
  const { id, kind, unit, count, link } = said;
  const { sv, en } = sentences[kind](count);
  const words = { subject: `Hemma: ${sv}`, text: `${sv}\n${en}\n\n${link}\n` };
  return { id, kind, unit, count, link, ...words };
}
