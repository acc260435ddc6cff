import { severities } from '@hemma/protocols/plans/rule.js';
import { compare, decimal, median } from '../../plans/decimal.js';
import type { TaskEntry } from '../log.js';
import { type Detail, measure } from '../measure.js';
import { type Scope, isInPeriod, personsOf } from '../scope.js';
import { percent } from '../statistics.js';

const severityNames = {
  info: { sv: 'Information', en: 'Information' },
  yellow: { sv: 'Gul', en: 'Yellow' },
  red: { sv: 'Röd', en: 'Red' },
} as const;
const hourMinutes = 60;

/**
 * Median staffed hours from a task's opening until somebody saw it, of the tasks opened in the period;
 * the target is the share that was seen in time. A task that nobody has seen yet is in neither until
 * its time is over: then it was not seen in time.
 */
export const responseTime = measure({
  id: 'response-time',
  needs: ['tasks'],
  compute(scope, [least]) {
    const tasks = scope.log.tasks.filter((it) => isInPeriod(scope, it.openedAt));
    const inTime = inTimeOf(scope, tasks);
    return {
      ...hoursOf(scope, tasks),
      met:
        inTime.value === null || least === undefined
          ? null
          : compare(inTime.value, '>=', decimal(least)),
      details: [
        {
          ...{ id: 'in-time', unit: '%', ...inTime },
          name: { sv: 'Sedda i utlovad tid', en: 'Seen in the promised time' },
        },
        {
          ...{ id: 'unseen', unit: 'count', ...unseenOf(scope, tasks) },
          name: { sv: 'Ännu inte sedda', en: 'Not seen yet' },
        },
        ...severities.flatMap((severity): readonly Detail[] => {
          const of = tasks.filter((it) => it.severity === severity);
          const { sv, en } = severityNames[severity];
          return [
            {
              ...{ id: `${severity}.hours`, unit: 'working hours', ...hoursOf(scope, of) },
              name: { sv: `${sv}, mediantid`, en: `${en}, median time` },
            },
            {
              ...{ id: `${severity}.in-time`, unit: '%', ...inTimeOf(scope, of) },
              name: { sv: `${sv}, i utlovad tid`, en: `${en}, in the promised time` },
            },
          ];
        }),
      ],
    };
  },
});

function hoursOf(scope: Scope, tasks: readonly TaskEntry[]) {
  const seen = tasks.flatMap((task) => {
    const unit = scope.episodes.get(task.episode)?.unit;
    if (task.seenAt === null || unit == null) return [];
    const minutes = scope.log.workingMinutes(unit, task.openedAt, task.seenAt);
    return minutes === null ? [] : [{ task, hours: decimal(minutes).div(hourMinutes) }];
  });
  const n = personsOf(
    scope,
    seen.map((it) => it.task),
  );
  return { value: median(seen.map((it) => it.hours)), decimals: 1, n };
}

function inTimeOf(scope: Scope, tasks: readonly TaskEntry[]) {
  const { until } = scope.log;
  const decided = tasks.flatMap((task) => {
    const { seenAt, dueAt } = task;
    if (dueAt === null || (seenAt === null && until <= dueAt)) return [];
    return [{ task, isInTime: seenAt !== null && seenAt <= dueAt }];
  });
  const n = personsOf(
    scope,
    decided.map((it) => it.task),
  );
  const value = percent(decided.filter((it) => it.isInTime).length, decided.length);
  return { value, decimals: 1, n };
}

function unseenOf(scope: Scope, tasks: readonly TaskEntry[]) {
  const unseen = tasks.filter((it) => it.seenAt === null);
  return { value: decimal(unseen.length), decimals: 0, n: personsOf(scope, unseen) };
}
