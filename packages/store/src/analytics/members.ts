/** The drill-down: whom or what one number counts, a page at a time. */
import { compileEnding, type Compiled } from './answer.ts';
import { SESSION_BIT } from './eligible.ts';
import type { MemberRow } from './question.ts';
import type { EligibleEvents, Output } from './eligible-events.ts';
import type { Unit } from './unit.ts';
import type { Writer } from './writer.ts';

/** What the members of a number are: units of one kind, or the rows themselves. */
export type MemberKind = Exclude<Unit, 'attempt'> | 'row';

/**
 * Closes a statement that has the tables `facts` and `cell`; the latter holds the rows of one number with `seq`, `t`,
 * `is_run`, `trace_id`, and `key` for members that are units: those whose key is NULL are no members. With `isByPlace` a
 * unit is a member once for each `place`, a column with a whole number of at most six digits.
 */
export function compileMembers(
  writer: Writer,
  kind: MemberKind,
  events: EligibleEvents,
  output: Output<unknown>,
  { isByPlace = false }: { readonly isByPlace?: boolean } = {},
): Compiled<MemberRow> {
  const isRow = kind === 'row';
  // Texts that sort as the keys do: 20 digits hold any of 64 bits.
  const own = kind === 'trace' ? 'key::VARCHAR' : `lpad(key::VARCHAR, 20, '0')`;
  const cursor = isByPlace ? `lpad(place::VARCHAR, 6, '0') || ' ' || ${own}` : own;
  writer.table(
    'members',
    isRow
      ? `SELECT lpad(seq::VARCHAR, 20, '0') AS cursor, seq AS key, t AS first_time, t AS last_time, 1 AS rows, trace_id, is_run FROM cell`
      : `SELECT ${cursor} AS cursor, key, min(t) AS first_time, max(t) AS last_time, count(*) AS rows,
  arg_max(trace_id, (t, seq)) AS trace_id, true AS is_run
FROM cell WHERE key IS NOT NULL GROUP BY key${isByPlace ? ', place' : ''}`,
  );
  return compileEnding<MemberRow>(writer, {
    name: 'ask/members',
    events,
    output,
    source: 'members',
    order: 'cursor',
    columns: {
      cursor: { sql: 'cursor', kind: 'text' },
      unit: { sql: UNIT_SQL[kind], kind: 'text' },
      key: { sql: KEY_SQL[kind], kind: 'text' },
      firstTime: { sql: 'first_time', kind: 'ns' },
      lastTime: { sql: 'last_time', kind: 'ns' },
      rows: { sql: 'rows', kind: 'int' },
      traceId: { sql: 'fa_trace_id(trace_id)', kind: 'text' },
    },
    toRow: ({ cursor: place, unit, key, firstTime, lastTime, rows, traceId }) =>
      ({ cursor: place, unit, key, firstTime, lastTime, rows, traceId }) as MemberRow,
  });
}

const identity = (id: string): string => `(SELECT text FROM identities WHERE id = ${id})`;
const SESSION_OF_KEY = `xor(key, ${SESSION_BIT})`;

/** A session that stands for its user is told by its name being found only without the bit. */
const UNIT_SQL: Readonly<Record<MemberKind, string>> = {
  user: `CASE WHEN ${identity('key')} IS NULL THEN 'session' ELSE 'user' END`,
  session: `'session'`,
  trace: `'trace'`,
  row: `CASE WHEN is_run THEN 'run' ELSE 'event' END`,
};

const KEY_SQL: Readonly<Record<MemberKind, string>> = {
  user: `coalesce(${identity('key')}, ${identity(SESSION_OF_KEY)})`,
  session: identity('key'),
  trace: 'fa_trace_id(key)',
  row: 'key::VARCHAR',
};
