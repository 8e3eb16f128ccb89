/**
 * Chains by joins to the latest row before: five times as fast as {@link writeWindowChains} where nothing but order, window
 * and entry counts.
 */
import type { EventSelector } from './selector.ts';
import type { FunnelQuestion } from './funnel-question.ts';
import { actorColumns, matchSql } from './funnel-rows.ts';
import type { Writer } from './writer.ts';

/** Whether {@link writeJoinedChains} answers the question. */
export function isJoinable(question: FunnelQuestion): boolean {
  const { events, steps, order, exclude, stepWindowNs, attribution } = question;
  return (
    order === 'ordered' &&
    events.unit !== 'attempt' &&
    typeof question.ties === 'string' &&
    (question.entriesFrom ?? events.from) <= events.from &&
    steps.every(({ optional }) => !optional) &&
    exclude.length === 0 &&
    stepWindowNs === null &&
    (events.hold ?? []).length === 0 &&
    (attribution !== 'all' || events.group === undefined) &&
    areDisjoint(events.selectors.slice(0, steps.length))
  );
}

/** Adds `wide` (`who`, `open_until`) and `links` (a row each step done: `who`, `step` from 1, and those of `eligible`). */
export function writeJoinedChains(writer: Writer, question: FunnelQuestion): void {
  const { steps, entry, ties, events } = question;
  const window = writer.param('ns', question.windowNs);
  const count = steps.length;
  writer.table(
    'b1',
    `SELECT who, ${entry === 'first' ? 'min(t)' : 't'} AS p1
FROM (SELECT actor AS who, t FROM eligible
  WHERE actor IS NOT NULL AND ${matchSql(0)} AND t < ${writer.param('ns', question.entriesTo)})
${entry === 'first' ? 'GROUP BY who' : ''}`,
  );
  const after = ties === 'strict' ? '>' : '>=';
  for (let k = 2; k <= count; k++) {
    const former = names(k - 1).map((name) => `b.${name}`);
    writer.table(
      `b${String(k)}`,
      `SELECT x.who, ${former.join(', ')}, min(x.t) AS p${String(k)}
FROM (SELECT actor AS who, t FROM eligible WHERE actor IS NOT NULL AND ${matchSql(k - 1)}) x
ASOF JOIN b${String(k - 1)} b ON x.who = b.who AND x.t ${after} b.p${String(k - 1)}
WHERE x.t - b.p1 <= ${window}
GROUP BY x.who, ${former.join(', ')}`,
    );
  }
  // Lists compare from their start: the first to end, the latest to begin, the earliest steps between.
  for (let k = 1; k <= count; k++) {
    const list = [
      `-p${String(k)}`,
      'p1',
      ...names(k)
        .slice(1)
        .map((name) => `-${name}`),
    ];
    writer.table(
      `f${String(k)}`,
      `SELECT who, max([${list.join(', ')}]) AS chain${k === 1 ? `, max(p1) + ${window} AS open_until` : ''} FROM b${String(k)} GROUP BY who`,
    );
  }
  const chains = names(count).map((_, index) => `f${String(count - index)}`);
  writer.table(
    'wide',
    `SELECT f1.who, f1.open_until, coalesce(${chains.map((name) => `${name}.chain`).join(', ')}) AS chain
FROM f1 ${chains
      .slice(0, -1)
      .map((name) => `LEFT JOIN ${name} ON ${name}.who = f1.who`)
      .join('\n')}`,
  );
  const bits = `[${steps.map((_, index) => String(2 ** index)).join(', ')}]`;
  const told = [...(events.group === undefined ? [] : ['grp']), ...actorColumns(question)];
  const said = told.map((column) => `e.${column} NULLS LAST, `).join('');
  writer.table(
    'links',
    `SELECT w.who, w.step, e.*
FROM (SELECT who, unnest(range(1, len(chain))) AS step, abs(unnest(chain[2:])) AS t FROM wide) w
JOIN eligible e ON e.actor = w.who AND e.t = w.t AND (e.mask & list_extract(${bits}, w.step)) <> 0
QUALIFY row_number() OVER (PARTITION BY w.who, w.step ORDER BY e.mask, ${said}e.duration_ns NULLS LAST, e.seq) = 1`,
  );
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `p${String(index + 1)}`);

/** Certain that no row matches two of them. */
export function areDisjoint(selectors: readonly EventSelector[]): boolean {
  return selectors.every((one, index) =>
    selectors.slice(index + 1).every((other) => isDisjoint(one, other)),
  );
}

function isDisjoint(one: EventSelector, other: EventSelector): boolean {
  if (one.source !== other.source) return true;
  if (one.names === 'any' || other.names === 'any') return false;
  const { names: others } = other;
  return one.names.every((name) => !others.includes(name));
}
