import { Badge } from '@mantine/core';
import type { PatientSummary } from '@hemma/protocols/api/clinic.js';
import { useTexts } from '../texts/i18n.js';

type Colour = PatientSummary['colour'];

/** Dark enough for white text (WCAG 2.2 AA); colour is never the only sign, the text says it too. */
const shades: Readonly<Record<Colour, string>> = {
  green: '#1b6e3c',
  yellow: '#8a5a00',
  red: '#b3261e',
  grey: '#5b6468',
};

export function ColourBadge({
  colour,
  label,
}: {
  readonly colour: Colour;
  readonly label?: string;
}) {
  const { t } = useTexts();
  return (
    <Badge color={shades[colour]} tt="none" size="sm">
      {label ?? t(`colour_${colour}`)}
    </Badge>
  );
}
