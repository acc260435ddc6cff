import { execFile } from 'node:child_process';
import { fault, fine } from '../check.js';
import type { Check, Finding } from '../check.js';

const unit = 'hemma-gateway.service';

/** Whether the gateway runs, where systemd runs it. */
export const service: Check = {
  name: 'service',
  title: { sv: 'Tjänst', en: 'Service' },
  async examine({ signal }) {
    const said = await show(signal);
    if (said?.get('LoadState') !== 'loaded') return [notInstalled];
    const restarts = Number(said.get('NRestarts'));
    if (said.get('ActiveState') === 'active') return [running(restarts)];
    return [notRunning(said.get('Result') ?? '')];
  },
};

const notInstalled = fine({
  sv: 'Inte installerad som tjänst på den här datorn.',
  en: 'Not installed as a service on this computer.',
});

function running(restarts: number): Finding {
  return fine({
    sv: `Gatewayen är igång; omstartad ${restarts} gånger.`,
    en: `The gateway is running; restarted ${restarts} times.`,
  });
}

function notRunning(result: string): Finding {
  return fault(
    { sv: `Gatewayen är inte igång (${result}).`, en: `The gateway is not running (${result}).` },
    {
      sv: 'Åtgärda felen nedan, sedan: systemctl restart hemma-gateway',
      en: 'Put right what is wrong below, then: systemctl restart hemma-gateway',
    },
  );
}

/** What systemd says of the unit; null where there is none to ask. */
function show(signal: AbortSignal): Promise<ReadonlyMap<string, string> | null> {
  const properties = '--property=LoadState,ActiveState,Result,NRestarts';
  return new Promise((resolve) => {
    execFile('systemctl', ['show', unit, properties], { signal }, (error, stdout) => {
      if (error !== null) {
        resolve(null);
        return;
      }
      const pairs = stdout
        .trim()
        .split('\n')
        .map((line) => line.split('=', 2));
      resolve(new Map(pairs.map(([name = '', value = '']) => [name, value])));
    });
  });
}
