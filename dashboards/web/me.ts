import { useQuery } from '@tanstack/react-query';
import type { StaffList } from '@hemma/protocols/api/staff.js';
import { fetchStaff } from './api.js';
import { useWho } from './who.js';

export type Member = StaffList['staff'][number];

/** Everybody who works here; empty until it is known. */
export function useStaff(): readonly Member[] {
  return useQuery({ queryKey: ['staff'], queryFn: fetchStaff }).data ?? [];
}

/** Who sits before this page, as a member of staff; null for nobody, which is the patient alone. */
export function useMe(): Member | null {
  const who = useWho();
  return useStaff().find((it) => it.ref === who) ?? null;
}
