import type { QuantityCode, ReadingKind } from '@hemma/protocols/reading.js';
import { en } from './texts-en.js';
import { sv } from './texts-sv.js';

export const texts = { sv, en } as const;

/** Puts what is named in braces into a text. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

interface QuantityText {
  readonly sv: string;
  readonly en: string;
  /** As it is shown. */
  readonly unit: { readonly sv: string; readonly en: string };
}

function quantity(sv: string, en: string, unit: string, unitInEnglish = unit): QuantityText {
  return { sv, en, unit: { sv: unit, en: unitInEnglish } };
}

/** The plain names of the glossary where it has one; a test compares them. */
export const quantityTexts: Readonly<Record<QuantityCode, QuantityText>> = {
  systolic_bp: quantity('Övertryck', 'Upper pressure', 'mmHg'),
  diastolic_bp: quantity('Undertryck', 'Lower pressure', 'mmHg'),
  mean_arterial_pressure: quantity('Medelartärtryck', 'Mean arterial pressure', 'mmHg'),
  pulse_rate: quantity('Puls', 'Pulse', 'slag/min', 'beats/min'),
  body_weight: quantity('Vikt', 'Weight', 'kg'),
  body_height: quantity('Längd', 'Height', 'cm'),
  bmi: quantity('BMI', 'Body mass index', 'kg/m²'),
  body_fat_percentage: quantity('Kroppsfett', 'Body fat', '%'),
  spo2: quantity('Syremättnad', 'Oxygen saturation', '%'),
  pulse_amplitude_index: quantity('Perfusionsindex', 'Perfusion index', '%'),
  glucose: quantity('Blodsocker', 'Blood glucose', 'mmol/l', 'mmol/L'),
  body_temperature: quantity('Kroppstemperatur', 'Body temperature', '°C'),
  respiration_rate: quantity('Andningsfrekvens', 'Respiration rate', '/min'),
  fev1: quantity('Lungfunktion (FEV1)', 'Lung function (FEV1)', 'liter', 'litres'),
  fvc: quantity('FVC', 'FVC', 'liter', 'litres'),
  pef: quantity('Utandningshastighet (PEF)', 'Peak expiratory flow (PEF)', 'l/min', 'L/min'),
  fev1_fvc_ratio: quantity('FEV1/FVC', 'FEV1/FVC', '%'),
};

export const kindTexts: Readonly<
  Record<ReadingKind, { readonly sv: string; readonly en: string }>
> = {
  blood_pressure: { sv: 'Blodtryck', en: 'Blood pressure' },
  body_weight: { sv: 'Vikt', en: 'Weight' },
  body_composition: { sv: 'Kroppssammansättning', en: 'Body composition' },
  spo2: { sv: 'Syremättnad', en: 'Oxygen saturation' },
  glucose: { sv: 'Blodsocker', en: 'Blood glucose' },
  body_temperature: { sv: 'Kroppstemperatur', en: 'Body temperature' },
  heart_rate: { sv: 'Puls', en: 'Pulse' },
  spirometry: { sv: 'Lungfunktion', en: 'Lung function' },
};
