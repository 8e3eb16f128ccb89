/** Attempts: each begins where the one before is over, so they are found by a walk from one to the next. */
import {
  breaksSql,
  heldColumns,
  matchSql,
  NEVER,
  requiredSteps,
  writeAnchored,
} from './funnel-rows.ts';
import type { FunnelQuestion } from './funnel-question.ts';
import type { Writer } from './writer.ts';

const FOLLOWING = 'ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING';

/**
 * Adds `w0` from `base`: a row each attempt with `who`, `began`, `r1`, `r2`, ... (rows of the steps), `open_until`, and for
 * optional steps `over` (the row that ended it) and `until` (the last moment that it could go on).
 */
export function writeAttempts(writer: Writer, question: FunnelQuestion): void {
  const keys = ['who', ...heldColumns(question)];
  if (question.order === 'any') writeUnorderedTries(writer, question, keys);
  else writeOrderedTries(writer, question, keys);
  writeWalk(writer, keys);
  const required = requiredSteps(question);
  const places = question.steps.map((_, index) => {
    const place = required.indexOf(index);
    const row = place === -1 ? 'NULL::BIGINT' : `steps[${String(place + 1)}]`;
    return `${row} AS r${String(index + 1)}`;
  });
  writer.table(
    'w0',
    `SELECT x.who, x.t AS began, ${places.join(', ')}, x.stop AS over, x.until,
  CASE WHEN NOT x.whole AND coalesce(s.t > x.until, true) THEN x.until END AS open_until
FROM tries x JOIN begun b ON ${alike(keys, 'x', 'b')} AND x.rn = b.rn
LEFT JOIN base s ON s.who = x.who AND s.rn = x.stop`,
  );
}

/**
 * Adds `tries`: what an attempt that begins in a row would be. `cK` of a row that is step K lists what follows it, three
 * numbers a step: the row, its time, and the row behind it at which the attempt is over unless the next step comes first.
 */
function writeOrderedTries(
  writer: Writer,
  question: FunnelQuestion,
  keys: readonly string[],
): void {
  const { order, exclude, ties, restartOnReentry } = question;
  const required = requiredSteps(question);
  const part = `PARTITION BY ${keys.join(', ')}`;
  const ahead = exclude.map(
    ({ selector }, index) =>
      `min(CASE WHEN ${matchSql(selector)} THEN rn END) OVER f AS z${String(index + 1)}`,
  );
  const again = `min(CASE WHEN ${matchSql(0)} THEN rn END) OVER f AS again`;
  writer.table(
    'g',
    `SELECT ${['*', ...ahead, ...(restartOnReentry === true ? [again] : [])].join(', ')}
FROM base WINDOW f AS (${part} ORDER BY rn ${FOLLOWING})`,
  );
  let from = order === 'strict' ? `(SELECT * FROM g WHERE ${breaksSql(question)})` : 'g';
  for (let k = required.length; k >= 1; k--) {
    const [step = 0, next] = required.slice(k - 1);
    const rest = `c${String(k + 1)}`;
    const later = ties === 'strict' ? 'lead(t) OVER w > t' : 'true';
    const follows =
      next === undefined
        ? 'NULL::BIGINT[]'
        : order === 'strict'
          ? `CASE WHEN ${later} THEN lead(${rest}) OVER w END`
          : ties === 'strict'
            ? `min(${rest}) OVER (${part} ORDER BY t RANGE BETWEEN 1::BIGINT FOLLOWING AND UNBOUNDED FOLLOWING)`
            : `min(${rest}) OVER (${part} ORDER BY rn ${FOLLOWING})`;
    const stops = [
      ...exclude.flatMap(({ after, before }, index) =>
        next !== undefined && after < next && next <= before ? [`z${String(index + 1)}`] : [],
      ),
      ...(restartOnReentry === true
        ? ['CASE WHEN again IS DISTINCT FROM p[1] THEN again END']
        : []),
      ...(order === 'strict' ? ['CASE WHEN p IS NULL THEN behind END'] : []),
      NEVER,
    ];
    const name = `g${String(k)}`;
    const strict = order === 'strict' ? ', lead(rn) OVER w AS behind' : '';
    const window = order === 'strict' ? ` WINDOW w AS (${part} ORDER BY rn)` : '';
    writer.table(
      name,
      `SELECT * EXCLUDE (p${strict === '' ? '' : ', behind'}), CASE WHEN ${matchSql(step)} THEN list_concat([rn, t, least(${stops.join(', ')})], coalesce(p, [])) END AS c${String(k)}
FROM (SELECT *, ${follows} AS p${strict} FROM ${from}${window})`,
    );
    from = name;
  }
  const [windowNs, stepNs] = [
    writer.param('ns', question.windowNs),
    question.stepWindowNs === null ? undefined : writer.param('ns', question.stepWindowNs),
  ];
  const goesOn = required.slice(1).map((_, index) => {
    const k = index + 1;
    const [stop, row, time] = [3 * k, 3 * k + 1, 3 * k + 2].map((place) => `c1[${String(place)}]`);
    const gap = `${String(time)} - c1[${String(3 * k - 1)}]`;
    const inStep = stepNs === undefined ? '' : ` AND ${gap} <= ${stepNs}`;
    return `WHEN NOT coalesce(${String(row)} < ${String(stop)} AND ${String(time)} - c1[2] <= ${windowNs}${inStep}, false) THEN ${String(k)}`;
  });
  const step = stepNs === undefined ? '' : `, c1[3 * n - 1] + ${stepNs}`;
  const rows = required.map((_, index) => `c1[${String(3 * index + 1)}]`);
  writer.table(
    'tries',
    `SELECT ${keys.join(', ')}, rn, t, n = ${String(required.length)} AS whole, [${rows.join(', ')}][:n] AS steps,
  c1[3 * n - 2] AS last, CASE WHEN whole THEN ${NEVER} ELSE c1[3 * n] END AS stop, least(c1[2] + ${windowNs}${step}) AS until
FROM (SELECT *, CASE ${goesOn.join(' ')} ELSE ${String(required.length)} END AS n FROM g1 WHERE opens)`,
  );
}

/** The same where steps come in any order: the earliest of each. */
function writeUnorderedTries(
  writer: Writer,
  question: FunnelQuestion,
  keys: readonly string[],
): void {
  const { exclude, steps } = question;
  const part = `PARTITION BY ${keys.join(', ')} ORDER BY rn`;
  const cuts = exclude.map(({ selector }) => matchSql(selector));
  const stop =
    cuts.length === 0
      ? NEVER
      : `coalesce(min(CASE WHEN ${cuts.join(' OR ')} THEN rn END) OVER (${part} ${FOLLOWING}), ${NEVER})`;
  const isAnchored = steps.at(-1)?.anchor === 'last';
  const earliest = steps
    .slice(0, isAnchored ? -1 : undefined)
    .map((_, index) => `min(CASE WHEN ms = ${String(index + 1)} THEN [rn, t] END) OVER w`);
  writer.table(
    'g',
    `SELECT ${keys.join(', ')}, rn, t, opens, t + ${writer.param('ns', question.windowNs)} AS until, ${stop} AS stop, [${earliest.join(', ')}] AS found
FROM base WINDOW w AS (${part} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)`,
  );
  writer.table(
    'ahead',
    `SELECT * REPLACE (list_sort(list_transform(list_filter(found, lambda one: one[1] < stop AND one[2] <= until), lambda one: one[1])) AS found)
FROM g WHERE opens`,
  );
  if (isAnchored)
    writeAnchored(writer, {
      ahead: 'ahead',
      rows: 'base',
      steps: steps.length,
      keys,
      until: 'a.until',
      stop: 'a.stop',
    });
  writer.table(
    'tries',
    `SELECT * EXCLUDE (stop) RENAME (found AS steps), len(found) = ${String(steps.length)} AS whole, found[-1] AS last, CASE WHEN whole THEN ${NEVER} ELSE stop END AS stop
FROM ${isAnchored ? 'anchored' : 'ahead'}`,
  );
}

/** Adds `begun` (`rn`): the tries that are attempts, from the first on each the next that begins when one is over. */
function writeWalk(writer: Writer, keys: readonly string[]): void {
  writer.table(
    'moments',
    `SELECT ${keys.join(', ')}, t, min(rn) AS rn FROM tries GROUP BY ${keys.join(', ')}, t`,
  );
  writer.table(
    'paths',
    `SELECT ${keys.map((key) => `x.${key}`).join(', ')}, x.rn, least(a.rn, b.rn) AS following
FROM (SELECT *, CASE WHEN whole THEN last + 1 ELSE stop END AS free, CASE WHEN whole THEN ${NEVER} ELSE until + 1 END AS late FROM tries) x
ASOF LEFT JOIN tries a ON ${alike(keys, 'x', 'a')} AND x.free <= a.rn
ASOF LEFT JOIN moments b ON ${alike(keys, 'x', 'b')} AND x.late <= b.t`,
  );
  writer.table(
    'begun',
    `SELECT ${keys.join(', ')}, unnest(walk.begun) AS rn
FROM (SELECT ${keys.join(', ')}, list_reduce(
    list({rn: rn, following: following, begun: [rn]} ORDER BY rn),
    lambda done, one: CASE WHEN one.rn = done.following
      THEN {rn: one.rn, following: one.following, begun: list_concat(done.begun, one.begun)} ELSE done END
  ) AS walk FROM paths GROUP BY ${keys.join(', ')})`,
  );
}

const alike = (keys: readonly string[], one: string, other: string): string =>
  keys.map((key) => `${one}.${key} = ${other}.${key}`).join(' AND ');
