import { Button, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { movePhase, resumeEpisode } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { useWho } from '../../who.js';
import { EndDialog } from './end-dialog.js';
import { LimitsDialog } from './limits-dialog.js';
import { PauseDialog } from './pause-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  readonly episode: EpisodeShown;
  /** The date where care is. */
  readonly today: string;
}

interface ActsProps extends Props {
  readonly onLimitsChanged: () => void;
}

/** What staff do with an episode on its way; with their own, the patient does it. */
export function EpisodeActs({ episode, today, onLimitsChanged }: ActsProps) {
  const { t } = useTexts();
  const who = useWho();
  const [open, setOpen] = useState<'limits' | 'pause' | 'end' | null>(null);
  const close = () => setOpen(null);
  const isOwn = episode.kind === 'self-initiated';
  if (isOwn !== (who === '')) return isOwn ? <Text size="sm">{t('ownPlan')}</Text> : null;
  return (
    <>
      <Group gap="xs">
        <Button variant="default" size="md" onClick={() => setOpen('limits')}>
          {t('changeLimits')}
        </Button>
        <PauseOrResume {...{ episode, today }} onPause={() => setOpen('pause')} />
        <PhaseMenu episode={episode} />
        <Button variant="default" size="md" onClick={() => setOpen('end')}>
          {t('end')}
        </Button>
      </Group>
      {open === 'limits' && (
        <LimitsDialog
          episode={episode}
          onClose={close}
          onDone={() => {
            close();
            onLimitsChanged();
          }}
        />
      )}
      {open === 'pause' && <PauseDialog {...{ episode, today }} onClose={close} />}
      {open === 'end' && <EndDialog episode={episode} onClose={close} />}
    </>
  );
}

function PauseOrResume({ episode, today, onPause }: Props & { readonly onPause: () => void }) {
  const { t } = useTexts();
  const resume = useAct(() => resumeEpisode(episode.id));
  const isPaused = episode.state === 'paused';
  const isAhead = episode.pauses.some((it) => it.from > today);
  return (
    <>
      {!isPaused && !isAhead && (
        <Button variant="default" size="md" onClick={onPause}>
          {t('pause')}
        </Button>
      )}
      {(isPaused || isAhead) && (
        <Button size="md" loading={resume.isBusy} onClick={() => resume.act()}>
          {t(isPaused ? 'resume' : 'takeBackPause')}
        </Button>
      )}
      <ProblemSummary problems={resume.problems} />
    </>
  );
}

function PhaseMenu({ episode: { id, phase, phases } }: Pick<Props, 'episode'>) {
  const { t, of } = useTexts();
  const move = useAct((next: string) => movePhase(id, next));
  const others = phases.filter((it) => it.id !== phase?.id);
  if (others.length === 0) return null;
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" size="md" loading={move.isBusy}>
            {t('changePhase')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {others.map((it) => (
            <Menu.Item key={it.id} py="sm" onClick={() => move.act(it.id)}>
              {of(it.title)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ProblemSummary problems={move.problems} />
    </>
  );
}
