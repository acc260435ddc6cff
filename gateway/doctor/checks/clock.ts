import { existsSync } from 'node:fs';
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
    if (existsSync(places.timeSynced))
      return Promise.resolve([fine({ sv: 'Ställd av nätverkstid.', en: 'Set by network time.' })]);
    return Promise.resolve([settings.clock === 'trusted' ? asToldTrusted : unconfirmed]);
  },
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
  fault(
    { sv: `Klockan visar år ${year}.`, en: `The clock shows the year ${year}.` },
    {
      sv: 'Anslut nätverket, så att klockan ställs: systemctl restart systemd-timesyncd',
      en: 'Connect the network, so that the clock is set: systemctl restart systemd-timesyncd',
    },
  );
