/**
 * Chains by one walk over all rows by unit and time: an eighth of the time of {@link writeWindowChains} where nothing but
 * order, windows and entry counts.
 */
import type { EventSelector } from './selector.ts';
import type { FunnelQuestion } from './funnel-question.ts';
import { actorColumns, isByValue, matchSql } from './funnel-rows.ts';
import { writeReach } from './funnel-reach.ts';
import type { Writer } from './writer.ts';

/** Whether {@link writeWalkedChains} answers the question. */
export function isWalkable(question: FunnelQuestion): boolean {
  const { events, steps, order, exclude } = question;
  return (
    order === 'ordered' &&
    events.unit !== 'attempt' &&
    typeof question.ties === 'string' &&
    steps.every(({ optional }) => !optional) &&
    exclude.length === 0 &&
    (events.hold ?? []).length === 0 &&
    events.to - events.from < 1n << TIME_BITS &&
    areDisjoint(events.selectors.slice(0, steps.length))
  );
}

/** Place of the step below the time in one number, so that one comparison puts a row in its place: 20 steps, nine years. */
const STEP_BITS = 5n;
const TIME_BITS = 58n;
const LAST_STEP = (1n << STEP_BITS) - 1n;
/** A start that lies too long before everything. */
const NO_START = '-4000000000000000000';

/**
 * Adds `wide`: a row each chain with `who`, `actor`, `grp` (where each value has chains of its own), `open_until`, and by step
 * `times` and `durations`, of rows at one moment the shortest.
 *
 * A row that is the next step of the latest row of the step before has that row's start, and none has a later one: starts
 * never fall from row to row. So the chain that ends in a row needs only the latest row of the step before. The order of the
 * rows is that of the subquery, which DuckDB keeps up to windows that have no order of their own.
 */
export function writeWalkedChains(writer: Writer, question: FunnelQuestion): void {
  const { steps, entry, ties, events, stepWindowNs } = question;
  const window = writer.param('ns', question.windowNs);
  const from = writer.param('ns', events.from);
  const stepWindow = stepWindowNs === null ? undefined : writer.param('ns', stepWindowNs);
  const keys = keysOf(question);
  const start = question.entriesFrom ?? events.from;
  writer.table(
    'whose',
    `SELECT ${keys.join(', ')}, (row_number() OVER ())::UINTEGER AS who, opened, closed
FROM (SELECT ${keys.join(', ')}, min(t) AS opened, ${entry === 'first' ? 'min' : 'max'}(t) AS closed FROM eligible
  WHERE actor IS NOT NULL AND ${matchSql(0)} AND t >= ${writer.param('ns', start)} AND t < ${writer.param('ns', question.entriesTo)}
  GROUP BY ${keys.join(', ')})`,
  );
  const reach = writeReach(writer, question, {
    window,
    stepWindow,
    alike: (one, other) => alike(keys, one, other),
  });
  // At one moment lower steps come first, or last where a step must be later than the one before it.
  const codes = steps.map((_, index) =>
    String(ties === 'strict' ? LAST_STEP - BigInt(index) : BigInt(index)),
  );
  const code = (index: number): string => codes[index] ?? '';
  const coded = codes.map((one, index) => `WHEN ${matchSql(index)} THEN ${one}`);
  writer.table(
    'walk1',
    `SELECT *, k >> ${String(STEP_BITS)} AS moment, (k & ${String(LAST_STEP)})::UTINYINT AS code, lag(who) OVER () IS DISTINCT FROM who AS fresh,
  CASE WHEN code = ${code(0)} THEN moment END AS start
FROM (
  SELECT w.who, ((e.t - ${from}) << ${String(STEP_BITS)}) | CASE ${coded.join(' ')} END AS k, e.duration_ns
  FROM eligible e JOIN ${reach} w ON ${alike(keys, 'e', 'w')}
  WHERE ${matchSql(...steps.keys())} AND e.t BETWEEN w.opened AND CASE WHEN ${matchSql(0)} THEN least(w.closed, w.until) ELSE w.until END
  ORDER BY who, k
)`,
  );
  for (const index of steps.keys()) {
    if (index === 0) continue;
    const latest = (value: string): string =>
      `last_value(CASE WHEN start IS NOT NULL AND code = ${code(index - 1)} THEN ${value} WHEN fresh THEN ${NO_START} END IGNORE NULLS) OVER (ROWS UNBOUNDED PRECEDING)`;
    const inStep = stepWindow === undefined ? '' : ` AND moment - former <= ${stepWindow}`;
    const former = stepWindow === undefined ? '' : `, ${latest('moment')} AS former`;
    writer.table(
      `walk${String(index + 1)}`,
      `SELECT * EXCLUDE (start, began${former === '' ? '' : ', former'}), CASE WHEN code = ${code(index)} AND moment - began <= ${window}${inStep} THEN began ELSE start END AS start
FROM (SELECT *, ${latest('start')} AS began${former} FROM walk${String(index)})`,
    );
  }
  writer.table(
    'walked',
    `SELECT who, moment, code, start, duration_ns FROM walk${String(steps.length)} WHERE start IS NOT NULL`,
  );
  writeWide(writer, question, codes, { window, from, stepWindow, keys });
}

interface Shared {
  readonly window: string;
  readonly from: string;
  readonly stepWindow: string | undefined;
  readonly keys: readonly string[];
}

/** Adds `wide` from `walked`, the rows that end a chain with where it began. */
function writeWide(
  writer: Writer,
  { ties }: FunnelQuestion,
  codes: readonly string[],
  { window, from, stepWindow, keys }: Shared,
): void {
  const last = codes.at(-1) ?? '';
  // The furthest, then the first to get there, as one number that is least there.
  const place = `(((${ties === 'strict' ? 'code::BIGINT' : `${String(LAST_STEP)} - code::BIGINT`}) << ${String(TIME_BITS)}) | moment)`;
  const open = `max(least(start + ${window}, moment + ${stepWindow ?? ''})) FILTER (WHERE code <> ${last})`;
  writer.table(
    'ends',
    `SELECT who, arg_min(start, ${place}) AS start${stepWindow === undefined ? '' : `, ${open} AS open_until`}
FROM walked GROUP BY who`,
  );
  writer.table(
    'held',
    `SELECT w.who, w.code, w.moment, min(w.duration_ns) AS duration_ns FROM walked w JOIN ends e ON e.who = w.who AND e.start = w.start
GROUP BY w.who, w.code, w.moment`,
  );
  const columns = codes.flatMap((code, index) => {
    const of = `FILTER (WHERE code = ${code})`;
    return [
      `min(moment) ${of} AS t${String(index + 1)}`,
      `arg_min(coalesce(duration_ns, 0), moment) ${of} AS d${String(index + 1)}`,
    ];
  });
  writer.table('chain', `SELECT who, ${columns.join(', ')} FROM held GROUP BY who`);
  const chain = stepWindow === undefined ? 'chain' : writeWithinSteps(writer, codes, stepWindow);
  const places = codes.map((_, index) => String(index + 1));
  writer.table(
    'wide',
    `SELECT c.who, ${keys.map((key) => `o.${key}`).join(', ')},
  ${stepWindow === undefined ? `o.closed + ${window}` : `e.open_until + ${from}`} AS open_until,
  [${places.map((place) => `c.t${place} + ${from}`).join(', ')}] AS times, [${places.map((place) => `c.d${place}`).join(', ')}] AS durations
FROM ${chain} c JOIN whose o ON o.who = c.who${stepWindow === undefined ? '' : ' JOIN ends e ON e.who = c.who'}`,
  );
}

/** The earliest row of each step that lets the next come in time, from the last back; gives the name of the last table. */
function writeWithinSteps(writer: Writer, codes: readonly string[], stepWindow: string): string {
  let from = 'chain';
  for (let place = codes.length - 1; place > 1; place--) {
    const [t, d] = [`t${String(place)}`, `d${String(place)}`];
    const name = `chain${String(place)}`;
    writer.table(
      `near${String(place)}`,
      `SELECT c.who, min(h.moment) AS moment, arg_min(coalesce(h.duration_ns, 0), h.moment) AS duration_ns
FROM ${from} c JOIN held h ON h.who = c.who
WHERE h.code = ${codes[place - 1] ?? ''} AND h.moment >= c.t${String(place + 1)} - ${stepWindow} GROUP BY c.who`,
    );
    writer.table(
      name,
      `SELECT c.* REPLACE (coalesce(n.moment, c.${t}) AS ${t}, coalesce(n.duration_ns, c.${d}) AS ${d})
FROM ${from} c LEFT JOIN near${String(place)} n ON n.who = c.who`,
    );
    from = name;
  }
  return from;
}

/** Adds `links` from `wide`: a row each step done with `who`, `step` from 1, and the columns of `eligible`. */
export function writeLinks(writer: Writer, question: FunnelQuestion): void {
  const { steps, events } = question;
  const bits = `[${steps.map((_, index) => String(2 ** index)).join(', ')}]`;
  const told = [...(events.group === undefined ? [] : ['grp']), ...actorColumns(question)];
  const said = told.map((column) => `e.${column} NULLS LAST, `).join('');
  const keys = keysOf(question);
  writer.table(
    'links',
    `SELECT w.who, w.step, e.*
FROM (SELECT who, ${keys.join(', ')}, unnest(range(1, ${String(steps.length + 1)})) AS step, unnest(times) AS t FROM wide) w
JOIN eligible e ON ${alike(keys, 'e', 'w')} AND e.t = w.t AND (e.mask & list_extract(${bits}, w.step)) <> 0
QUALIFY row_number() OVER (PARTITION BY w.who, w.step ORDER BY e.mask, ${said}e.duration_ns NULLS LAST, e.seq) = 1`,
  );
}

/** What has chains of its own. */
const keysOf = (question: FunnelQuestion): string[] =>
  isByValue(question) ? ['actor', 'grp'] : ['actor'];

const alike = (keys: readonly string[], one: string, other: string): string =>
  keys
    .map((key) => `${one}.${key} ${key === 'grp' ? 'IS NOT DISTINCT FROM' : '='} ${other}.${key}`)
    .join(' AND ');

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
