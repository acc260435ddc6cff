import { Child } from '../child.js';
import type { RulesDone } from '../children/rules.js';
import { count, mebibytes, perSecond } from '../figures.js';
import { memoryOf } from '../proc.js';
import type { Bench, Figure, Section } from '../section.js';

/**
 * What a region measures on a day, judged by the rules of four plans in one process: readings come
 * by the hour, from everybody, and the rules meet them at the end of the day, all ten of each patient.
 */

const patients = 10_000;
/** Before the day that counts: what rules look back at. */
const historyDays = 2;
const longHistoryDays = 14;

export const rules: Section = {
  name: 'rules',
  title: `a day of ${count(patients)} patients, ten readings each, judged by the rules of four plans`,
  async run(bench) {
    const region = new Child('rules');
    try {
      await region.ask({ folder: bench.folder('rules'), patients });
      return await judge(bench, region);
    } finally {
      await region.stop();
    }
  },
};

async function judge(bench: Bench, region: Child): Promise<readonly Figure[]> {
  const history = bench.long ? longHistoryDays : historyDays;
  for (let day = 1; day <= history; day += 1) {
    const { seconds } = await oneDay(region);
    bench.say(`day ${day} of ${history} before it: ${count(seconds)} s`);
  }
  const { seconds, cpuSeconds, readings, findings, tasks } = await oneDay(region);
  const { highest } = memoryOf(region.pid);
  return [
    {
      what: `rules: ${count(readings)} readings of ${count(patients)} patients`,
      value: `${count(seconds)} s`,
      beside: `${count(cpuSeconds)} s of processor time, ${perSecond(readings / seconds)}`,
      aim: '< 60 s',
    },
    { what: '  memory at its highest', value: mebibytes(highest) },
    { what: '  new findings and tasks', value: `${count(findings)} and ${count(tasks)}` },
  ];
}

/** The process is of this checkout: what it answers is what its file says. */
async function oneDay(region: Child): Promise<RulesDone> {
  return (await region.ask('day')) as RulesDone;
}
