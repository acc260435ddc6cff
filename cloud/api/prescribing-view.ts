import type { z } from 'zod';
import type { episodesSchema } from '@hemma/protocols/api/episodes.js';
import type { dryRunSchema, startablePlansSchema } from '@hemma/protocols/api/prescribing.js';
import type { Parameter, Plan } from '@hemma/protocols/plans/plan.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { severities } from '@hemma/protocols/plans/rule.js';
import type { Catalogue } from '../catalogue.js';
import type { KeptEvent } from '../record/care-record.js';
import { ofKind } from '../record/care-record.js';
import type { Shown } from '../prescribing/consider.js';
import { dateOfDay } from '@hemma/protocols/plans/calendar.js';
import type { EpisodeOverview } from '../prescribing/overview.js';
import { calendar } from '../prescribing/parts.js';
import type { ListedPlan } from '../prescribing/plan-list.js';

/** What is prescribed, as it crosses HTTP. */

type PlanView = z.input<typeof startablePlansSchema>['plans'][number];
type EpisodeView = z.input<typeof episodesSchema>['episodes'][number];

export function planView({ plan, problems }: ListedPlan): PlanView {
  return {
    ...{ id: plan.id, version: plan.version, title: plan.title },
    patientGroup: plan.condition.patientGroup,
    ...{ startable: problems.length === 0, problems: [...problems], kinds: plan.monitoringKinds },
    limitNotice: plan.limitNotice ?? null,
    emergencyNotice: plan.emergencyNotice ?? null,
    ...{ intendedUse: plan.intendedUse, notFor: plan.notFor, suitability: plan.suitability },
    parameters: plan.parameters.map(setting),
    phases: plan.phases,
    durationDays: plan.duration.defaultDays,
    reviewEveryDays: plan.duration.reviewEveryDays,
    patientInstructions: plan.patientInstructions,
    response: severities.flatMap((severity) => {
      const promised = plan.response[severity];
      return promised === undefined ? [] : [{ severity, ...promised }];
    }),
  };
}

function setting({ min, max, allowed, mustBeBelow, ...it }: Parameter): EpisodeView['settings'][0] {
  const bounds = { min: min ?? null, max: max ?? null, allowed: allowed ?? null };
  return { ...it, ...bounds, mustBeBelow: mustBeBelow ?? null };
}

export function dryRunView(shown: Shown): z.input<typeof dryRunSchema> {
  const { plan, parameters, before, digest, problems, prediction } = shown;
  return {
    ...{ plan: plan.id, version: plan.version, parameters, before, digest, prediction },
    problems: [...problems],
    limitNotice: plan.limitNotice ?? null,
    emergencyNotice: plan.emergencyNotice ?? null,
  };
}

export function episodeView(overview: EpisodeOverview): EpisodeView {
  const { episode, course, phase } = overview;
  const { plan: planId, startedAt, endedAt, endReason } = episode;
  const plan = course?.plan ?? null;
  return {
    ...{ id: episode.id, plan: planId, planVersion: episode.planVersion },
    ...planPart(plan, planId),
    newerVersion: overview.newerVersion,
    ...{ kind: episode.kind, unit: episode.unit, state: overview.state },
    ...{ startedAt, endedAt, endReason, planDay: overview.planDay },
    phase: phase && titled(phase),
    parameters: episode.parameters,
    ...{ confirmed: confirmedIn(overview.events), looks: overview.looks },
    pauses: pausesIn(overview),
    baselines: ofKind(overview.events, 'baseline').map(({ at, receivedAt, staff, event }) => ({
      ...{ from: dateOfDay(calendar.dayOf(at)), takenAt: receivedAt, staff },
      ...{ values: event.values, reason: event.reason },
    })),
    decisions: overview.events.map(decision),
    occasions: occasionsOf(overview),
  };
}

/** What the version of a plan says; one that is not known here any more has no name but its id. */
function planPart(plan: Plan | null, id: string) {
  return {
    planName: plan?.title ?? { sv: id, en: id },
    phases: (plan?.phases ?? []).map(titled),
    series: (plan?.series ?? []).map((it) => it.id),
    settings: (plan?.parameters ?? []).map(setting),
    limitNotice: plan?.limitNotice ?? null,
    emergencyNotice: plan?.emergencyNotice ?? null,
  };
}

function pausesIn({ pauses }: EpisodeOverview): EpisodeView['pauses'] {
  // One that was taken back before it began was none.
  const some = pauses.filter((it) => it.fromDay <= it.toDay);
  return some.map(({ id, fromDay, toDay, reason }) => ({
    ...{ id, reason, from: dateOfDay(fromDay) },
    to: toDay === Infinity ? null : dateOfDay(toDay),
  }));
}

/** Whoever confirmed what is set last. */
function confirmedIn(events: readonly KeptEvent[]): EpisodeView['confirmed'] {
  const set = events.findLast(({ event }) => event.kind === 'start' || event.kind === 'limits');
  if (set === undefined || !('confirmed' in set.event) || set.event.confirmed === undefined)
    return null;
  return { at: set.receivedAt, staff: set.event.confirmed.by };
}

/** The staff that an episode refers to. */
export function staffIn({ decisions, confirmed, baselines }: EpisodeView): readonly string[] {
  const refs = [...decisions, ...baselines, ...(confirmed === null ? [] : [confirmed])];
  return refs.flatMap(({ staff }) => staff ?? []);
}

/** What the zero measurements of these episodes are of. */
export function quantitiesIn(
  episodes: readonly EpisodeView[],
  { quantities }: Catalogue,
): z.input<typeof episodesSchema>['quantities'] {
  const ids = episodes.flatMap((it) => it.baselines.flatMap(({ values }) => Object.keys(values)));
  const known = ids.flatMap((id) => {
    // A map answers for any text; only its type is narrower.
    const found = quantities.get(id as QuantityCode);
    return found === undefined ? [] : [[id, found] as const];
  });
  return Object.fromEntries(
    known.map(([id, { name, unit, decimals }]) => [id, { name, unit, decimals }]),
  );
}

function titled({ id, title }: { id: string; title: { sv: string; en: string } }) {
  return { id, title };
}

function decision({ receivedAt, staff, event }: KeptEvent): EpisodeView['decisions'][number] {
  const { kind, ...detail } = event;
  return { at: receivedAt, staff, kind, detail };
}

function occasionsOf({ course, occasions }: EpisodeOverview): EpisodeView['occasions'] {
  const tasks = new Map((course?.plan.tasks ?? []).map((it) => [it.id, it]));
  return occasions.map(({ task, day, window, opensAt, closesAt, state }) => {
    const known = tasks.get(task);
    return {
      ...{ task, opensAt, closesAt, state, date: dateOfDay(day) },
      title: known?.title ?? { sv: task, en: task },
      window: known?.schedule.windows.find((it) => it.id === window)?.label ?? null,
    };
  });
}
