import { z } from 'zod';
import { maxContactMinutes } from './contacts.js';
import { looksSchema } from './units.js';

/** Messages between a patient and the unit that answers. All times are milliseconds since 1970 UTC. */

const text = z.strictObject({ sv: z.string(), en: z.string() });

/** Who writes and who reads: the patient, or whoever answers at the unit. */
export const messageSides = ['patient', 'staff'] as const;
export type MessageSide = (typeof messageSides)[number];

/** Longest message: two pages. */
export const maxMessage = 4_000;
/** Of a message that is not opened: a line on a phone. */
export const maxPreview = 80;
/** Messages of one page; older ones follow when they are asked for. */
export const maxPage = 50;

/** Line breaks and tabs are text; what else is not printed is none, and would change a terminal. */
const isPlain = (it: string): boolean => !/[^\P{Cc}\n\t]|\p{Cs}/u.test(it);

/** Plain text; line breaks are those of Unix. */
export const messageTextSchema = z
  .string()
  .transform((it) => it.replace(/\r\n?/g, '\n').trim())
  .pipe(
    z
      .string()
      .min(1, 'is empty')
      .max(maxMessage)
      .refine(isPlain, 'has characters that cannot be shown'),
  );

/** The number of a message in its thread: 1 for the first. */
const place = z.int().min(1);

export const newMessageSchema = z.strictObject({
  /** Chosen by whoever sends it: sent twice under the same id, it is one message. */
  id: z.string().regex(/^[\w-]{8,64}$/, '8 to 64 letters, digits and hyphens'),
  text: messageTextSchema,
  /** The newest message that was seen while it was written; what came after is not answered by it. */
  seen: z.int().min(0).optional(),
  /** Of staff: how long it took, where the page does not measure it. */
  minutes: z.int().min(0).max(maxContactMinutes).default(0),
});
export type NewMessage = z.output<typeof newMessageSchema>;

export const messageSchema = z.strictObject({
  number: place,
  from: z.enum(messageSides),
  /** The name of the member of staff; null for the patient. */
  by: z.string().nullable(),
  at: z.int(),
  text: z.string(),
  /** Its beginning in one line. */
  preview: z.string(),
});
export type Message = z.infer<typeof messageSchema>;

/** What one side has not read: how many, and the oldest of them. */
const unreadSchema = z.strictObject({ count: z.int(), first: place.nullable() });

export const threadSchema = z.strictObject({
  patient: z.string(),
  /** Newest first. */
  messages: z.array(messageSchema),
  /** Asks for the messages before: `?before=`; null where there are none. */
  before: place.nullable(),
  unread: z.strictObject({ patient: unreadSchema, staff: unreadSchema }),
  /** False where no unit answers, as after the last plan has ended: then it is only read. */
  isOpen: z.boolean(),
  /** The name of the unit that answers. */
  unit: z.string().nullable(),
  /** Within how many working days. */
  workingDays: z.int(),
  /** By when what waits for an answer is answered; null where nothing waits, or nobody promises. */
  dueAt: z.int().nullable(),
  /** When somebody looks next. */
  looks: looksSchema,
  /** Where to turn when it cannot wait. */
  emergency: text,
});
export type Thread = z.infer<typeof threadSchema>;

export const threadQuerySchema = z.strictObject({
  before: z.coerce.number().pipe(place).optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(maxPage)).default(maxPage),
});
export type ThreadQuery = z.output<typeof threadQuerySchema>;

export const sentMessageSchema = z.strictObject({
  message: messageSchema,
  dueAt: z.int().nullable(),
  looks: looksSchema,
  emergency: text,
});
export type SentMessage = z.infer<typeof sentMessageSchema>;

/** Everything up to this message was shown. */
export const readMessagesSchema = z.strictObject({ upTo: place });

const of = (patient: string, what: string): string =>
  `/api/patients/${encodeURIComponent(patient)}/messages${what}`;

export const messagePaths = {
  thread: (patient: string) => of(patient, ''),
  read: (patient: string) => of(patient, '/read'),
} as const;
