import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { Message, MessageSide, Thread } from '@hemma/protocols/api/messages.js';
import { fetchThread, markRead } from '../../message-api.js';
import { useWho } from '../../who.js';

/** Whoever sits here writes and reads as staff; nobody is the patient. */
export function useSide(): MessageSide {
  return useWho() === '' ? 'patient' : 'staff';
}

export interface ThreadShown {
  /** Null until it is loaded. */
  readonly thread: Thread | null;
  /** Newest first, as far back as was loaded. */
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly loadOlder: () => void;
  readonly isLoading: boolean;
  readonly failed: boolean;
}

const firstPage: number | null = null;

/** The thread of a patient, with older pages as they are asked for. */
export function useThread(patient: string): ThreadShown {
  const query = useInfiniteQuery({
    queryKey: ['messages', patient],
    queryFn: ({ pageParam }) => fetchThread(patient, pageParam),
    initialPageParam: firstPage,
    getNextPageParam: (last) => last.before,
  });
  const { data, hasNextPage, fetchNextPage, isFetching, error } = query;
  // A message that came between two pages is in both.
  const messages = useMemo(() => {
    const all = (data?.pages ?? []).flatMap((it) => it.messages);
    return [...new Map(all.map((it) => [it.number, it])).values()];
  }, [data]);
  return {
    thread: data?.pages[0] ?? null,
    ...{ messages, hasOlder: hasNextPage, isLoading: isFetching, failed: error !== null },
    loadOlder: () => void fetchNextPage(),
  };
}

/** Pages that are loaded by themselves to reach what is unread; more is asked for by hand. */
const maxOwnPages = 10;
const pageLength = 50;

/** Loads back to the first message that is not read, and then says that all of them were shown. */
export function useReading(patient: string, side: MessageSide, shown: ThreadShown): void {
  const client = useQueryClient();
  const { thread, messages, hasOlder, loadOlder, isLoading } = shown;
  const first = thread?.unread[side].first ?? null;
  const newest = messages[0]?.number ?? 0;
  const oldest = messages.at(-1)?.number ?? 0;
  const isWhole = first === null || oldest <= first || !hasOlder;
  const mayLoad = !isWhole && !isLoading && messages.length < maxOwnPages * pageLength;
  useEffect(() => {
    if (mayLoad) loadOlder();
    // Not by `loadOlder`, which is another function each time.
  }, [mayLoad, oldest]);
  const isUnread = first !== null && isWhole;
  useEffect(() => {
    if (!isUnread || document.visibilityState !== 'visible') return;
    const tell = async () => {
      await markRead(patient, newest).catch(() => undefined);
      for (const key of ['messages', 'patients', 'tasks'])
        await client.invalidateQueries({ queryKey: [key] });
    };
    void tell();
  }, [client, patient, isUnread, newest]);
}
