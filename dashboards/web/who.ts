import { useSyncExternalStore } from 'react';

/** Who sits before this page: a reference, kept for as long as the tab is open. */
const remembered = 'hemma-staff';
const listeners = new Set<() => void>();

export function whoIsHere(): string {
  return sessionStorage.getItem(remembered) ?? '';
}

export function chooseWho(staff: string): void {
  sessionStorage.setItem(remembered, staff);
  for (const tell of listeners) tell();
}

/** The reference of who sits here; empty as long as nobody said so, and then nothing can be changed. */
export function useWho(): string {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, whoIsHere);
}
