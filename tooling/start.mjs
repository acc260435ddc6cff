// `npm start`: the whole system on this machine with simulated homes.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ready, root } from './ready.mjs';

ready();
const demo = spawn(
  process.execPath,
  [join(root, 'simulators/bin/hemma-sim.mjs'), 'demo', ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
// Ctrl-C reaches the demo too (same terminal); it ends everything it started and then itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 0) : 1;
});
