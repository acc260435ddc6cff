import { Loader, NativeSelect, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { StartablePlan, UnitList } from '@hemma/protocols/api/prescribing.js';
import { useMe } from '../../me.js';
import { dryRunStart, fetchPlans, fetchUnits, startPlan } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { ConfirmLimits } from './confirm-limits.js';
import { draftOf, draftProblems, whoElse } from './draft.js';
import type { Draft } from './draft.js';
import { PlanDialog } from './plan-dialog.js';
import { PrescribeForm } from './prescribe-form.js';
import { problemText } from './problems.js';
import { useLimitsFlow } from './use-limits-flow.js';

interface Props {
  readonly patient: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A plan is chosen, filled in, tried on the last 90 days, confirmed, and then it begins. */
export function PrescribeDialog({ patient, onClose, onDone }: Props) {
  const { t } = useTexts();
  const me = useMe();
  const plans = useQuery({ queryKey: ['plans', patient], queryFn: () => fetchPlans(patient) });
  const units = useQuery({ queryKey: ['units'], queryFn: fetchUnits });
  const [plan, setPlan] = useState<StartablePlan | null>(null);
  const isReady = plans.isSuccess && units.isSuccess;
  const unit = me?.unit ?? onlyOf(units.data ?? []);
  const draft = plan === null ? null : draftOf(plan, me, unit);
  return (
    <PlanDialog title={t(me === null ? 'startOwn' : 'prescribe')} onClose={onClose}>
      {isReady ? (
        <Stack gap="md">
          <PlanChoice plans={plans.data} chosen={plan?.id ?? ''} onChoose={setPlan} />
          {draft !== null && (
            <Prescribing
              key={draft.plan.id}
              {...{ patient, empty: draft, units: units.data, onDone }}
            />
          )}
        </Stack>
      ) : (
        <Loader aria-label={t('loading')} />
      )}
    </PlanDialog>
  );
}

/** The one unit that there is; empty when there is a choice. */
function onlyOf(units: UnitList['units']): string {
  return units.length === 1 ? (units[0]?.id ?? '') : '';
}

interface ChoiceProps {
  readonly plans: readonly StartablePlan[];
  readonly chosen: string;
  readonly onChoose: (plan: StartablePlan | null) => void;
}

/** What cannot begin says why, and cannot be chosen. */
function PlanChoice({ plans, chosen, onChoose }: ChoiceProps) {
  const texts = useTexts();
  const { t, of } = texts;
  const me = useMe();
  const choices = plans.map((plan) => {
    const [wrong] = plan.problems;
    const other = whoElse(plan, me);
    const told = wrong === undefined ? other && t(other) : problemText(wrong, texts);
    const label = told === null ? of(plan.title) : `${of(plan.title)} (${told})`;
    return { value: plan.id, label, disabled: told !== null };
  });
  return (
    <NativeSelect
      size="md"
      label={t('planLabel')}
      value={chosen}
      onChange={(event) =>
        onChoose(plans.find((it) => it.id === event.currentTarget.value) ?? null)
      }
      data={[{ value: '', label: t('choosePlan') }, ...choices]}
    />
  );
}

interface PrescribingProps {
  readonly patient: string;
  readonly empty: Draft;
  readonly units: UnitList['units'];
  readonly onDone: () => void;
}

function Prescribing({ patient, empty, units, onDone }: PrescribingProps) {
  const { t } = useTexts();
  const [draft, setDraft] = useState(empty);
  const { plan, kind, parameters } = draft;
  const isOwn = kind === 'self-initiated';
  const asked = {
    ...{ plan: plan.id, version: plan.version, parameters },
    unit: isOwn || draft.unit === '' ? null : draft.unit,
  };
  const flow = useLimitsFlow({
    check: () => draftProblems(draft, units),
    dryRun: () => dryRunStart(patient, asked),
    decide: ({ digest, ...confirmed }) =>
      startPlan(patient, {
        ...{ ...asked, ...confirmed, kind, digest: isOwn ? null : digest },
        suitability: isOwn ? [] : [...draft.suitability],
      }),
    onDone,
  });
  if (flow.shown === null)
    return (
      <PrescribeForm
        {...{ draft, units, flow }}
        onChange={(next, path) => {
          setDraft(next);
          flow.changed(path);
        }}
      />
    );
  return (
    <ConfirmLimits
      {...{ flow, shown: flow.shown, settings: plan.parameters }}
      mayAskOther={kind === 'recommended'}
      confirmText={t(isOwn ? 'startOwnNow' : 'confirmStart')}
    />
  );
}
