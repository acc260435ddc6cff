import { NativeSelect } from '@mantine/core';
import { useStaff } from '../me.js';
import { useTexts } from '../texts/i18n.js';
import { chooseWho, useWho } from '../who.js';

/** As long as there is no sign-in, whoever sits here says who they are. */
export function WhoChoice() {
  const { t } = useTexts();
  const who = useWho();
  const options = useStaff().map((it) => ({ value: it.ref, label: it.displayName }));
  return (
    <NativeSelect
      size="xs"
      aria-label={t('who')}
      value={who}
      onChange={(event) => chooseWho(event.currentTarget.value)}
      data={[{ value: '', label: t('whoNobody') }, ...options]}
    />
  );
}
