import { errorCodes } from '@hemma/protocols/errors.js';
import type { HealingOutcome, HealingStep, StepOutcome } from '@hemma/protocols/wire/healing.js';
import { table } from '@hemma/runtime/table.js';
import type { GatewayOverview } from '../fleet/fleet.js';
import type { KeptHealing, LastStep } from '../fleet/healings.js';
import { moment } from './context.js';

/** What a gateway said of itself, in lines for people. */

const stepWords: Readonly<Record<HealingStep, string>> = {
  rescan: 'listened anew',
  reset_adapter: 'switched the adapter off and on',
  restart_bluetooth: 'restarted the Bluetooth service',
  power_cycle_usb: 'cut the power of the adapter',
  reboot: 'restarted the whole gateway',
};

const outcomeWords: Readonly<Record<HealingOutcome, string>> = {
  ill: 'goes on',
  unhealed: 'goes on, a person is needed',
  cured: 'cured',
  passed: 'passed by itself',
  unproven: 'not known',
};

const stepOutcomeWords: Readonly<Record<StepOutcome, string>> = {
  pending: 'outcome not known yet',
  cured: 'it helped',
  no_effect: 'it did not help',
  failed: 'it could not be done',
  unproven: 'nobody came by to see',
};

export const count = (known: number | null): string => (known === null ? '-' : String(known));

/** The last step for the radio in a few words, for a list. */
export function lastStepWords(last: LastStep | null): string {
  return last === null ? '-' : `${stepWords[last.step]}: ${stepOutcomeWords[last.outcome]}`;
}

export function gatewayLines(one: GatewayOverview, healings: readonly KeptHealing[]): string[] {
  const { waiting, held, doubtful, problems, healing } = one;
  return [
    `${one.id}, lent to ${one.patients.join(' ') || 'nobody'}`,
    `${one.state}, last seen ${moment(one.lastSeenAt)}, software ${one.software ?? '-'}`,
    `waiting ${count(waiting)}, held ${count(held)}, doubtful ${count(doubtful)}, command ${one.command}`,
    ...(problems.length === 0 ? ['nothing is wrong'] : problems.map(problemLine)),
    ...lastStepLines(healing),
    ...healingLines(healings),
  ];
}

const problemLine = (code: GatewayOverview['problems'][number]): string =>
  `wrong: ${code}: ${errorCodes[code].meaning}`;

function lastStepLines(last: LastStep | null): string[] {
  if (last === null) return [];
  const inADay = Object.values(last.stepsADay).reduce((sum, steps) => sum + steps, 0);
  return [`last step for its radio: ${lastStepWords(last)}; ${inADay} in its last day`];
}

function healingLines(healings: readonly KeptHealing[]): string[] {
  if (healings.length === 0) return ['no healing of its radio is kept'];
  const rows = healings.map((it) => [
    moment(it.sinceAt),
    it.cause,
    stepWords[it.highest],
    String(it.steps),
    outcomeWords[it.outcome],
    it.recoveryMs === null ? '-' : duration(it.recoveryMs),
  ]);
  const head = ['ill since', 'cause', 'hardest step', 'steps', 'outcome', 'well after'];
  return ['', 'healings of its radio, newest first', ...table(head, rows)];
}

/** `40 s`, `12 min`, `3 h 5 min`. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
