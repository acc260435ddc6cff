import { Alert, List, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { ApiError } from '../../api.js';
import type { Problem } from '../../api.js';
import { useTexts } from '../../texts/i18n.js';
import type { Texts } from '../../texts/i18n.js';

/** What is wrong, in plain words. */
export function problemText({ code, message }: Problem, { known }: Texts): string {
  return known(`problem_${code}`, message);
}

/** The words beside the field that they concern; null when nothing is wrong with it. */
export function problemAt(problems: readonly Problem[], path: string, texts: Texts): string | null {
  const there = problems.filter((it) => it.path === path);
  return there.length === 0 ? null : there.map((it) => problemText(it, texts)).join(' ');
}

/** Every reason of a refusal; one without a place when it gave none. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (!(error instanceof ApiError)) return [{ code: 'other', path: '', message: '' }];
  if (error.problems.length > 0) return error.problems;
  return [{ code: error.code, path: '', message: error.message }];
}

interface SummaryProps {
  readonly problems: readonly Problem[];
  /** Another one for each attempt; putting one thing right moves nobody on to the next. */
  readonly attempt?: unknown;
}

/** All that is wrong, told at once; the first field that it concerns gets the focus. */
export function ProblemSummary({ problems, attempt = problems }: SummaryProps) {
  const texts = useTexts();
  const { t } = texts;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const form = box.current?.closest('form, [role="dialog"]');
    form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempt]);
  if (problems.length === 0) return null;
  const told = [...new Set(problems.map((it) => problemText(it, texts)))];
  return (
    <Alert ref={box} color="red" variant="light" role="alert">
      <Text size="sm" c="dark.9" fw={600}>
        {t('mustMend', { count: problems.length })}
      </Text>
      <List size="sm" c="dark.9">
        {told.map((it) => (
          <List.Item key={it}>{it}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
