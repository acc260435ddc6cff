import type { z } from 'zod';
import {
  apiErrorSchema,
  clinicPaths,
  findingsSchema,
  patientsSchema,
  systemStatusSchema,
  trendsSchema,
} from '@hemma/protocols/api/clinic.js';
import type {
  Findings,
  PatientSummary,
  SystemStatus,
  Trends,
} from '@hemma/protocols/api/clinic.js';
import { devicePaths } from '@hemma/protocols/api/devices.js';
import { effectPaths } from '@hemma/protocols/api/effects.js';
import { staffHeader, staffPath, staffSchema } from '@hemma/protocols/api/staff.js';
import type { StaffList } from '@hemma/protocols/api/staff.js';
import { taskHistorySchema, tasksSchema, worklistPaths } from '@hemma/protocols/api/worklist.js';
import type { ResolveReason, Task, TaskHistory } from '@hemma/protocols/api/worklist.js';
import { whoIsHere } from './who.js';

/** Something that checks what came over the wire. */
interface Schema<T> {
  parse(value: unknown): T;
}

type Told = z.infer<typeof apiErrorSchema>['error'];
export type Problem = NonNullable<Told['problems']>[number];

/** An answer that is not the one asked for; `code` is one of the registry. */
export class ApiError extends Error {
  readonly code: string;
  /** Every reason at once, where there may be several. */
  readonly problems: readonly Problem[];

  constructor({ code, message, problems = [] }: Told) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.problems = problems;
  }
}

/** Throws {@link ApiError} for every answer that is not the one asked for. */
export async function ask<T>(path: string, schema: Schema<T>, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const failure = apiErrorSchema.safeParse(body);
  throw failure.success
    ? new ApiError(failure.data.error)
    : new ApiError({ code: 'internal', message: response.statusText });
}

export const fetchPatients = async (): Promise<PatientSummary[]> =>
  (await ask(clinicPaths.patients, patientsSchema)).patients;

export const fetchTrends = (ref: string, fromMs: number, toMs: number): Promise<Trends> =>
  ask(`${clinicPaths.trends(ref)}?from=${fromMs}&to=${toMs}`, trendsSchema);

export const fetchTasks = async (): Promise<Task[]> =>
  (await ask(worklistPaths.tasks, tasksSchema)).tasks;

export const fetchTaskHistory = (id: string): Promise<TaskHistory> =>
  ask(worklistPaths.history(id), taskHistorySchema);

export const fetchFindings = (ref: string): Promise<Findings> =>
  ask(clinicPaths.findings(ref), findingsSchema);

export const fetchStatus = (): Promise<SystemStatus> => ask(clinicPaths.status, systemStatusSchema);

export const fetchStaff = async (): Promise<StaffList['staff']> =>
  (await ask(staffPath, staffSchema)).staff;

/** Marks a task as seen by a person. */
export const acknowledgeTask = (id: string): Promise<void> =>
  post(worklistPaths.acknowledge(id), {});

/** Whoever sits here works on it. */
export const takeTask = (id: string): Promise<void> => post(worklistPaths.take(id), {});

export const noteTask = (id: string, text: string): Promise<void> =>
  post(worklistPaths.note(id), { text });

/** Closes what is information only, several at once. */
export const resolveTasks = (ids: readonly string[], reason: ResolveReason): Promise<void> =>
  post(worklistPaths.resolveMany, { ids, reason });

/** A person has dealt with it. */
export const resolveTask = (id: string, reason: ResolveReason): Promise<void> =>
  post(worklistPaths.resolve(id), { reason });

/** Whoever sits here has checked a device today. */
export const verifyDevice = (device: string): Promise<void> =>
  post(devicePaths.verified, { device });

/** Somebody works in the view of a patient. */
export const beInView = (patient: string): Promise<void> => post(effectPaths.presence(patient), {});

/** Sends what has no answer of its own. */
export async function post(path: string, body: object): Promise<void> {
  await send(path, body, { parse: () => undefined });
}

/** Asks in the name of whoever sits here: what is shown to staff alone. */
export function askAs<T>(path: string, schema: Schema<T>): Promise<T> {
  return ask(path, schema, { headers: { [staffHeader]: whoIsHere() } });
}

/** Sends something in the name of whoever sits here. */
export async function send<T>(path: string, body: object, schema: Schema<T>): Promise<T> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', [staffHeader]: whoIsHere() },
    body: JSON.stringify(body),
  };
  return ask(path, schema, init);
}
