import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { clinicPaths, liveEventSchema } from '@hemma/protocols/api/clinic.js';

/**
 * Keeps everything that is shown fresh: the server says which patients changed, and what is shown of
 * them is fetched anew. Returns whether the feed is connected; the browser reconnects by itself.
 */
export function useLiveFeed(): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    const feed = new EventSource(clinicPaths.live);
    feed.onopen = () => {
      setConnected(true);
      // Whatever happened while the feed was down was missed.
      void client.invalidateQueries();
    };
    feed.onerror = () => setConnected(false);
    feed.onmessage = (message: MessageEvent<string>) => {
      const event = liveEventSchema.safeParse(JSON.parse(message.data));
      if (!event.success) return;
      for (const key of ['patients', 'tasks', 'status'])
        void client.invalidateQueries({ queryKey: [key] });
      for (const ref of event.data.patients)
        for (const key of [
          'trends',
          'findings',
          'episodes',
          'plans',
          'messages',
          'reminders',
          'unowned',
        ])
          void client.invalidateQueries({ queryKey: [key, ref] });
    };
    return () => feed.close();
  }, [client]);
  return connected;
}
