import type { EffectsReport } from '@hemma/protocols/api/effects.js';
import type { Plan } from '@hemma/protocols/plans/plan.js';
import type { PlanLibrary } from '../../authoring/library.js';
import { contentDir } from '../../folders.js';
import type { Content } from '../../plans/content.js';
import { loadEffectContent } from '../definitions.js';
import { spanOf } from '../period.js';
import { effectsReport } from '../report.js';
import type { EffectsAsked } from '../report.js';
import { readLog } from './read-log.js';
import { calendar } from './sources.js';
import type { EffectSources } from './sources.js';

export interface ReportParts extends EffectSources {
  readonly library: Pick<PlanLibrary, 'newest'>;
}

/** The report of what the cloud keeps. Throws as {@link readLog}. */
export async function makeReport(parts: ReportParts, asked: EffectsAsked): Promise<EffectsReport> {
  const content = await withAllPlans(parts);
  const span = spanOf(asked.period, calendar);
  const log = await readLog({ ...parts, content }, { span, level: asked.level });
  return effectsReport(log, asked, loadEffectContent(contentDir(), content));
}

/** With plans that nobody may start any more, but somebody has followed, in their latest version. */
async function withAllPlans({ db, content, library, planOf }: ReportParts): Promise<Content> {
  const plans = new Map<string, Plan>(library.newest(true));
  const followed = await db
    .selectFrom('episodes')
    .select((eb) => ['plan', 'plan_version', eb.fn.max('started_at').as('at')])
    .groupBy(['plan', 'plan_version'])
    .orderBy('at', 'desc')
    .execute();
  for (const { plan: id, plan_version } of followed) {
    const plan = planOf(id, plan_version);
    if (plan !== undefined && !plans.has(id)) plans.set(id, plan);
  }
  return { ...content, plans };
}
