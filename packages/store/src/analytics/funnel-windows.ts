/** Chains by windows over the rows of each unit: a list a step, which compares as chains do. */
import type { FunnelQuestion } from './funnel-question.ts';
import { writeAttempts } from './funnel-attempts.ts';
import {
  breaksSql,
  cutColumns,
  heldColumns,
  matchSql,
  requiredSteps,
  writeBase,
  writeAnchored,
} from './funnel-rows.ts';
import type { Writer } from './writer.ts';

/**
 * Adds `wide` (`who`, `open_until`) and `links` (a row each step done: `who`, `step` from 1, and those of `eligible`) for
 * any question.
 */
export function writeWindowChains(writer: Writer, question: FunnelQuestion): void {
  writeBase(writer, question);
  const partition = ['who', ...heldColumns(question)].join(', ');
  const isAttempt = question.events.unit === 'attempt';
  if (isAttempt) writeAttempts(writer, question);
  else if (question.order === 'any') writeUnordered(writer, question, partition);
  else writeOrdered(writer, question, partition);
  writeDrops(writer, question);
  const last = writeOptional(writer, question);
  const places = question.steps.map((_, index) => index + 1);
  // Each attempt of an actor is a chain of its own.
  const chain = isAttempt ? `who::VARCHAR || ' ' || r1::VARCHAR` : 'who';
  writer.table('wide', `SELECT * REPLACE (${chain} AS who) FROM ${last}`);
  writer.table(
    'links',
    `SELECT w.step, b.* REPLACE (w.chain AS who${
      typeof question.ties === 'string'
        ? ''
        : // By other clocks; no step is before the one before it.
          ', max(b.t) OVER (PARTITION BY w.chain ORDER BY w.step) AS t'
    })
FROM (SELECT who, ${chain} AS chain, unnest([${places.join(', ')}]) AS step, unnest([${places.map((place) => `r${String(place)}`).join(', ')}]) AS rn FROM ${last}) w
JOIN base b ON b.who = w.who AND b.rn = w.rn`,
  );
}

/**
 * `cK` of a row that is step K: the best chain that ends with it, as [start time, -row 1, -row 2, ...]. The greatest of all
 * before is the one with the latest start, then the earliest steps; whatever may follow the row may follow that chain.
 */
function writeOrdered(writer: Writer, question: FunnelQuestion, partition: string): void {
  const { order } = question;
  const required = requiredSteps(question);
  const cuts = cutColumns(question, partition);
  writer.table('cut', `SELECT ${['*', ...cuts].join(', ')} FROM base`);
  writer.table(
    's1',
    `SELECT *, CASE WHEN opens THEN [t, -rn] END AS c1${
      order === 'strict'
        ? `, lead(rn) OVER (PARTITION BY ${partition} ORDER BY rn) IS NULL AS ends FROM cut WHERE ${breaksSql(question)}`
        : ' FROM cut'
    }`,
  );
  for (let k = 2; k <= required.length; k++) {
    const step = required[k - 1] ?? 0;
    const within = cutsBefore(question, step).map((place) => `x${place}`);
    const former = formerOf(writer, question, [partition, ...within].join(', '), k);
    writer.table(
      `s${String(k)}`,
      `SELECT * EXCLUDE (p, gap), CASE WHEN ${matchSql(step)} AND t - p[1] <= ${writer.param('ns', question.windowNs)}${former.test} THEN list_append(p, -rn) END AS c${String(k)}
FROM (${former.rows})`,
    );
  }
  const best = required
    .map((_, index) => `max(list_prepend(-t, c${String(index + 1)}))`)
    .map((chain, index) => `${chain} FILTER (WHERE c${String(index + 1)} IS NOT NULL)`)
    .toReversed();
  writer.table(
    'best',
    `SELECT who, ${openUntil(writer, question, required)} AS open_until, coalesce(${best.join(', ')}) AS chain
FROM s${String(required.length)} GROUP BY who HAVING chain IS NOT NULL`,
  );
  const places = question.steps.map((_, index) => {
    const place = required.indexOf(index);
    const row = place === -1 ? 'NULL::BIGINT' : `-chain[${String(place + 3)}]`;
    return `${row} AS r${String(index + 1)}`;
  });
  writer.table('w0', `SELECT who, open_until, chain[2] AS began, ${places.join(', ')} FROM best`);
}

/** Exclusions that drop attempts between the required step before and this one, by their place from 1. */
const cutsBefore = ({ exclude }: FunnelQuestion, step: number): string[] =>
  exclude.flatMap(({ drops, after, before }, index) =>
    drops === 'attempt' && after < step && step <= before ? [String(index + 1)] : [],
  );

/**
 * Until when a chain that lacks required steps may go on; NULL for none that may. Any chain: the chosen one is the first to
 * get as far, so another may be younger.
 */
function openUntil(writer: Writer, question: FunnelQuestion, required: readonly number[]): string {
  const { order, windowNs, stepWindowNs } = question;
  const ends = required.slice(1).map((next, index) => {
    const chain = `c${String(index + 1)}`;
    const window = `${chain}[1] + ${writer.param('ns', windowNs)}`;
    const until =
      stepWindowNs === null ? window : `least(${window}, t + ${writer.param('ns', stepWindowNs)})`;
    const tests = [
      `${chain} IS NOT NULL`,
      ...(order === 'strict' ? ['ends'] : []),
      ...cutsBefore(question, next).map((place) => `x${place} = y${place}`),
    ];
    return `max(${until}) FILTER (WHERE ${tests.join(' AND ')})`;
  });
  return `greatest(${['NULL::BIGINT', ...ends].join(', ')})`;
}

/** Rows with `p`, the best chain that may go on in each row, and `gap`, which is there for `test`. */
function formerOf(
  writer: Writer,
  { order, ties, stepWindowNs }: FunnelQuestion,
  partition: string,
  k: number,
): { readonly rows: string; readonly test: string } {
  const [from, chain] = [`s${String(k - 1)}`, `c${String(k - 1)}`];
  const step = stepWindowNs === null ? undefined : writer.param('ns', stepWindowNs);
  if (order === 'strict') {
    const tests = [
      ...(step === undefined ? [] : [` AND gap <= ${step}`]),
      ...(ties === 'strict' ? [' AND gap > 0'] : []),
    ];
    return {
      rows: `SELECT *, lag(${chain}) OVER w AS p, t - lag(t) OVER w AS gap FROM ${from} WINDOW w AS (PARTITION BY ${partition} ORDER BY rn)`,
      test: tests.join(''),
    };
  }
  const max = (order: string, frame: string, rows: string): string =>
    `SELECT * ${rows === from ? '' : 'EXCLUDE (gap)'}, max(${chain}) OVER (PARTITION BY ${partition} ORDER BY ${order} ${frame}) AS p, 0 AS gap FROM ${rows}`;
  if (typeof ties === 'object')
    return {
      rows: max(
        't',
        `RANGE BETWEEN ${step === undefined ? 'UNBOUNDED' : step} PRECEDING AND ${writer.param('ns', ties.graceNs)} FOLLOWING`,
        from,
      ),
      test: '',
    };
  if (ties === 'strict')
    return {
      rows: max(
        't',
        `RANGE BETWEEN ${step === undefined ? 'UNBOUNDED' : step} PRECEDING AND 1::BIGINT PRECEDING`,
        from,
      ),
      test: '',
    };
  if (step === undefined)
    return { rows: max('rn', 'ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING', from), test: '' };
  // Rows before this one that lie within the time between steps: all before without those that are older.
  const counted = `(SELECT *, row_number() OVER (PARTITION BY ${partition} ORDER BY rn) - 1
  - count(*) OVER (PARTITION BY ${partition} ORDER BY t RANGE BETWEEN UNBOUNDED PRECEDING AND ${step} + 1 PRECEDING) AS gap FROM ${from})`;
  return { rows: max('rn', 'ROWS BETWEEN gap PRECEDING AND 1 PRECEDING', counted), test: '' };
}

/** From each row that is a step, the earliest of every step from then on; a list of rows by time. */
function writeUnordered(writer: Writer, question: FunnelQuestion, partition: string): void {
  const { steps, exclude } = question;
  const window = writer.param('ns', question.windowNs);
  const cuts = cutColumns(question, partition);
  const cutting = exclude.flatMap(({ drops }, index) =>
    drops === 'attempt' ? [String(index + 1)] : [],
  );
  const within = cutting.map((place) => `x${place}`);
  const alive = ['true', ...cutting.map((place) => `x${place} = y${place}`)].join(' AND ');
  writer.table('cut', `SELECT ${['*', ...cuts].join(', ')} FROM base`);
  const isAnchored = steps.at(-1)?.anchor === 'last';
  const found = steps
    .slice(0, isAnchored ? -1 : undefined)
    .map((_, index) => `min(CASE WHEN ms = ${String(index + 1)} THEN rn END) OVER w`);
  const alike = [...new Set([...partition.split(', '), ...within])];
  writer.table(
    'ahead',
    `SELECT ${alike.join(', ')}, t, opens AND ${alive} AS may, opens, list_sort(list_filter([${found.join(', ')}], lambda one: one IS NOT NULL)) AS found
FROM cut
WINDOW w AS (PARTITION BY ${[partition, ...within].join(', ')} ORDER BY t RANGE BETWEEN CURRENT ROW AND ${window} FOLLOWING)`,
  );
  if (isAnchored)
    writeAnchored(writer, {
      ahead: 'ahead',
      rows: 'cut',
      steps: steps.length,
      keys: alike,
      until: `a.t + ${window}`,
    });
  writer.table(
    'best',
    `SELECT who, t AS began, found, max(CASE WHEN may THEN t END) OVER (PARTITION BY who) + ${window} AS open_until FROM ${isAnchored ? 'anchored' : 'ahead'} WHERE opens
QUALIFY row_number() OVER (PARTITION BY who ORDER BY len(found) DESC, found[-1], t DESC, found) = 1`,
  );
  const places = steps.map((_, index) => `found[${String(index + 1)}] AS r${String(index + 1)}`);
  writer.table('w0', `SELECT who, open_until, began, ${places.join(', ')} FROM best`);
}

/** Adds `w1` from `w0`: without units that an exclusion drops, and with the values that are held. */
function writeDrops(writer: Writer, question: FunnelQuestion): void {
  const held = heldColumns(question);
  const windowSql = (): string => writer.param('ns', question.windowNs);
  const drops = question.exclude
    .filter(({ drops }) => drops === 'actor')
    .map(
      ({ selector, after, before }) =>
        `NOT EXISTS (SELECT 1 FROM base b WHERE ${alike(held, 'w')} AND ${matchSql(selector)}
  AND b.rn > w.r${String(after + 1)} AND (b.rn <= w.r${String(before + 1)} OR (w.r${String(before + 1)} IS NULL AND b.t - w.began <= ${windowSql()})))`,
    );
  const values = held.map((column) => `f.${column}`);
  writer.table(
    'wh',
    values.length === 0
      ? 'SELECT * FROM w0'
      : `SELECT w0.*, ${values.join(', ')} FROM w0 JOIN base f ON f.who = w0.who AND f.rn = w0.r1`,
  );
  writer.table(
    'w1',
    `SELECT w.* FROM wh w${drops.length === 0 ? '' : ` WHERE ${drops.join('\n  AND ')}`}`,
  );
}

/** Adds to the chains what optional steps they hold, the earliest in each place; gives the name of the last table. */
function writeOptional(writer: Writer, question: FunnelQuestion): string {
  const held = heldColumns(question);
  const required = requiredSteps(question);
  const windowSql = (): string => writer.param('ns', question.windowNs);
  let from = 'w1';
  for (const [step, { optional }] of question.steps.entries()) {
    if (!optional) continue;
    const place = `r${String(step + 1)}`;
    const before = required.findLast((index) => index < step) ?? 0;
    const next = required.find((index) => index > step);
    const behind = `greatest(${question.steps
      .slice(before, step)
      .map((_, index) => `w.r${String(before + index + 1)}`)
      .join(', ')})`;
    const open =
      question.events.unit === 'attempt'
        ? 'b.t <= w.until AND b.rn < w.over'
        : `b.t - w.began <= ${windowSql()}`;
    const ahead =
      next === undefined
        ? open
        : `(b.rn < w.r${String(next + 1)} OR (w.r${String(next + 1)} IS NULL AND ${open}))`;
    const name = `o${String(step + 1)}`;
    writer.table(
      name,
      `SELECT w.* EXCLUDE (${place}), min(b.rn) AS ${place}
FROM ${from} w LEFT JOIN base b ON ${alike(held, 'w')} AND ${matchSql(step)}
  AND w.r${String(before + 1)} IS NOT NULL AND b.rn > ${behind} AND ${ahead}
GROUP BY ALL`,
    );
    from = name;
  }
  return from;
}

const alike = (held: readonly string[], table: string): string =>
  ['who', ...held].map((column) => `b.${column} = ${table}.${column}`).join(' AND ');
