// How many readings of an outbox the cloud has not confirmed, held and doubtful ones included: `unsent.mjs FILE`.
import { inspectOutbox } from '@hemma/gateway/outbox/inspect.js';

const { waiting, held, doubtful } = inspectOutbox(process.argv[2]);
process.stdout.write(`${waiting + held + doubtful}\n`);
