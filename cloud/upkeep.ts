import type { Clock } from '@hemma/runtime/clock.js';
import type { LiveFeed } from './api/live.js';
import type { Catalogue } from './catalogue.js';
import type { Prompts } from './commands/wanted.js';
import type { PlanOf } from './episodes/episode-course.js';
import { reviewFeedback } from './messages/feedback.js';
import { sendDue } from './notify/sender.js';
import type { SenderParts } from './notify/sender.js';
import type { Content } from './plans/content.js';
import { queueReminders } from './reminders/queue.js';
import { sendNotices } from './reminders/sender.js';
import { Repeating } from './repeating.js';
import { Schedules } from './schedules/schedules.js';
import { escalate } from './worklist/escalation.js';
import { reviewChecks } from './worklist/calibration.js';
import { reviewCoverage } from './worklist/handover.js';

/** What nobody answered in time is passed on within this. */
const reviewEveryMs = 15_000;
/** Who is to be told is told within this, after what comes together was gathered. */
const notifyEveryMs = 5_000;
/** A reminder comes within this after its minute. */
const remindEveryMs = 10_000;
/** A home is told of other staffed hours within this, and the two seconds of the sender. */
const hoursEveryMs = 15_000;
/** A text that staff have not written is told within this: it reads what is known of many patients. */
const feedbackEveryMs = 900_000;

interface UpkeepParts extends SenderParts {
  readonly clock: Clock;
  readonly live: Pick<LiveFeed, 'touch'>;
  readonly planOf: PlanOf;
  readonly content: Content;
  readonly catalogue: Catalogue;
  readonly prompts: Prompts;
}

/** What time alone brings to the worklist, and the messages about it. */
export function createUpkeep(parts: UpkeepParts): readonly Repeating[] {
  const { db, clock, log, live, prompts } = parts;
  const schedules = new Schedules(clock, prompts);
  return [
    new Repeating({
      ...{ name: 'worklist', everyMs: reviewEveryMs, clock, log },
      step: async () => {
        const passedOn = await escalate(db, clock);
        const isHandedOver = await reviewCoverage(db, clock.wall().ms);
        const isCheckDue = await reviewChecks(db, clock.wall().ms);
        if (passedOn.length > 0 || isHandedOver || isCheckDue)
          live.touch(passedOn.flatMap((it) => it.patient ?? []));
      },
    }),
    new Repeating({
      ...{ name: 'schedules', everyMs: hoursEveryMs, clock, log },
      step: () => schedules.review(db),
    }),
    new Repeating({
      ...{ name: 'feedback', everyMs: feedbackEveryMs, clock, log },
      step: async () => {
        const changed = await reviewFeedback(parts);
        if (changed.length > 0) live.touch(changed);
      },
    }),
    new Repeating({
      ...{ name: 'reminders', everyMs: remindEveryMs, clock, log },
      step: async (stopping) => {
        await queueReminders(parts);
        await sendNotices(parts, stopping);
      },
    }),
    new Repeating({
      ...{ name: 'notifications', everyMs: notifyEveryMs, clock, log },
      step: (stopping) => sendDue(parts, stopping),
    }),
  ];
}
