import type { z } from 'zod';
import { messagePaths, sentMessageSchema, threadSchema } from '@hemma/protocols/api/messages.js';
import type { newMessageSchema, SentMessage, Thread } from '@hemma/protocols/api/messages.js';
import { reminderPaths, remindersSchema } from '@hemma/protocols/api/reminders.js';
import type {
  addressRequestSchema,
  reminderChoicesSchema,
  Reminders,
  reminderTimeSchema,
} from '@hemma/protocols/api/reminders.js';
import { ask, post, send } from './api.js';

/** A page of the thread; the newest when `before` is left out. */
export const fetchThread = (patient: string, before: number | null): Promise<Thread> => {
  const query = before === null ? '' : `?before=${before}`;
  return ask(`${messagePaths.thread(patient)}${query}`, threadSchema);
};

export const sendMessage = (
  patient: string,
  message: z.input<typeof newMessageSchema>,
): Promise<SentMessage> => send(messagePaths.thread(patient), message, sentMessageSchema);

/** Everything up to this message was shown to whoever sits here. */
export const markRead = (patient: string, upTo: number): Promise<void> =>
  post(messagePaths.read(patient), { upTo });

export const fetchReminders = (patient: string): Promise<Reminders> =>
  ask(reminderPaths.reminders(patient), remindersSchema);

export const setReminderTime = (
  patient: string,
  asked: z.input<typeof reminderTimeSchema>,
): Promise<void> => post(reminderPaths.time(patient), asked);

export const chooseReminders = (
  patient: string,
  asked: z.input<typeof reminderChoicesSchema>,
): Promise<void> => post(reminderPaths.choices(patient), asked);

export const addAddress = (
  patient: string,
  asked: z.input<typeof addressRequestSchema>,
): Promise<void> => post(reminderPaths.address(patient), asked);

export const endAddress = (patient: string, address: string): Promise<void> =>
  post(reminderPaths.addressEnd(patient), { address });
