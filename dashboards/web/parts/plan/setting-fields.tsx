import { Checkbox, MultiSelect, NativeSelect, NumberInput, Stack } from '@mantine/core';
import type { Setting } from '@hemma/protocols/api/prescribing.js';
import type { Problem } from '../../api.js';
import { useTexts } from '../../texts/i18n.js';
import { problemAt } from './problems.js';
import { boundsText, unitText } from './setting-text.js';
import type { SettingValue, SettingValues } from './setting-text.js';

interface Props {
  readonly settings: readonly Setting[];
  readonly values: SettingValues;
  readonly problems: readonly Problem[];
  /** The whole set, and the path of what was changed in it. */
  readonly onChange: (values: SettingValues, path: string) => void;
}

/** A field for each setting of a plan, with its bounds below and what is wrong with it. */
export function SettingFields({ settings, values, problems, onChange }: Props) {
  const texts = useTexts();
  return (
    <Stack gap="sm">
      {settings.map((setting) => (
        <SettingField
          key={setting.id}
          setting={setting}
          value={values[setting.id] ?? null}
          description={boundsText(setting, settings, texts)}
          error={problemAt(problems, pathOf(setting), texts)}
          onChange={(value) => onChange({ ...values, [setting.id]: value }, pathOf(setting))}
        />
      ))}
    </Stack>
  );
}

const pathOf = ({ id }: Setting): string => `parameters.${id}`;

interface FieldProps {
  readonly setting: Setting;
  readonly value: SettingValue;
  readonly description: string;
  readonly error: string | null;
  readonly onChange: (value: SettingValue) => void;
}

function SettingField({ setting, value, onChange, ...told }: FieldProps) {
  const { of, known } = useTexts();
  const label = of(setting.title);
  const common = { ...told, label, size: 'md' as const };
  if (setting.unit === 'yes/no')
    return (
      <Checkbox
        {...common}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  const choices = (setting.allowed ?? []).map((it) => ({
    value: it,
    label: known(`choice_${it}`, it),
  }));
  if (setting.unit === 'list')
    return (
      <MultiSelect
        {...common}
        data={choices}
        value={Array.isArray(value) ? value : []}
        onChange={onChange}
      />
    );
  if (setting.allowed !== null)
    return (
      <NativeSelect
        {...common}
        data={choices}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return <NumberField {...common} required={setting.required} {...{ setting, value, onChange }} />;
}

interface NumberProps extends Omit<FieldProps, 'description'> {
  readonly label: string;
  readonly description: string;
  readonly size: 'md';
  readonly required: boolean;
}

/** What is typed stays as it is: a value beyond the bounds is told, never changed unseen. */
function NumberField({ setting, value, onChange, required, ...common }: NumberProps) {
  const texts = useTexts();
  return (
    <NumberInput
      {...common}
      withAsterisk={required}
      hideControls
      clampBehavior="none"
      decimalSeparator={texts.language === 'sv' ? ',' : '.'}
      allowedDecimalSeparators={[',', '.']}
      inputMode="decimal"
      suffix={suffixOf(unitText(setting.unit, texts))}
      value={typeof value === 'number' ? value : ''}
      onChange={(typed) => onChange(typeof typed === 'number' ? typed : null)}
    />
  );
}

const suffixOf = (unit: string): string => (unit === '' ? '' : ` ${unit}`);
