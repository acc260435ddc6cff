import { existsSync } from 'node:fs';
import { latestWallMsIn } from '../../outbox/inspect.js';
import { outboxFileIn } from '../../settings.js';
import { earliestMs } from '../../timestamps.js';
import { fault, fine, warning } from '../check.js';
import type { Check } from '../check.js';

/** Whether the time is right, and who says so. */
export const clock: Check = {
  name: 'clock',
  title: { sv: 'Klocka', en: 'Clock' },
  examine({ settings, clock: machine, places }) {
    const { ms } = machine.wall();
    if (ms < earliestMs) return Promise.resolve([longAgo(new Date(ms).getUTCFullYear())]);
    const behindMs = latestKnownMs(outboxFileIn(settings.dataDir)) - ms;
    if (behindMs > toleranceMs) return Promise.resolve([behind(behindMs)]);
    if (existsSync(places.timeSynced))
      return Promise.resolve([fine({ sv: 'Ställd av nätverkstid.', en: 'Set by network time.' })]);
    return Promise.resolve([settings.clock === 'trusted' ? asToldTrusted : unconfirmed]);
  },
};

/** A time service sets a clock back by seconds as well. */
const toleranceMs = 60_000;
const hourMs = 3_600_000;

/** What an outbox that can be read says to be past; the look at the outbox tells of any other. */
function latestKnownMs(file: string): number {
  try {
    return existsSync(file) ? latestWallMsIn(file) : 0;
  } catch {
    return 0;
  }
}

const behind = (ms: number) =>
  fault(
    {
      sv: `Klockan går minst ${(ms / hourMs).toFixed(1).replace('.', ',')} timmar efter.`,
      en: `The clock is at least ${(ms / hourMs).toFixed(1)} hours slow.`,
    },
    setIt,
  );

const setIt = {
  sv: 'Anslut nätverket, så att klockan ställs: systemctl restart systemd-timesyncd',
  en: 'Connect the network, so that the clock is set: systemctl restart systemd-timesyncd',
};

const asToldTrusted = fine({
  sv: 'Räknas som rätt enligt inställningen clock.',
  en: 'Taken as right, as the setting clock says.',
});

const unconfirmed = warning(
  {
    sv: 'Ingen tidsserver har bekräftat tiden. Mätvärden väntar tills molnet har gjort det.',
    en: 'No time server has confirmed the time. Readings wait until the cloud does.',
  },
  {
    sv: 'Kontrollera nätverket och: systemctl status systemd-timesyncd',
    en: 'Look at the network and: systemctl status systemd-timesyncd',
  },
);

const longAgo = (year: number) =>
  fault({ sv: `Klockan visar år ${year}.`, en: `The clock shows the year ${year}.` }, setIt);
