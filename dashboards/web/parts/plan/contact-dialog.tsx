import { Button, Checkbox, Group, NativeSelect, NumberInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { contactChannels, maxContactMinutes } from '@hemma/protocols/api/contacts.js';
import type { ContactPurpose } from '@hemma/protocols/api/contacts.js';
import { noteContact } from '../../plan-api.js';
import type { ContactRequest } from '../../plan-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from './plan-dialog.js';
import { ProblemSummary } from './problems.js';
import { useAct } from './use-act.js';

interface Props {
  /** Its id. */
  readonly episode: string;
  readonly title: string;
  /** The talk of a programme that this was. */
  readonly purpose?: ContactPurpose;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A talk is spoken; what is written is no talk. */
const spoken = contactChannels.filter((it) => it !== 'message');

/** Staff and patient met or spoke, just now: how, for how long, and whether it replaced a visit. */
export function ContactDialog({ episode, title, purpose, onClose, onDone }: Props) {
  const { t } = useTexts();
  const empty: ContactRequest = { channel: 'phone', minutes: 10, replacesVisit: false, purpose };
  const [asked, setAsked] = useState(empty);
  const channels = purpose === undefined ? contactChannels : spoken;
  const note = useAct(() => noteContact(episode, asked), onDone);
  return (
    <PlanDialog title={title} onClose={onClose}>
      <Stack gap="md">
        <Text size="sm">{t('contactHelp')}</Text>
        <NativeSelect
          size="md"
          label={t('contactChannel')}
          value={asked.channel}
          onChange={(event) => {
            const channel = channels.find((it) => it === event.currentTarget.value);
            if (channel !== undefined) setAsked({ ...asked, channel });
          }}
          data={channels.map((it) => ({ value: it, label: t(`channel_${it}`) }))}
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
