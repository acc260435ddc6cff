import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { patientBoard } from './boards/patient.js';

/** Writes the boards as the JSON that Grafana loads; with `--check` only compares. */

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export function generatedFiles(): GeneratedFile[] {
  const board = JSON.stringify(patientBoard(), null, 2);
  return [{ path: 'dashboards/grafana/boards/patient.generated.json', text: `${board}\n` }];
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Run from the root of the repository. Exit code 1 when a file is not what it should be. */
function main(check: boolean): void {
  for (const { path, text } of generatedFiles()) {
    if (!check) writeFileSync(path, text);
    else if (readOrEmpty(path) !== text) {
      process.stderr.write(`${path} is out of date: run npm run generate\n`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.includes('--check'));
