/** Checks of what apps send: sessions, quality, tracking plan. */
import { sayCount, sayShare } from '../amount.ts';
import { defineCheck, fail, pass, unknown, warn, type HealthCheck } from '../check.ts';

/** Of runs that failed; of fewer than that many runs a share says nothing. */
const RATE_RUNS = 20;
const RATE_WARN = 0.05;
const RATE_FAIL = 0.25;

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
    id: 'operations.health',
    group: 'apps',
    title: 'Operations make progress',
    fact: 'operations',
    judge: ({ counts, unhealthy }) => {
      const { slow = 0, stalled = 0, lost = 0 } = counts;
      const live = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const evidence = { counts, unhealthy };
      const [first] = unhealthy;
      if (slow + stalled + lost === 0)
        return pass(`${sayCount(live, 'operation')} under way`, evidence);
      const words = Object.entries({ stalled, lost, slow }).filter(([, count]) => count > 0);
      const example =
        first === undefined ? '' : `; ${first.feature}: ${first.reason ?? first.health ?? ''}`;
      const message = `of ${sayCount(live, 'operation')} ${words.map(([word, count]) => `${String(count)} ${word}`).join(', ')}${example}`;
      const remedy =
        'heartwood operations list names each; heartwood operations show tells its process and host.';
      return stalled + lost > 0 ? fail(message, remedy, evidence) : warn(message, remedy, evidence);
    },
  }),
  defineCheck({
    id: 'errors.rate',
    group: 'apps',
    title: 'Runs succeed',
    fact: 'trouble',
    judge: (trouble) => {
      const { runs, failed, errors, rising } = trouble;
      const share = runs === 0 ? 0 : failed / runs;
      const message = `${String(failed)} of ${sayCount(runs, 'run')} of the last hour failed (${sayShare(share)}), ${sayCount(errors, 'error')}`;
      const remedy = 'heartwood logs errors --summary groups them and says what to do.';
      const evidence = { ...trouble, share };
      if (runs >= RATE_RUNS && share >= RATE_FAIL) return fail(message, remedy, evidence);
      const [first] = rising;
      if (first !== undefined)
        return warn(
          `${message}; three times as many as the hour before: ${first.title} (${String(first.occurrences)})`,
          remedy,
          evidence,
        );
      return runs >= RATE_RUNS && share >= RATE_WARN
        ? warn(message, remedy, evidence)
        : pass(message, evidence);
    },
  }),
  defineCheck({
    id: 'errors.new',
    group: 'apps',
    title: 'No errors that are new',
    fact: 'trouble',
    judge: ({ fresh, freshKinds }) => {
      const evidence = { freshKinds, fresh };
      const kinds = fresh
        .slice(0, 3)
        .map(({ title, occurrences }) => `${title} (${String(occurrences)})`);
      return freshKinds === 0
        ? pass('no kind for the first time in the last hour', evidence)
        : warn(
            `${sayCount(freshKinds, 'kind')} for the first time in the last hour, such as ${kinds.join(', ')}`,
            'heartwood logs errors --since 1h shows each with an example and what to do.',
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
