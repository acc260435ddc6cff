import type { Clock } from '@hemma/runtime/clock.js';
import type { LiveFeed } from './api/live.js';
import { sendDue } from './notify/sender.js';
import type { SenderParts } from './notify/sender.js';
import { Repeating } from './repeating.js';
import { escalate } from './worklist/escalation.js';
import { reviewChecks } from './worklist/calibration.js';
import { reviewCoverage } from './worklist/handover.js';

/** What nobody answered in time is passed on within this. */
const reviewEveryMs = 15_000;
/** Who is to be told is told within this, after what comes together was gathered. */
const notifyEveryMs = 5_000;

interface UpkeepParts extends SenderParts {
  readonly clock: Clock;
  readonly live: Pick<LiveFeed, 'touch'>;
}

/** What time alone brings to the worklist, and the messages about it. */
export function createUpkeep(parts: UpkeepParts): readonly Repeating[] {
  const { db, clock, log, live } = parts;
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
      ...{ name: 'notifications', everyMs: notifyEveryMs, clock, log },
      step: (stopping) => sendDue(parts, stopping),
    }),
  ];
}
