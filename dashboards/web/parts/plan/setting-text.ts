import type { Setting } from '@hemma/protocols/api/prescribing.js';
import type { Texts } from '../../texts/i18n.js';

/** Units that say something else than the value; the value says it all. */
const silent: readonly string[] = ['yes/no', 'list', 'code'];

export type SettingValue = Setting['default'];
export type SettingValues = Readonly<Record<string, SettingValue>>;

/** What is set, and the values of the plan for the rest. */
export function valuesOf(settings: readonly Setting[], set: SettingValues): SettingValues {
  return { ...Object.fromEntries(settings.map((it) => [it.id, it.default])), ...set };
}

/** What is set of these settings, and the values of the plan for the rest. */
export function keptValues(settings: readonly Setting[], set: SettingValues): SettingValues {
  const known = Object.entries(set).filter(([id]) => settings.some((it) => it.id === id));
  return valuesOf(settings, Object.fromEntries(known));
}

/** A unit as people write it: `mm[Hg]` is mmHg. */
export function unitText(unit: string, { known }: Texts): string {
  if (silent.includes(unit)) return '';
  return known(`unit_${unit}`, unit.replace('[Hg]', 'Hg'));
}

/** A value that is set, with its unit; in words when there is none. */
export function valueText(setting: Setting, value: SettingValue | undefined, texts: Texts) {
  const { t, known } = texts;
  if (value === null || value === undefined) return t('notSet');
  if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
  if (typeof value === 'number')
    return `${numberText(value, texts)}\u00a0${unitText(setting.unit, texts)}`.trim();
  const chosen = typeof value === 'string' ? [value] : value;
  return chosen.map((it) => known(`choice_${it}`, it)).join(', ');
}

/** With as many decimals as it has. */
export function numberText(value: number, { number }: Texts): string {
  return number(value, String(value).split('.')[1]?.length ?? 0);
}

/** What bounds a setting, and what the plan sets by itself. */
export function boundsText(setting: Setting, all: readonly Setting[], texts: Texts): string {
  const { t, of } = texts;
  const { min, max, mustBeBelow } = setting;
  const other = all.find((it) => it.id === mustBeBelow);
  const bounds =
    min === null || max === null
      ? ''
      : t('bounds', {
          ...{ min: numberText(min, texts), max: numberText(max, texts) },
          unit: unitText(setting.unit, texts),
        }).trim();
  const planned =
    setting.default === null
      ? ''
      : t('planValue', { value: valueText(setting, setting.default, texts) });
  const below = other === undefined ? '' : t('belowOther', { other: of(other.title) });
  return [bounds, planned, below].filter((it) => it !== '').join(' · ');
}
