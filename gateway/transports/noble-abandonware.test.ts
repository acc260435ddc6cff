import { createLog } from '@hemma/runtime/log.js';
import { SystemClock } from '@hemma/runtime/clock.js';
import { installVirtualHci } from '@hemma/simulators/radio/hci-socket.js';
import { testAir } from '../../tooling/testkit/noble.js';
import { gattTransportContract } from './link.contract.js';
import { NobleTransport } from './noble.js';

gattTransportContract('@abandonware/noble', () => {
  const air = testAir();
  installVirtualHci(air);
  const clock = new SystemClock({ trust: 'synced' });
  const log = createLog('test', 'silent');
  const transport = new NobleTransport({ library: 'abandonware', clock, log, callDeadlineMs: 500 });
  return Promise.resolve({ air, transport });
});
