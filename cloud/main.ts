import { runCommandLine } from './cli/program.js';

// Names, measurements and secrets are nobody else's on this machine.
process.umask(0o077);
await runCommandLine(process.argv.slice(2));
