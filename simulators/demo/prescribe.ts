import { z } from 'zod';

/** Plans are started by the cloud's own commands, as staff would do it. */

/** Runs a command of the cloud to its end; gives what it printed as JSON. */
export type CloudCommand = (...args: readonly string[]) => Promise<unknown>;

/** A unit that answers, and the licensed professional who prescribes there. */
export interface DemoUnit {
  readonly unit: string;
  readonly professional: string;
}

export interface Prescribed {
  readonly patient: string;
  readonly plan: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const refSchema = z.looseObject({ ref: z.string() });
const shownSchema = z.looseObject({
  digest: z.string(),
  suitability: z.array(z.looseObject({ id: z.string() })),
});

/** Opens a unit with office hours, one who is responsible and one who stands in. */
export async function openUnit(command: CloudCommand): Promise<DemoUnit> {
  const unit = 'demo-clinic';
  await command('unit', 'add', unit, '--name', 'Demomottagningen');
  const add = async (...more: readonly string[]) =>
    refSchema.parse(await command('staff', 'add', '--unit', unit, ...more)).ref;
  const professional = await add('--name', 'Demo · sköterska', '--role', 'clinician', '--licensed');
  const substitute = await add('--name', 'Demo · vikarie', '--role', 'clinician', '--licensed');
  const named = ['--responsible', professional, '--substitute', substitute];
  await command('unit', 'set', unit, ...named);
  return { unit, professional };
}

/** Looks at the limits first, then confirms what was shown. */
export async function prescribe(
  command: CloudCommand,
  { unit, professional }: DemoUnit,
  { patient, plan, parameters }: Prescribed,
): Promise<void> {
  const limits = ['--unit', unit, '--parameters', JSON.stringify(parameters)];
  const shown = shownSchema.parse(await command('plan', 'dry-run', patient, plan, ...limits));
  const ticked = shown.suitability.map((it) => it.id);
  const confirmed = ['--as', professional, '--confirm', shown.digest];
  await command('plan', 'start', patient, plan, ...limits, ...confirmed, '--suitable', ...ticked);
}
