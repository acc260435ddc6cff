import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { changeLimits, dryRunChange } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ConfirmLimits } from './confirm-limits.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary, problemAt } from './problems.js';
import { SettingFields } from './setting-fields.js';
import { valuesOf } from './setting-text.js';
import { useLimitsFlow } from './use-limits-flow.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const noReason = { code: 'reason_missing', path: 'reason', message: '' };

/** Other limits from now on: the same fields, the same dry run, the same confirmation, and a reason. */
export function LimitsDialog({ episode, onClose, onDone }: Props) {
  const texts = useTexts();
  const { t, of } = texts;
  const isOwn = episode.kind === 'self-initiated';
  const [parameters, setParameters] = useState(() =>
    valuesOf(episode.settings, episode.parameters),
  );
  const [reason, setReason] = useState('');
  const said = reason.trim();
  const flow = useLimitsFlow({
    check: () => (said === '' ? [noReason] : []),
    dryRun: () => dryRunChange(episode.id, { parameters }),
    decide: ({ digest, ...asked }) =>
      changeLimits(episode.id, {
        ...{ parameters, reason: said, ...asked, digest: isOwn ? null : digest },
      }),
    onDone,
  });
  const { shown, problems } = flow;
  const { settings } = episode;
  return (
    <PlanDialog title={t('limitsTitle', { plan: of(episode.planName) })} onClose={onClose}>
      {shown === null ? (
        <Stack gap="md">
          {episode.limitNotice !== null && <Text size="sm">{of(episode.limitNotice)}</Text>}
          <SettingFields
            {...{ settings, values: parameters, problems }}
            onChange={(values, path) => {
              setParameters(values);
              flow.changed(path);
            }}
          />
          <Textarea
            label={t('changeReason')}
            size="md"
            autosize
            maxLength={1_000}
            withAsterisk
            value={reason}
            error={problemAt(problems, 'reason', texts)}
            onChange={(event) => {
              setReason(event.currentTarget.value);
              flow.changed('reason');
            }}
          />
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
