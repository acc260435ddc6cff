import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  addressEndSchema,
  addressRequestSchema,
  reminderChoicesSchema,
  remindersSchema,
  reminderTimeSchema,
} from '@hemma/protocols/api/reminders.js';
import type { Talker } from '../../messages/authority.js';
import { addAddress, removeAddress } from '../../people/addresses.js';
import { choose, setOwnTime } from '../../reminders/choices.js';
import { shownReminders } from '../../reminders/shown.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { talkerOf } from '../talker.js';

const path = '/api/patients/:ref/reminders';

/** `GET /api/patients/{ref}/reminders`, `POST …/time | choices | address | address-end`. */
export function reminderRoutes(app: FastifyInstance, context: ApiContext): void {
  const { db, live, clock } = context;
  const who = (request: FastifyRequest) => talkerOf(context, request);

  app.get(path, async (request) => {
    const { ref } = await who(request);
    return sent(remindersSchema, await shownReminders(context, ref, clock.wall().ms));
  });

  /** The patient, or staff for them, decides something. */
  const decide = <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    how: (ref: string, said: z.output<Schema>, person: Talker) => Promise<void>,
  ): void => {
    app.post(`${path}/${name}`, async (request) => {
      const { ref, person } = await who(request);
      await how(ref, received(schema, request.body), person);
      live.touch([ref]);
      return {};
    });
  };

  decide('time', reminderTimeSchema, (ref, said, person) => setOwnTime(context, person, ref, said));
  decide('choices', reminderChoicesSchema, (ref, said, person) =>
    choose(context, person, ref, said),
  );
  decide('address', addressRequestSchema, (ref, said) =>
    addAddress(db, ref, said, clock.wall().ms),
  );
  decide('address-end', addressEndSchema, (ref, { address }) => removeAddress(db, ref, address));
}
