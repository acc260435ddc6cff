import { Button, Collapse, Text } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useTexts } from '../../texts/i18n.js';
import type { Texts } from '../../texts/i18n.js';
import type { Known } from './known.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly known: Known;
}

/** Who decided what, newest first; folded until somebody asks. */
export function EpisodeDecisions({ episode, known }: Props) {
  const texts = useTexts();
  const { t, dateTime } = texts;
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t('decisions')} ({episode.decisions.length})
      </Button>
      <Collapse expanded={isOpen}>
        {episode.decisions.toReversed().map((it, i) => (
          <Text key={`${it.at} ${i}`} size="sm" mt={4}>
            {dateTime(it.at)} · {whoOf(it, episode, known, texts)}: {whatOf(it, episode, texts)}
          </Text>
        ))}
      </Collapse>
    </div>
  );
}

type Decision = EpisodeShown['decisions'][number];

function whoOf(
  { staff, kind }: Decision,
  episode: EpisodeShown,
  known: Known,
  { t }: Texts,
): string {
  if (staff !== null) return known.names[staff] ?? staff;
  // The zero measurement is taken by itself; everything else without staff is the patient's.
  return t(kind === 'baseline' && episode.kind !== 'self-initiated' ? 'bySystem' : 'byPatient');
}

function whatOf({ kind, detail }: Decision, { phases }: EpisodeShown, { t, of }: Texts): string {
  const phase = phases.find((it) => it.id === detail['phase']);
  return t(`decision_${kind}`, {
    ...{ reason: detail['reason'], version: detail['version'] },
    phase: phase === undefined ? '' : of(phase.title),
  });
}
