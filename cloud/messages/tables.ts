import type { MessageSide } from '@hemma/protocols/api/messages.js';
import type { Statements } from '../database/columns.js';

/** Where the thread of a patient stands: one row, which is also the lock of whoever writes in it. */
interface ThreadTable {
  patient: string;
  /** The number of the newest message; 0 before the first. */
  last: number;
  /** Everything up to here was shown to the one side, and to the other. */
  read_by_patient: number;
  read_by_staff: number;
}

/** What was written: never changed, never removed. */
interface MessageTable {
  patient: string;
  /** 1 for the first of the thread. */
  number: number;
  /** Chosen by whoever sent it, so that it is one message however often it is sent. */
  sent_as: string;
  side: MessageSide;
  /** Null when it was the patient. */
  staff: string | null;
  /** Milliseconds since 1970 UTC. */
  at: number;
  text: string;
}

export interface MessageTables {
  threads: ThreadTable;
  messages: MessageTable;
}

export const messageMigrations: Readonly<Record<string, Statements>> = {
  '043-messages': ({ int64, appendOnly }) => [
    `create table threads (
      patient text primary key references patients (ref),
      last ${int64} not null,
      read_by_patient ${int64} not null,
      read_by_staff ${int64} not null
    )`,
    `create table messages (
      patient text not null references patients (ref),
      number ${int64} not null,
      sent_as text not null,
      side text not null,
      staff text references staff (ref),
      at ${int64} not null,
      text text not null,
      primary key (patient, number)
    )`,
    'create unique index one_message on messages (patient, sent_as)',
    ...appendOnly('messages', ['patient', 'number']),
    // Of two processes that see that somebody waits, one opens the task.
    `create unique index one_message_task on tasks (patient, kind)
      where kind in ('message', 'message-due') and state <> 'closed'`,
  ],
};
