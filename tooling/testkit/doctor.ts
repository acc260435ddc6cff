import { join } from 'node:path';
import { checkSettings } from '@hemma/runtime/config.js';
import type { Check, Finding, Places } from '@hemma/gateway/doctor/check.js';
import { examineAll } from '@hemma/gateway/doctor/examine.js';
import { settingsSchema } from '@hemma/gateway/settings.js';
import { askBluez } from '@hemma/gateway/transports/bluez/seen.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import type { Clock } from '@hemma/runtime/clock.js';
import { testFolder } from './folder.js';

/** One look of the doctor at a home of this test. */

export interface Ward {
  readonly settings?: object;
  readonly places?: Partial<Places>;
  /** Address of the message bus. */
  readonly bus?: string;
  readonly clock?: Clock;
  readonly deadlineMs?: number;
}

/** What the look tells of these settings; what is not given is sound. */
async function look(check: Check, ward: Ward = {}): Promise<readonly Finding[]> {
  const folder = testFolder();
  const settings = checkSettings(
    settingsSchema,
    {
      ...{ gateway: 'home-17', secret: 'known to this test', patient: 'p-00000001' },
      ...{ broker: 'mqtt://127.0.0.1:1', dataDir: folder, ...ward.settings },
    },
    'this test',
  );
  const nowhere = join(folder, 'nowhere');
  const places = {
    ...{ adapters: nowhere, switches: nowhere, bonds: nowhere, blockDevices: nowhere },
    ...{ timeSynced: nowhere, groups: '/etc/group', ...ward.places },
  };
  const clock = ward.clock ?? new SystemClock({ trust: 'unknown' });
  const bus = ward.bus ?? `unix:path=${nowhere}`;
  const subject = {
    ...{ settings, source: 'this test', clock, places },
    askBluez: () => askBluez(clock, bus),
  };
  const [examined] = await examineAll([check], subject, ward.deadlineMs ?? 10_000);
  return examined?.findings ?? [];
}

/** The same in short: verdict and English words of each finding. */
export async function words(check: Check, ward: Ward = {}): Promise<readonly string[]> {
  const findings = await look(check, ward);
  return findings.map(({ verdict, said }) => `${verdict}: ${said.en}`);
}
