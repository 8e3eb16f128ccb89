/** A comparison with earlier times as SQL: counts, percentiles and the spread of durations, window by window. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import type { RegressionQuestion, RegressionRow } from './regression-question.ts';
import { Writer } from './writer.ts';

/** The statement of a comparison. Throws `STORE_QUESTION_INVALID`. */
export function compileRegression(question: RegressionQuestion): Compiled<RegressionRow> {
  checkRegression(question);
  const writer = new Writer();
  const { events, windows, output } = question;
  writeEligible(writer, events, { duration: true });
  const edges = (read: (window: (typeof windows)[number]) => bigint): string =>
    `unnest((${writer.param('texts', windows.map(read).map(String))})::BIGINT[])`;
  writer.table(
    'frames',
    `SELECT ${edges(({ from }) => from)} AS begins, ${edges(({ to }) => to)} AS ends, unnest(range(${String(windows.length)})) AS place`,
  );
  writer.table(
    'placed',
    `SELECT e.*, f.place, f.place = 0 AS is_first FROM eligible e JOIN frames f ON e.t >= f.begins AND e.t < f.ends
WHERE e.mask & 1 <> 0`,
  );
  writeFacts(writer, 'placed');
  writer.table(
    'sums',
    `SELECT place, count(*) AS runs, count(*) FILTER (WHERE mask & 2 <> 0) AS good, count(duration_ns) AS timed,
  quantile_cont(duration_ns, [0.5, 0.95]) AS quantiles
FROM placed GROUP BY GROUPING SETS ((is_first), (place)) HAVING place IS NOT NULL OR NOT is_first`,
  );
  writer.table(
    'counts',
    `SELECT place, fa_duration_bucket(duration_ns) AS bucket, count(*) AS runs
FROM placed WHERE duration_ns IS NOT NULL
GROUP BY GROUPING SETS ((is_first, bucket), (place, bucket)) HAVING place IS NOT NULL OR NOT is_first`,
  );
  writer.table(
    'spread',
    `SELECT place, to_json(list({bucket: bucket, runs: runs} ORDER BY bucket))::VARCHAR AS durations FROM counts GROUP BY place`,
  );
  writer.table(
    'numbers',
    `SELECT sums.*, coalesce(spread.durations, '[]') AS durations
FROM sums LEFT JOIN spread ON spread.place IS NOT DISTINCT FROM sums.place`,
  );
  return compileEnding<RegressionRow>(writer, {
    name: 'ask/regression',
    events,
    output,
    source: 'numbers',
    order: 'place NULLS LAST',
    columns: {
      window: { sql: 'place', kind: 'int' },
      runs: { sql: 'runs', kind: 'int' },
      good: { sql: 'good', kind: 'int' },
      timed: { sql: 'timed', kind: 'int' },
      p50Ns: { sql: 'quantiles[1]', kind: 'real' },
      p95Ns: { sql: 'quantiles[2]', kind: 'real' },
      durations: { sql: 'durations', kind: 'json' },
    },
    toRow: ({ window, runs, good, timed, p50Ns, p95Ns, durations }) =>
      ({ window, runs, good, timed, p50Ns, p95Ns, durations }) as RegressionRow,
  });
}

const MAX_WINDOWS = 60;

function checkRegression({ events, windows }: RegressionQuestion): void {
  const reason =
    events.group !== undefined
      ? 'it has no breakdown'
      : windows.length === 0 || windows.length > MAX_WINDOWS
        ? `it has ${String(windows.length)} windows, 1 to ${String(MAX_WINDOWS)} may be`
        : windows.every(({ from, to }) => from < to && from >= events.from && to <= events.to)
          ? undefined
          : 'a window lies outside of what it looks at';
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
