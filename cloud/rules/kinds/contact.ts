import type { Condition } from '@hemma/protocols/plans/condition.js';
import { inOrder } from '../../plans/lookup.js';
import { type ConditionKind, holdsByTime } from '../condition.js';

type NoContact = Extract<Condition, { type: 'no-contact' }>;
type ContactMade = Extract<Condition, { type: 'contact-made' }>;

/** No message, call or visit by staff for `days` days; the start of the plan counts as one. */
export const noContact: ConditionKind<NoContact> = {
  moments: (_, evidence) => evidence.contacts(),

  ticks: ({ days }) => ({ time: 'night', days }),

  judge: ({ days }, { evidence, point }) => {
    const until = evidence.contacts().filter((it) => inOrder(it, point) <= 0);
    const lastDay = until.at(-1)?.day ?? evidence.course.startDay;
    return point.day - lastDay >= days ? holdsByTime(point) : 'fails';
  },
};

/** Staff had contact after the finding was raised. */
export const contactMade: ConditionKind<ContactMade> = {
  moments: (_, evidence) => evidence.contacts(),

  judge: (_, { evidence, point, raised }) => {
    const until = evidence.contacts().filter((it) => inOrder(it, point) <= 0);
    const last = until.at(-1);
    if (last === undefined || raised === null || inOrder(last, raised.from) <= 0) return 'fails';
    return { newest: last, knownAt: last.receivedAt, used: [] };
  },
};
