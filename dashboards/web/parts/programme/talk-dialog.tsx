import { Button, Checkbox, Group, NativeSelect, NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { contactChannels, maxContactMinutes } from '@hemma/protocols/api/contacts.js';
import type { ContactPurpose } from '@hemma/protocols/api/contacts.js';
import type { Programme } from '@hemma/protocols/api/programmes.js';
import { noteTalk } from '../../programme-api.js';
import type { ContactAsked } from '../../programme-api.js';
import { useTexts } from '../../texts/i18n.js';
import { PlanDialog } from '../plan/plan-dialog.js';
import { ProblemSummary } from '../plan/problems.js';
import { useAct } from '../plan/use-act.js';

interface Props {
  readonly programme: Programme;
  readonly kind: ContactPurpose;
  readonly title: string;
  readonly onClose: () => void;
}

/** A talk is spoken; what is written is no talk. */
const channels = contactChannels.filter((it) => it !== 'message');

/** A talk that took place today, with the time that it took. */
export function TalkDialog({ programme, kind, title, onClose }: Props) {
  const { t } = useTexts();
  const [asked, setAsked] = useState<ContactAsked>({
    ...{ channel: 'phone', minutes: 15, replacesVisit: false, purpose: kind },
  });
  const note = useAct(() => noteTalk(programme.episode, asked), onClose);
  return (
    <PlanDialog title={title} onClose={onClose}>
      <Stack gap="md">
        <NativeSelect
          size="md"
          label={t('talkChannel')}
          value={asked.channel}
          onChange={(event) => {
            const channel = channels.find((it) => it === event.currentTarget.value);
            if (channel !== undefined) setAsked({ ...asked, channel });
          }}
          data={channels.map((it) => ({ value: it, label: t(`channel_${it}`) }))}
        />
        <NumberInput
          size="md"
          label={t('talkMinutes')}
          min={0}
          max={maxContactMinutes}
          allowDecimal={false}
          hideControls
          value={asked.minutes}
          onChange={(it) => setAsked({ ...asked, minutes: Number(it) })}
        />
        <Checkbox
          size="md"
          label={t('talkReplaces')}
          checked={asked.replacesVisit}
          onChange={(event) => setAsked({ ...asked, replacesVisit: event.currentTarget.checked })}
        />
        <ProblemSummary problems={note.problems} />
        <Group justify="space-between">
          <Button size="md" variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button size="md" loading={note.isBusy} onClick={() => note.act()}>
            {t('talkSave')}
          </Button>
        </Group>
      </Stack>
    </PlanDialog>
  );
}
