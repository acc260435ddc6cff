import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { trendsSchema } from '@hemma/protocols/api/clinic.js';
import type { Trend, TrendSeries } from '@hemma/protocols/api/clinic.js';
import { CodedError } from '@hemma/protocols/errors.js';
import type { QuantityCode } from '@hemma/protocols/reading.js';
import { eventsOf } from '../../record/care-record.js';
import { confirmedIn, errorsIn } from '../../record/patient-record.js';
import { goalBand } from '../../rules/goals.js';
import { drawnLimits } from '../../rules/limits.js';
import type { Bounded, FailedAttempt, TrendPoint, TrendQuery } from '../../trends/trends.js';
import { chartsOf } from '../charts.js';
import type { Chart } from '../charts.js';
import { received, sent } from '../check.js';
import type { ApiContext } from '../context.js';
import { askedPatient } from '../patient.js';
import type { AskedPatient } from '../patient.js';

/** Half a year of six readings a day is 1 100 points; nobody sees more in one chart. */
export const maxPoints = 5_000;
/** Two months: what a visit looks back on. */
const defaultPeriodMs = 60 * 86_400_000;

/** Milliseconds since 1970 UTC, of any day that a measurement may have. */
const moment = z
  .string()
  .regex(/^\d{1,15}$/, 'milliseconds since 1970')
  .transform(Number);
const periodSchema = z.strictObject({ from: moment.optional(), to: moment.optional() });

/** `GET /api/patients/{ref}/trends?from&to`: every chart of a patient that has something in it. */
export function trendRoutes(app: FastifyInstance, context: ApiContext): void {
  const charts = chartsOf(context.catalogue);
  app.get('/api/patients/:ref/trends', async (request) => {
    const patient = await askedPatient(context.db, request.params);
    const period = periodOf(request.query, context.clock.wall().ms);
    const query = { patient: patient.ref, ...period, limit: maxPoints };
    const failures = await context.trends.readFailures(query);
    const events = await eventsOf(context.db, patient.ref);
    const owners = { errors: errorsIn(events), confirmed: confirmedIn(events) };
    const asked = { patient, query, failures, owners };
    const read = charts.map((chart) => readChart({ ...asked, chart }, context));
    const trends = (await Promise.all(read)).filter(
      (trend) => trend.failures.length > 0 || trend.series.length > 0,
    );
    const { fromMs: from, toMs: to } = period;
    return sent(trendsSchema, { patient: patient.ref, from, to, trends });
  });
}

function periodOf(asked: unknown, now: number): { fromMs: number; toMs: number } {
  const { from, to } = received(periodSchema, asked);
  const toMs = to ?? now;
  const fromMs = from ?? Math.max(0, toMs - defaultPeriodMs);
  if (fromMs > toMs) throw new CodedError('request_invalid', 'from: must not be after to');
  return { fromMs, toMs };
}

/** What staff have said of single measurements. */
interface Owners {
  readonly errors: ReadonlySet<string>;
  readonly confirmed: ReadonlySet<string>;
}

interface Asked {
  readonly chart: Chart;
  readonly patient: AskedPatient;
  readonly query: TrendQuery;
  readonly failures: Bounded<FailedAttempt>;
  readonly owners: Owners;
}

async function readChart(asked: Asked, context: ApiContext): Promise<Trend> {
  const { chart, query } = asked;
  const lines = await Promise.all(
    chart.codes.map(async (code) => ({
      code,
      read: await context.trends.read({ ...query, code }),
    })),
  );
  const failures = chart.hasFailures
    ? asked.failures.items.filter((it) => it.kind === chart.kind && !asked.owners.errors.has(it.id))
    : [];
  return {
    id: chart.id,
    kind: chart.kind,
    name: chart.name,
    series: lines
      .filter(({ read }) => read.items.some(isPatients))
      .map(({ code, read }) => seriesOf(code, read.items, asked, context)),
    failures: failures.map(({ at, reason }) => ({ at, reason })),
    truncated:
      lines.some(({ read }) => read.truncated) || (chart.hasFailures && asked.failures.truncated),
  };
}

/** A run with control solution checks the meter; it is no value of the patient. */
function isPatients(point: TrendPoint): boolean {
  return !point.flags.includes('control_solution');
}

function seriesOf(
  code: QuantityCode,
  points: readonly TrendPoint[],
  { patient, owners }: Asked,
  { planOf, catalogue }: ApiContext,
): TrendSeries {
  const running = patient.episodes.flatMap(({ plan, planVersion, parameters }) => {
    const known = planOf(plan, planVersion);
    return known === undefined ? [] : [{ plan: known, parameters }];
  });
  const goals = running.flatMap((it) => goalBand(it.plan, it.parameters, code) ?? []);
  const quantity = catalogue.quantities.get(code);
  return {
    code,
    name: quantity?.name ?? { sv: code, en: code },
    unit: quantity?.unit ?? '',
    decimals: quantity?.decimals ?? 0,
    // Of two plans with a goal for the same quantity, the one that began first.
    goal: goals[0] ?? null,
    limits: running.flatMap((it) => drawnLimits(it.plan, it.parameters, code)),
    points: points.filter(isPatients).map((point) => shownPoint(point, owners)),
  };
}

function shownPoint(
  { id, at, value, uncertaintyMs, flags }: TrendPoint,
  { errors, confirmed }: Owners,
): TrendSeries['points'][number] {
  const point = { at, value, uncertaintyMs };
  if (errors.has(id)) return { ...point, flags: [...flags], owner: 'other' };
  if (!flags.includes('owner_unconfirmed')) return { ...point, flags: [...flags] };
  return confirmed.has(id)
    ? { ...point, flags: flags.filter((it) => it !== 'owner_unconfirmed') }
    : { ...point, flags: [...flags], owner: 'asked' };
}
