/** Checks of what apps send: sessions, quality, tracking plan. */
import { sayCount } from '../amount.ts';
import { defineCheck, pass, unknown, warn, type HealthCheck } from '../check.ts';

export const APP_CHECKS: readonly HealthCheck[] = [
  defineCheck({
    id: 'sessions.started',
    group: 'apps',
    title: 'Work sessions begin',
    fact: 'sessions',
    judge: ({ started }) =>
      started > 0
        ? pass(`${sayCount(started, 'session')} in the last 24 h`, { started })
        : unknown(
            'none began in the last 24 h',
            'Apps that work in sessions call startSession() or ProjectTracker.start_tracking(); others need none.',
            { started },
          ),
  }),
  defineCheck({
    id: 'sessions.closed',
    group: 'apps',
    title: 'Work sessions are closed',
    fact: 'sessions',
    judge: ({ started, ended, abandoned, samples }) => {
      const evidence = { started, ended, abandoned, samples };
      return abandoned === 0
        ? pass(
            started === 0
              ? 'there are none'
              : `${String(ended)} of ${String(started)}, the others go on`,
            evidence,
          )
        : warn(
            `${String(abandoned)} of ${sayCount(started, 'session')} never ended, and are silent for half an hour: ${samples.join(', ')}`,
            'Close sessions in a finally block or with using; a process that was killed leaves its session open.',
            evidence,
          );
    },
  }),
  defineCheck({
    id: 'quality.failures',
    group: 'apps',
    title: 'Checks of data quality pass',
    fact: 'quality',
    judge: (failures) => {
      const failing = Object.entries(failures).filter(([, count]) => count > 0);
      if (Object.keys(failures).length === 0)
        return unknown('none has run yet', 'Run heartwood quality run.', { failures });
      const words = failing.map(([check, count]) => `${check} ${String(count)}`).join(', ');
      return failing.length === 0
        ? pass(sayCount(Object.keys(failures).length, 'check'), { failures })
        : warn(
            `what failed when they last ran: ${words}`,
            'heartwood quality list --result fail names each and by what it was seen.',
            { failures },
          );
    },
  }),
  defineCheck({
    id: 'plan.violations',
    group: 'apps',
    title: 'Events follow the tracking plan',
    fact: 'plan',
    judge: (plan) => {
      const { isPlanned, records, blocked, events } = plan;
      if (!isPlanned) return pass('there is no plan', { ...plan });
      return records === 0
        ? pass('all of the last 24 h', { ...plan })
        : warn(
            `${sayCount(records, 'violation')} in the last 24 h, ${String(blocked)} of them not stored: ${events.join(', ')}`,
            'heartwood plan violations names event, property and kind.',
            { ...plan },
          );
    },
  }),
];
