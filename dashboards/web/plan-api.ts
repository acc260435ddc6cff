import type { z } from 'zod';
import type { contactRequestSchema } from '@hemma/protocols/api/contacts.js';
import { episodesSchema } from '@hemma/protocols/api/episodes.js';
import type { EpisodeList } from '@hemma/protocols/api/episodes.js';
import {
  dryRunSchema,
  startablePlansSchema,
  startedSchema,
  unitsSchema,
} from '@hemma/protocols/api/prescribing.js';
import type {
  changeDryRunSchema,
  DryRun,
  dryRunRequestSchema,
  endRequestSchema,
  limitsRequestSchema,
  pauseRequestSchema,
  StartablePlan,
  startRequestSchema,
  UnitList,
  versionRequestSchema,
} from '@hemma/protocols/api/prescribing.js';
import { prescribingPaths as paths } from '@hemma/protocols/api/prescribing-paths.js';
import { ask, post, send } from './api.js';

type StartRequest = z.input<typeof startRequestSchema>;
type LimitsRequest = z.input<typeof limitsRequestSchema>;
export type ContactRequest = z.input<typeof contactRequestSchema>;
export type PauseRequest = z.input<typeof pauseRequestSchema>;
export type EndRequest = z.input<typeof endRequestSchema>;

/** The plans that a patient could follow, and why one cannot begin. */
export const fetchPlans = async (patient: string): Promise<StartablePlan[]> =>
  (await ask(paths.plans(patient), startablePlansSchema)).plans;

/** What a patient follows and has followed, the latest first. */
export const fetchEpisodes = (patient: string): Promise<EpisodeList> =>
  ask(paths.episodes(patient), episodesSchema);

export const fetchUnits = async (): Promise<UnitList['units']> =>
  (await ask(paths.units, unitsSchema)).units;

export const dryRunStart = (
  patient: string,
  asked: z.input<typeof dryRunRequestSchema>,
): Promise<DryRun> => send(paths.dryRun(patient), asked, dryRunSchema);

export const dryRunChange = (
  episode: string,
  asked: z.input<typeof changeDryRunSchema>,
): Promise<DryRun> => send(paths.changeDryRun(episode), asked, dryRunSchema);

export const startPlan = async (patient: string, asked: StartRequest): Promise<void> => {
  await send(paths.episodes(patient), asked, startedSchema);
};

export const changeLimits = (episode: string, asked: LimitsRequest): Promise<void> =>
  post(paths.limits(episode), asked);

/** Moves an episode to a newer version of its plan, with the limits that hold there. */
export const moveToVersion = (
  episode: string,
  asked: z.input<typeof versionRequestSchema>,
): Promise<void> => post(paths.version(episode), asked);

export const pauseEpisode = (episode: string, asked: PauseRequest): Promise<void> =>
  post(paths.pause(episode), asked);

export const resumeEpisode = (episode: string): Promise<void> => post(paths.resume(episode), {});

export const movePhase = (episode: string, phase: string): Promise<void> =>
  post(paths.phase(episode), { phase });

export const noteContact = (episode: string, asked: ContactRequest): Promise<void> =>
  post(paths.contact(episode), asked);

export const endEpisode = (episode: string, asked: EndRequest): Promise<void> =>
  post(paths.end(episode), asked);
