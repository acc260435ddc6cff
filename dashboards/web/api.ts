import {
  apiErrorSchema,
  clinicPaths,
  patientsSchema,
  systemStatusSchema,
  tasksSchema,
  trendsSchema,
} from '@hemma/protocols/api/clinic.js';
import type {
  CloseReason,
  PatientSummary,
  SystemStatus,
  Task,
  Trends,
} from '@hemma/protocols/api/clinic.js';

/** Something that checks what came over the wire. */
interface Schema<T> {
  parse(value: unknown): T;
}

/** An answer that is not the one asked for; `code` is one of the registry. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

async function ask<T>(path: string, schema: Schema<T>, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init);
  const body: unknown = await response.json();
  if (response.ok) return schema.parse(body);
  const failure = apiErrorSchema.safeParse(body);
  throw failure.success
    ? new ApiError(failure.data.error.code, failure.data.error.message)
    : new ApiError('internal', response.statusText);
}

export const fetchPatients = async (): Promise<PatientSummary[]> =>
  (await ask(clinicPaths.patients, patientsSchema)).patients;

export const fetchTrends = (ref: string, fromMs: number, toMs: number): Promise<Trends> =>
  ask(`${clinicPaths.trends(ref)}?from=${fromMs}&to=${toMs}`, trendsSchema);

export const fetchTasks = async (): Promise<Task[]> =>
  (await ask(clinicPaths.tasks, tasksSchema)).tasks;

export const fetchStatus = (): Promise<SystemStatus> => ask(clinicPaths.status, systemStatusSchema);

/** Marks a task as seen by a person. */
export const acknowledgeTask = (id: string): Promise<void> => post(clinicPaths.acknowledge(id), {});

/** A person has answered it. */
export const closeTask = (id: string, reason: CloseReason): Promise<void> =>
  post(clinicPaths.close(id), { reason });

async function post(path: string, body: object): Promise<void> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  await ask(path, { parse: () => undefined }, init);
}
