import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';
import { brokerAddress } from './broker-address.js';
import type { BrokerAddress } from './broker-address.js';

/** Whether the broker has an address and answers there. */
export const broker: Check = {
  name: 'broker',
  title: { sv: 'Anslutning till molnet', en: 'Way to the cloud' },
  async examine({ settings, signal }) {
    const address = brokerAddress(settings.broker);
    try {
      await lookup(address.host);
    } catch (error) {
      return [nameless(address, codeOf(error))];
    }
    const code = await problemAt(address, signal);
    if (code !== null) return [silent(address, code)];
    const { host } = address;
    const answers = fine({ sv: `${host} svarar.`, en: `${host} answers.` });
    return address.isSecure || isHere(host) ? [answers] : [answers, readable];
  },
};

/** Null when something accepts the connection. */
async function problemAt(
  { host, port }: BrokerAddress,
  signal: AbortSignal,
): Promise<string | null> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal });
    return null;
  } catch (error) {
    return codeOf(error);
  } finally {
    socket.destroy();
  }
}

/** This computer itself. */
const isHere = (host: string): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(host);

function nameless({ host }: BrokerAddress, code: string): Finding {
  return fault(
    { sv: `Namnet ${host} finns inte (${code}).`, en: `There is no name ${host} (${code}).` },
    {
      sv: 'Kontrollera nätverket och inställningen broker.',
      en: 'Look at the network and at the setting broker.',
    },
  );
}

function silent({ host, port }: BrokerAddress, code: string): Finding {
  return fault(
    {
      sv: `${host} svarar inte på port ${port} (${code}).`,
      en: `${host} does not answer at port ${port} (${code}).`,
    },
    {
      sv: 'Kontrollera nätverket. Fungerar annat: molnet är nere eller en brandvägg stoppar porten.',
      en: 'Look at the network. If all else works, the cloud is down or a firewall closes the port.',
    },
  );
}

const readable = warning(
  { sv: 'Vägen till molnet är inte krypterad.', en: 'The way to the cloud is not encrypted.' },
  { sv: 'Använd mqtts:// i inställningen broker.', en: 'Use mqtts:// in the setting broker.' },
);
