import { Button, Checkbox, Group, List, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import type { UnitList } from '@hemma/protocols/api/prescribing.js';
import type { Problem } from '../../api.js';
import { useMe } from '../../me.js';
import { useTexts } from '../../texts/i18n.js';
import { kindsFor } from './draft.js';
import type { Draft } from './draft.js';
import { ProblemSummary, problemAt } from './problems.js';
import { SettingFields } from './setting-fields.js';
import type { LimitsFlow } from './use-limits-flow.js';

/** The draft, and the path of what was changed in it. */
type Change = (draft: Draft, path: string) => void;

interface Props {
  readonly draft: Draft;
  readonly units: UnitList['units'];
  readonly flow: LimitsFlow;
  readonly onChange: Change;
}

/** The first step: kind, unit, checklist and limits, each with what is wrong with it beside it. */
export function PrescribeForm({ draft, units, flow, onChange }: Props) {
  const { t, of } = useTexts();
  const { plan, parameters } = draft;
  const { problems } = flow;
  const isOwn = draft.kind === 'self-initiated';
  return (
    <Stack gap="lg">
      <AboutPlan draft={draft} />
      <KindChoice {...{ draft, problems, onChange }} />
      {!isOwn && <UnitChoice {...{ draft, units, problems, onChange }} />}
      {!isOwn && <Checklist {...{ draft, problems, onChange }} />}
      <Stack component="section" gap="sm" aria-label={t('limits')}>
        <Text fw={600}>{t('limits')}</Text>
        {plan.limitNotice !== null && <Text size="sm">{of(plan.limitNotice)}</Text>}
        <SettingFields
          {...{ settings: plan.parameters, values: parameters, problems }}
          onChange={(values, path) => onChange({ ...draft, parameters: values }, path)}
        />
      </Stack>
      <ProblemSummary problems={problems} attempt={flow.attempt} />
      <Group justify="flex-end">
        <Button size="md" loading={flow.isBusy} onClick={flow.consider}>
          {t('consider')}
        </Button>
      </Group>
    </Stack>
  );
}

function AboutPlan({ draft: { plan } }: { readonly draft: Draft }) {
  const { t, of } = useTexts();
  return (
    <div>
      <Text size="sm">
        {t('intendedUse', { text: of(plan.intendedUse) })} ({t('planVersion', plan)})
      </Text>
      <Text size="sm" mt={4}>
        {t('notFor')}
      </Text>
      <List size="sm">
        {plan.notFor.map((it) => (
          <List.Item key={it.en}>{of(it)}</List.Item>
        ))}
      </List>
    </div>
  );
}

interface FieldProps {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly onChange: Change;
}

function KindChoice({ draft, problems, onChange }: FieldProps) {
  const texts = useTexts();
  const { t } = texts;
  const me = useMe();
  return (
    <Radio.Group
      size="md"
      label={t('kindLabel')}
      value={draft.kind}
      error={problemAt(problems, 'kind', texts)}
      onChange={(value) => {
        const kind = draft.plan.kinds.find((it) => it === value);
        if (kind !== undefined) onChange({ ...draft, kind }, 'kind');
      }}
    >
      <Stack gap="xs" mt="xs">
        {kindsFor(draft.plan, me).map((kind) => (
          <Radio
            key={kind}
            size="md"
            value={kind}
            label={t(`kind_${kind}`)}
            description={t(`kindHelp_${kind}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function UnitChoice({
  draft,
  units,
  problems,
  onChange,
}: FieldProps & { readonly units: UnitList['units'] }) {
  const texts = useTexts();
  const { t, dateTime, number } = texts;
  const chosen = units.find((it) => it.id === draft.unit);
  const next = chosen?.nextStaffedAt ?? null;
  return (
    <NativeSelect
      size="md"
      label={t('unitLabel')}
      description={
        chosen !== undefined &&
        next !== null &&
        t('unitStaffed', { when: dateTime(next), budget: number(chosen.budgetMinutes, 0) })
      }
      error={problemAt([...problems, ...(chosen?.problems ?? [])].filter(isFirst), 'unit', texts)}
      value={draft.unit}
      onChange={(event) => onChange({ ...draft, unit: event.currentTarget.value }, 'unit')}
      data={[
        { value: '', label: t('chooseUnit') },
        ...units.map((it) => ({ value: it.id, label: it.name })),
      ]}
    />
  );
}

/** What a unit lacks is told as soon as it is chosen, and once. */
function isFirst({ code }: Problem, i: number, all: readonly Problem[]): boolean {
  return all.findIndex((it) => it.code === code) === i;
}

function Checklist({ draft, problems, onChange }: FieldProps) {
  const texts = useTexts();
  const { t, of } = texts;
  const { suitability } = draft;
  const tick = (id: string, isTicked: boolean) => {
    const others = suitability.filter((it) => it !== id);
    const ticked = isTicked ? [...others, id] : others;
    onChange({ ...draft, suitability: ticked }, `suitability.${id}`);
  };
  return (
    <Stack component="fieldset" gap="sm" className="plain" m={0} p={0}>
      <Text component="legend" fw={600} mb="xs">
        {t('suitability')}
      </Text>
      {draft.plan.suitability.map(({ id, text, required }) => {
        const error = problemAt(problems, `suitability.${id}`, texts);
        return (
          <Checkbox
            key={id}
            size="md"
            label={of(text)}
            description={required ? t('required') : undefined}
            error={error}
            aria-invalid={error !== null}
            checked={suitability.includes(id)}
            onChange={(event) => tick(id, event.currentTarget.checked)}
          />
        );
      })}
    </Stack>
  );
}
