import { Button, Checkbox, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { contactChannels, maxContactMinutes } from '@hemma/protocols/api/contacts.js';
import type { EpisodeShown } from '@hemma/protocols/api/episodes.js';
import { noteContact } from '../../plan-api.js';
import type { ContactRequest } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  readonly episode: EpisodeShown;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Staff and patient met or spoke, just now: how, for how long, and whether it replaced a visit. */
export function ContactDialog({ episode, onClose, onDone }: Props) {
  const { t, of } = useTexts();
  const empty: ContactRequest = { channel: 'phone', minutes: 10, replacesVisit: false };
  const [asked, setAsked] = useState(empty);
  const note = useAct(() => noteContact(episode.id, asked), onDone);
  return (
    <PlanDialog title={t('contactTitle', { plan: of(episode.planName) })} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('contactHelp')}</Text>
        <NativeSelect
          size="md"
          label={t('contactChannel')}
          value={asked.channel}
          onChange={(event) => {
            const channel = contactChannels.find((it) => it === event.currentTarget.value);
            if (channel !== undefined) setAsked({ ...asked, channel });
          }}
          data={contactChannels.map((it) => ({ value: it, label: t(`channel_${it}`) }))}
        />
        <NumberInput
          size="md"
          label={t('contactMinutes')}
          min={0}
          max={maxContactMinutes}
          allowDecimal={false}
          hideControls
          value={asked.minutes}
          onChange={(minutes) => setAsked({ ...asked, minutes: Number(minutes) })}
        />
        <Checkbox
          size="md"
          label={t('contactReplacesVisit')}
          checked={asked.replacesVisit}
          onChange={(event) => setAsked({ ...asked, replacesVisit: event.currentTarget.checked })}
        />
        <ProblemSummary problems={note.problems} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button size="md" loading={note.isBusy} onClick={() => note.act()}>
            {t('contactSave')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}
