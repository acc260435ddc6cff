import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Problem } from '../../api.js';
import { problemsOf } from './problems.js';

export interface Act<Asked> {
  readonly act: (asked: Asked) => void;
  readonly isBusy: boolean;
  /** Why it was refused, until it is tried again. */
  readonly problems: readonly Problem[];
}

const none: readonly Problem[] = [];

/** Something that is decided at once; what is shown is fetched anew whatever came of it. */
export function useAct<Asked = void>(
  decide: (asked: Asked) => Promise<void>,
  onDone: () => void = () => undefined,
): Act<Asked> {
  const client = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: decide,
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries(),
  });
  return { act: mutate, isBusy: isPending, problems: error === null ? none : problemsOf(error) };
}
