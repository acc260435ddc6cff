import type { Kysely } from 'kysely';
import type { ReadingKind } from '@hemma/protocols/reading.js';
import type { Tables } from '../../database/schema.js';
import type { LentGateway } from '../../fleet/completeness.js';
import type { PastMeasurement } from '../../journal/journal.js';
import { pastColumns, toPast } from '../../journal/statements.js';
import type { CauseFacts } from './cause.js';
import type { Gap } from './gaps.js';
import type { OpenedStage } from './openings.js';
import { wasDeaf } from './radio-down.js';

interface Asked {
  readonly db: Kysely<Tables>;
  readonly patient: string;
  readonly gateways: readonly LentGateway[];
  readonly kinds: readonly ReadingKind[];
  readonly pause: CauseFacts['pause'];
  readonly position: number;
  readonly now: number;
}

/** More attempts than these say nothing more. */
const maxLooked = 20;

/** What is known of a gap, from the journal and from what the gateways said. Asked once for each. */
export async function causeFacts(
  asked: Asked,
  { gap, opening, missed }: Pick<OpenedStage, 'gap' | 'opening' | 'missed'>,
): Promise<CauseFacts> {
  const { gateways, now, kinds, pause } = asked;
  const comesByGateway = kinds.length > 0;
  const nothing = { pause, comesByGateway, batteryLow: false, attempts: 0, held: 0, underway: 0 };
  const isComplete = gateways.every((it) => (it.completeTo ?? 0) >= opening.decidedBy);
  if (!comesByGateway) return { ...nothing, radioDown: false, problems: [], isComplete };
  const entries = await newest(asked, gap.until);
  const inGap = entries.filter((it) => it.measuredAt > gap.from);
  const attempts = inGap.filter((it) => it.measurement.failure !== null).length;
  const refused = await refusedRows(asked, gap);
  // What is said now is about a gap that goes on.
  const goesOn = gap.until > now;
  return {
    ...{ pause, comesByGateway, isComplete },
    batteryLow: entries[0]?.measurement.flags.includes('device_battery_low') === true,
    attempts: attempts + refused,
    problems: goesOn ? gateways.flatMap((it) => it.problems) : [],
    radioDown: await wasDeaf(asked.db, gateways, missed),
    held: goesOn ? sumOf(gateways.map((it) => it.held)) : 0,
    underway: goesOn ? atHome(gateways) + (await behind(asked)) : 0,
  };
}

/** Rows that wait at a gateway that is there; those of one that is away are not on their way. */
function atHome(gateways: readonly LentGateway[]): number {
  return sumOf(gateways.filter((it) => it.state === 'online').map((it) => it.waiting));
}

function sumOf(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((sum, it) => sum + (it ?? 0), 0);
}

/** The newest readings and attempts of these kinds before an instant. Index: `journal_by_patient`. */
async function newest(
  { db, patient, kinds, position }: Asked,
  before: number,
): Promise<readonly PastMeasurement[]> {
  const rows = await db
    .selectFrom('journal')
    .select(pastColumns)
    .where('patient', '=', patient)
    .where('measured_at', '<', Math.min(before, Number.MAX_SAFE_INTEGER))
    .where('kind', 'in', [...kinds])
    .where('position', '<=', position)
    .orderBy('measured_at', 'desc')
    .orderBy('id', 'desc')
    .limit(maxLooked)
    .execute();
  return rows.map(toPast);
}

/** Index: `refused_by_time`. */
async function refusedRows({ db, gateways, now }: Asked, gap: Gap): Promise<number> {
  if (gateways.length === 0) return 0;
  const rows = await db
    .selectFrom('refused')
    .select('seq')
    .where('at', '>', gap.from)
    .where('at', '<', Math.min(gap.until, now + 1))
    .where('gateway', 'in', [...gateways.map((it) => it.gateway)])
    .limit(maxLooked)
    .execute();
  return rows.length;
}

/** Entries of the patient that the rules have not come to. */
async function behind({ db, patient, position }: Asked): Promise<number> {
  const rows = await db
    .selectFrom('journal')
    .select('position')
    .where('position', '>', position)
    .where('patient', '=', patient)
    .limit(maxLooked)
    .execute();
  return rows.length;
}
