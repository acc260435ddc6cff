import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { beInView } from './api.js';
import { useWho } from './who.js';

/** Work counts up to three minutes from one sign of life to the next; one a minute may be lost. */
const beatMs = 60_000;
const signs = ['pointermove', 'keydown', 'wheel'] as const;

/**
 * Tells the cloud each minute that somebody works in the view of a patient, as long as they do
 * something: a page that is only left open, or is behind another, counts no time.
 */
export function usePresence(patient: string): void {
  const who = useWho();
  const isActive = useRef(true);
  useEffect(() => {
    const note = () => {
      isActive.current = true;
    };
    for (const sign of signs) addEventListener(sign, note, { passive: true });
    return () => {
      for (const sign of signs) removeEventListener(sign, note);
    };
  }, []);
  useQuery({
    queryKey: ['presence', patient, who],
    queryFn: async () => {
      if (!isActive.current) return false;
      isActive.current = false;
      await beInView(patient);
      return true;
    },
    enabled: who !== '',
    ...{ refetchInterval: beatMs, retry: false, gcTime: 0 },
  });
}
