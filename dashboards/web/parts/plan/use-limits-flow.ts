import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { DryRun } from '@hemma/protocols/api/prescribing.js';
import type { Problem } from '../../api.js';
import { problemsOf } from './problems.js';

/** What comes with limits that were shown and are now to hold. */
export interface Confirmed {
  readonly digest: string;
  readonly confirmedBy: string | null;
  readonly overBudgetReason: string | null;
}

interface Steps {
  /** What is wrong with what the server has not seen yet. */
  readonly check: () => readonly Problem[];
  readonly dryRun: () => Promise<DryRun>;
  readonly decide: (confirmed: Confirmed) => Promise<void>;
  readonly onDone: () => void;
}

export interface LimitsFlow {
  readonly problems: readonly Problem[];
  /** Another number each time that something was refused. */
  readonly attempt: number;
  /** What would hold, once nothing is wrong with it; null while it is filled in. */
  readonly shown: DryRun | null;
  readonly isBusy: boolean;
  readonly consider: () => void;
  readonly confirm: (confirmed: Confirmed) => void;
  readonly back: () => void;
  /** A field was filled in anew: what was wrong with it is said no more. */
  readonly changed: (path: string) => void;
}

/** Filled in, shown with what it would have raised, confirmed as shown: no step can be left out. */
export function useLimitsFlow({ check, dryRun, decide, onDone }: Steps): LimitsFlow {
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [attempt, setAttempt] = useState(0);
  const [shown, setShown] = useState<DryRun | null>(null);
  const client = useQueryClient();
  const refuse = (wrong: readonly Problem[]): void => {
    setProblems(wrong);
    setAttempt((count) => count + 1);
  };
  const looking = useMutation({
    mutationFn: dryRun,
    onSuccess: (answer) => {
      const wrong = [...check(), ...answer.problems];
      refuse(wrong);
      if (wrong.length === 0) setShown(answer);
    },
    onError: (error) => refuse([...check(), ...problemsOf(error)]),
  });
  const deciding = useMutation({
    mutationFn: decide,
    onSuccess: onDone,
    onError: (error) => {
      const wrong = problemsOf(error);
      refuse(wrong);
      if (wrong.some(isFilledIn)) setShown(null);
    },
    onSettled: () => client.invalidateQueries(),
  });
  return {
    ...{ problems, attempt, shown, isBusy: looking.isPending || deciding.isPending },
    consider: () => looking.mutate(),
    confirm: (confirmed) => deciding.mutate(confirmed),
    back: () => {
      setProblems([]);
      setShown(null);
    },
    changed: (path) => setProblems((all) => all.filter((it) => it.path !== path)),
  };
}

/** Whether it is put right where the limits are filled in, and not where they are confirmed. */
function isFilledIn({ path }: Problem): boolean {
  return !['confirmation', 'overBudgetReason', ''].includes(path);
}
