import { MqttConnection } from '@hemma/runtime/mqtt.js';
import { lookingAs } from '@hemma/protocols/wire/topics.js';
import { fault, fine } from '../check.js';
import type { Check, Subject } from '../check.js';

/**
 * Whether the broker lets the gateway in. It comes under another client id: under its own it would
 * throw out the gateway that runs meanwhile.
 */
export const credentials: Check = {
  name: 'credentials',
  title: { sv: 'Inloggning', en: 'Sign-in' },
  async examine(subject) {
    return [told[await knock(subject)]];
  },
};

type Answer = 'accepted' | 'refused' | 'closed';

const told = {
  accepted: fine({ sv: 'Molnet släpper in gatewayen.', en: 'The cloud lets the gateway in.' }),
  refused: fault(
    { sv: 'Molnet godtar inte id eller hemlighet.', en: 'The cloud does not accept id or secret.' },
    {
      sv: 'Rätta gateway och secret i inställningarna; hemma-cloud gateway list visar id.',
      en: 'Put gateway and secret in the settings right; hemma-cloud gateway list shows ids.',
    },
  ),
  closed: fault(
    { sv: 'Inget svar på inloggningen.', en: 'The sign-in got no answer.' },
    {
      sv: 'Se anslutning till molnet och certifikat ovan.',
      en: 'See way to the cloud and certificate above.',
    },
  ),
} as const;

async function knock({ settings, signal }: Subject): Promise<Answer> {
  const { gateway, secret, broker } = settings;
  let connection: MqttConnection | null = null;
  try {
    return await new Promise<Answer>((resolve) => {
      connection = new MqttConnection({
        url: broker,
        clientId: lookingAs(gateway),
        username: gateway,
        password: secret,
        protocolVersion: 4,
        filters: [],
        onMessage: () => undefined,
        onConnected: () => resolve('accepted'),
        onDisconnected: resolve,
      });
      signal.addEventListener('abort', () => resolve('closed'), { once: true });
      connection.start();
    });
  } finally {
    await (connection as MqttConnection | null)?.stop();
  }
}
