import { once } from 'node:events';
import { isIP } from 'node:net';
import { checkServerIdentity, connect } from 'node:tls';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { codeOf, fault, fine, warning } from '../check.js';
import type { Check, Finding } from '../check.js';
import { brokerAddress } from './broker-address.js';
import type { BrokerAddress } from './broker-address.js';

/** Whether the broker proves to be who it is, and for how long yet. */
export const certificate: Check = {
  name: 'certificate',
  title: { sv: 'Certifikat', en: 'Certificate' },
  async examine({ settings, clock, signal }) {
    const address = brokerAddress(settings.broker);
    if (!address.isSecure)
      return [fine({ sv: 'Inget behövs utan TLS.', en: 'None is needed without TLS.' })];
    let socket: TLSSocket;
    try {
      socket = await shakeHands(address, signal);
    } catch (error) {
      return [noTls(codeOf(error))];
    }
    const finding = judge(socket, address.host, clock.wall().ms);
    socket.destroy();
    return [finding];
  },
};

/** Accepts whatever is shown, in order to tell what is wrong with it; nothing is sent to it. */
async function shakeHands(address: BrokerAddress, signal: AbortSignal): Promise<TLSSocket> {
  const { host, port } = address;
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket = connect({ host, port, rejectUnauthorized: false, ...servername });
  try {
    await once(socket, 'secureConnect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

const dayMs = 86_400_000;
/** A renewal that has not come by then does not come by itself. */
const minDays = 14;

function judge(socket: TLSSocket, host: string, nowMs: number): Finding {
  const shown: PeerCertificate = socket.getPeerCertificate();
  const leftMs = Date.parse(shown.valid_to) - nowMs;
  const days = Math.floor(Math.abs(leftMs) / dayMs);
  if (leftMs < 0) return expired(days);
  if (Date.parse(shown.valid_from) > nowMs) return notYet;
  if (checkServerIdentity(host, shown) !== undefined) return otherName(host);
  if (!socket.authorized) return untrusted(String(socket.authorizationError));
  return days < minDays ? soon(days) : valid(days);
}

const renew = {
  sv: 'Förnya certifikatet i molnet; gatewayen behöver inte ändras.',
  en: 'Renew the certificate in the cloud; the gateway need not be changed.',
};

function expired(days: number): Finding {
  const said = {
    sv: `Molnets certifikat gick ut för ${days} dagar sedan.`,
    en: `The certificate of the cloud expired ${days} days ago.`,
  };
  return fault(said, renew);
}

function soon(days: number): Finding {
  const said = {
    sv: `Molnets certifikat går ut om ${days} dagar.`,
    en: `The certificate of the cloud expires in ${days} days.`,
  };
  return warning(said, renew);
}

function valid(days: number): Finding {
  return fine({ sv: `Giltigt i ${days} dagar till.`, en: `Valid for ${days} more days.` });
}

const notYet = fault(
  { sv: 'Certifikatet gäller inte än.', en: 'The certificate is not valid yet.' },
  { sv: 'Klockan går fel: se klocka ovan.', en: 'The clock is wrong: see clock above.' },
);

function otherName(host: string): Finding {
  return fault(
    { sv: `Certifikatet är inte utfärdat för ${host}.`, en: `The certificate is not for ${host}.` },
    {
      sv: 'Rätta namnet i inställningen broker, eller molnets certifikat.',
      en: 'Put the name in the setting broker right, or the certificate of the cloud.',
    },
  );
}

function untrusted(code: string): Finding {
  return fault(
    {
      sv: `Certifikatet är inte betrott (${code}).`,
      en: `The certificate is not trusted (${code}).`,
    },
    {
      sv: 'Lägg till utfärdaren: NODE_EXTRA_CA_CERTS i tjänstens miljö (docs: install).',
      en: 'Add its issuer: NODE_EXTRA_CA_CERTS in the environment of the service (docs: install).',
    },
  );
}

function noTls(code: string): Finding {
  return fault(
    { sv: `Ingen TLS-förbindelse (${code}).`, en: `There is no TLS (${code}).` },
    {
      sv: 'Se anslutning till molnet ovan. Svarar den: porten talar inte TLS, rätta broker.',
      en: 'See way to the cloud above. If that answers, the port speaks no TLS: put broker right.',
    },
  );
}
