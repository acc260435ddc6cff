import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import type { StartablePlan } from '@hemma/protocols/api/prescribing.js';
import { changeLimits, dryRunChange, moveToVersion } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ConfirmLimits } from './confirm-limits.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary, problemAt } from './problems.js';
import { SettingFields } from './setting-fields.js';
import { keptValues } from './setting-text.js';
import { useLimitsFlow } from './use-limits-flow.js';
import type { Confirmed } from './use-limits-flow.js';

interface Props {
  readonly episode: EpisodeShown;
  /** The newer version that it moves to; null when limits alone are changed. */
  readonly to: StartablePlan | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const noReason = { code: 'reason_missing', path: 'reason', message: '' };

/** Other limits from now on: the same fields, the same dry run, the same confirmation, and a reason. */
export function LimitsDialog({ episode, to, onClose, onDone }: Props) {
  const { t, of } = useTexts();
  const settings = to?.parameters ?? episode.settings;
  const [parameters, setParameters] = useState(() => keptValues(settings, episode.parameters));
  const [reason, setReason] = useState('');
  const version = to === null ? {} : { version: to.version };
  const flow = useLimitsFlow({
    check: () => (reason.trim() === '' ? [noReason] : []),
    dryRun: () => dryRunChange(episode.id, { parameters, ...version }),
    decide: ({ digest, ...others }: Confirmed) => {
      const isOwn = episode.kind === 'self-initiated';
      const asked = { parameters, reason, ...others, digest: isOwn ? null : digest };
      if (to === null) return changeLimits(episode.id, asked);
      return moveToVersion(episode.id, { ...asked, version: to.version });
    },
    onDone,
  });
  const { shown, problems } = flow;
  const notice = to === null ? episode.limitNotice : to.limitNotice;
  const title = t(to === null ? 'limitsTitle' : 'moveTitle', {
    ...{ plan: of(episode.planName), ...version },
  });
  return (
    <PlanDialog title={title} onClose={onClose}>
      {shown === null ? (
        <Stack gap="md">
          {notice !== null && <Text size="sm">{of(notice)}</Text>}
          <SettingFields
            {...{ settings, values: parameters, problems }}
            onChange={(values, path) => {
              setParameters(values);
              flow.changed(path);
            }}
          />
          <ReasonField {...{ reason, problems }} onChange={setReason} onChanged={flow.changed} />
          <ProblemSummary problems={problems} attempt={flow.attempt} />
          <Group justify="space-between">
            <Button size="md" variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button size="md" loading={flow.isBusy} onClick={flow.consider}>
              {t('consider')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ConfirmLimits
          {...{ flow, shown, settings, mayAskOther: false }}
          confirmText={t('confirmLimits')}
        />
      )}
    </PlanDialog>
  );
}

interface ReasonProps {
  readonly reason: string;
  readonly problems: Parameters<typeof problemAt>[0];
  readonly onChange: (reason: string) => void;
  readonly onChanged: (path: string) => void;
}

function ReasonField({ reason, problems, onChange, onChanged }: ReasonProps) {
  const texts = useTexts();
  return (
    <Textarea
      label={texts.t('changeReason')}
      size="md"
      autosize
      maxLength={1_000}
      withAsterisk
      value={reason}
      error={problemAt(problems, 'reason', texts)}
      onChange={(event) => {
        onChange(event.currentTarget.value);
        onChanged('reason');
      }}
    />
  );
}
