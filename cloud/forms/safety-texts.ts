import type { SafetyPage } from '@hemma/protocols/api/forms.js';

const notRead: SafetyPage['paragraphs'][number] = {
  sv: 'Dina svar läses inte direkt. Vänta inte på att vi hör av oss.',
  en: 'Your answers are not read at once. Do not wait for us to call.',
};

const acute: SafetyPage = {
  id: 'acute-112',
  title: { sv: 'Ring 112 om det är akut', en: 'Call 112 in an emergency' },
  paragraphs: [
    {
      sv: 'Har du svårt att andas, ont i bröstet eller har du svimmat? Ring 112 nu.',
      en: 'Is it hard to breathe, does your chest hurt, or have you fainted? Call 112 now.',
    },
    {
      sv: 'Är du orolig eller mår du sämre? Ring sjukvårdsrådgivningen 1177, dygnet runt.',
      en: 'Are you worried, or do you feel worse? Call healthcare advice, 1177, at any hour.',
    },
    notRead,
  ],
};

const selfHarm: SafetyPage = {
  id: 'self-harm',
  title: { sv: 'Du behöver inte vara ensam med det här', en: 'You need not be alone with this' },
  paragraphs: [
    {
      sv: 'Är det akut, eller tänker du på att ta ditt liv? Ring 112 nu.',
      en: 'Is it an emergency, or do you think of taking your life? Call 112 now.',
    },
    {
      sv: 'Du kan prata med någon: Självmordslinjen 90101 eller sjukvårdsrådgivningen 1177.',
      en: 'You can talk to somebody: Självmordslinjen 90101, or healthcare advice 1177.',
    },
    notRead,
  ],
};

/**
 * What is shown at once after certain answers: complete in itself, it never waits for staff. A page
 * that a questionnaire of a region names and that is not here is the one about emergencies.
 */
export function safetyPage(id: string): SafetyPage {
  return id === selfHarm.id ? selfHarm : { ...acute, id };
}
