import { patientBoard } from './boards/patient.js';

/** The boards as the JSON that Grafana loads; `npm run generate` writes them. */

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A new board is a line here. */
export function generatedFiles(): GeneratedFile[] {
  const board = JSON.stringify(patientBoard(), null, 2);
  return [{ path: 'dashboards/grafana/boards/patient.generated.json', text: `${board}\n` }];
}
