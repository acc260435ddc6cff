const ofPatient = (patient: string) => `/api/patients/${encodeURIComponent(patient)}`;
const ofEpisode = (id: string) => `/api/episodes/${encodeURIComponent(id)}`;

/** The paths of prescribing, in one place for the server and the pages. */
export const prescribingPaths = {
  units: '/api/units',
  plans: (patient: string) => `${ofPatient(patient)}/plans`,
  dryRun: (patient: string) => `${ofPatient(patient)}/dry-run`,
  episodes: (patient: string) => `${ofPatient(patient)}/episodes`,
  changeDryRun: (id: string) => `${ofEpisode(id)}/dry-run`,
  limits: (id: string) => `${ofEpisode(id)}/limits`,
  version: (id: string) => `${ofEpisode(id)}/version`,
  pause: (id: string) => `${ofEpisode(id)}/pause`,
  resume: (id: string) => `${ofEpisode(id)}/resume`,
  snooze: (id: string) => `${ofEpisode(id)}/snooze`,
  snoozeEnd: (id: string) => `${ofEpisode(id)}/snooze-end`,
  phase: (id: string) => `${ofEpisode(id)}/phase`,
  series: (id: string) => `${ofEpisode(id)}/series`,
  contact: (id: string) => `${ofEpisode(id)}/contact`,
  end: (id: string) => `${ofEpisode(id)}/end`,
  baseline: (id: string) => `${ofEpisode(id)}/baseline`,
} as const;
