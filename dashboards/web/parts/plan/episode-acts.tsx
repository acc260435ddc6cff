import { Button, Group, Menu, Text } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { useMe } from '../../me.js';
import { movePhase, resumeEpisode } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ContactDialog } from './contact-dialog.js';
import { EndDialog } from './end-dialog.js';
import { LimitsDialog } from './limits-dialog.js';
import { MoveDialog } from './move-dialog.js';
import { PauseDialog } from './pause-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  readonly patient: string;
  readonly episode: EpisodeShown;
  /** The date where care is. */
  readonly today: string;
}

/** Told by the key of its text: what was done. */
export type Done = (
  what:
    | 'limitsChanged'
    | 'planPaused'
    | 'planResumed'
    | 'phaseChanged'
    | 'planEnded'
    | 'planMoved'
    | 'contactNoted',
) => void;

interface ActsProps extends Props {
  readonly onDone: Done;
}

/** What staff do with an episode on its way; with their own, the patient does it. */
export function EpisodeActs({ patient, episode, today, onDone }: ActsProps) {
  const { t, of } = useTexts();
  const me = useMe();
  const [open, setOpen] = useState<'limits' | 'move' | 'pause' | 'contact' | 'end' | null>(null);
  const close = () => setOpen(null);
  const closeWith = (what: Parameters<Done>[0]) => () => {
    close();
    onDone(what);
  };
  const isOwn = episode.kind === 'self-initiated';
  const mayDecide = isOwn || me?.licensed === true;
  if (isOwn !== (me === null)) return isOwn ? <Text size="sm">{t('ownPlan')}</Text> : null;
  return (
    <>
      <Group gap="xs">
        {mayDecide && (
          <Button variant="default" size="md" onClick={() => setOpen('limits')}>
            {t('changeLimits')}
          </Button>
        )}
        {mayDecide && episode.newerVersion !== null && (
          <Button variant="default" size="md" onClick={() => setOpen('move')}>
            {t('moveTo', { version: episode.newerVersion })}
          </Button>
        )}
        <PauseOrResume {...{ patient, episode, today, onDone }} onPause={() => setOpen('pause')} />
        <PhaseMenu {...{ episode, onDone }} />
        {!isOwn && (
          <Button variant="default" size="md" onClick={() => setOpen('contact')}>
            {t('noteContact')}
          </Button>
        )}
        <Button variant="default" size="md" onClick={() => setOpen('end')}>
          {t('end')}
        </Button>
      </Group>
      {open === 'limits' && (
        <LimitsDialog
          {...{ episode, to: null }}
          onClose={close}
          onDone={closeWith('limitsChanged')}
        />
      )}
      {open === 'move' && (
        <MoveDialog {...{ patient, episode }} onClose={close} onDone={closeWith('planMoved')} />
      )}
      {open === 'pause' && (
        <PauseDialog {...{ episode, today }} onClose={close} onDone={closeWith('planPaused')} />
      )}
      {open === 'contact' && (
        <ContactDialog
          episode={episode.id}
          title={t('contactTitle', { plan: of(episode.planName) })}
          onClose={close}
          onDone={closeWith('contactNoted')}
        />
      )}
      {open === 'end' && (
        <EndDialog {...{ episode }} onClose={close} onDone={closeWith('planEnded')} />
      )}
    </>
  );
}

interface PauseProps extends ActsProps {
  readonly onPause: () => void;
}

function PauseOrResume({ episode, today, onDone, onPause }: PauseProps) {
  const { t } = useTexts();
  const resume = useAct(
    () => resumeEpisode(episode.id),
    () => onDone('planResumed'),
  );
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

function PhaseMenu({
  episode: { id, phase, phases },
  onDone,
}: Pick<ActsProps, 'episode' | 'onDone'>) {
  const { t, of } = useTexts();
  const move = useAct(
    (next: string) => movePhase(id, next),
    () => onDone('phaseChanged'),
  );
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
