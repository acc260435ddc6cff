import { Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { DryRun, Setting } from '@hemma/protocols/api/prescribing.js';
import { useMe, useStaff } from '../../me.js';
import { useTexts } from '../../texts/i18n.js';
import { DryRunView } from './dry-run-view.js';
import { ProblemSummary, problemAt } from './problems.js';
import type { LimitsFlow } from './use-limits-flow.js';

interface Props {
  readonly flow: LimitsFlow;
  readonly shown: DryRun;
  readonly settings: readonly Setting[];
  /** Recommended by staff without a licence: another one confirms. */
  readonly mayAskOther: boolean;
  readonly confirmText: string;
}

/** The second step: what would hold and what it would have raised, and who answers for it. */
export function ConfirmLimits({ flow, shown, settings, mayAskOther, confirmText }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const [confirmedBy, setConfirmedBy] = useState('');
  const [overBudgetReason, setReason] = useState('');
  const said = overBudgetReason.trim();
  const confirm = () =>
    flow.confirm({
      digest: shown.digest,
      confirmedBy: confirmedBy === '' ? null : confirmedBy,
      overBudgetReason: said === '' ? null : said,
    });
  return (
    <Stack gap="md">
      <DryRunView shown={shown} settings={settings} />
      {shown.prediction?.unit?.isOverBudget === true && (
        <Textarea
          label={t('overBudgetReason')}
          size="md"
          autosize
          maxLength={1_000}
          value={overBudgetReason}
          error={problemAt(flow.problems, 'overBudgetReason', texts)}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            flow.changed('overBudgetReason');
          }}
        />
      )}
      <WhoConfirms
        mayAskOther={mayAskOther}
        error={problemAt(flow.problems, 'confirmation', texts)}
        chosen={confirmedBy}
        onChoose={(staff) => {
          setConfirmedBy(staff);
          flow.changed('confirmation');
        }}
      />
      <ProblemSummary problems={flow.problems} attempt={flow.attempt} />
      <Group justify="space-between">
        <Button size="md" variant="default" onClick={flow.back}>
          {t('back')}
        </Button>
        <Button size="md" loading={flow.isBusy} onClick={confirm}>
          {confirmText}
        </Button>
      </Group>
    </Stack>
  );
}

interface WhoProps {
  readonly mayAskOther: boolean;
  readonly error: string | null;
  readonly chosen: string;
  readonly onChoose: (staff: string) => void;
}

function WhoConfirms({ mayAskOther, error, chosen, onChoose }: WhoProps) {
  const { t } = useTexts();
  const me = useMe();
  const licensed = useStaff().filter((it) => it.licensed);
  if (me === null) return null;
  if (me.licensed) return <Text size="sm">{t('youConfirm', { name: me.displayName })}</Text>;
  if (!mayAskOther) return <Text size="sm">{t('nobodyLicensed')}</Text>;
  return (
    <NativeSelect
      size="md"
      label={t('confirmedBy')}
      error={error}
      value={chosen}
      onChange={(event) => onChoose(event.currentTarget.value)}
      data={[
        { value: '', label: t('chooseConfirmer') },
        ...licensed.map((it) => ({ value: it.ref, label: it.displayName })),
      ]}
    />
  );
}
