/** The one way from a question to the rows it is about: numbers and their drill-down read the same. */
import { storeError } from '../errors.ts';
import { conditionSql } from './condition-sql.ts';
import { Properties, type RowSource } from './property-sql.ts';
import type { EligibleEvents } from './eligible-events.ts';
import { isOtherSql } from './others.ts';
import { maskSql, oursOf } from './selector-mask.ts';
import { chooseTable, type RowTable, withinSql } from './source.ts';
import { spanEventNames, spanEventsSql } from './span-events.ts';
import type { Unit } from './unit.ts';
import { Writer } from './writer.ts';
import type { EligibleColumns } from './eligible-columns.ts';

/** What the table is called, whether it is made anew wherever it is named, and what is read for it: everything unless given. */
export interface EligibleTable {
  readonly name: string;
  readonly kept?: 'NOT MATERIALIZED' | undefined;
  readonly sources?: readonly RowSource[] | undefined;
}

/**
 * Adds the table `eligible`, a row each run or event: `seq` (unique), `t` (nanoseconds since 1970), `is_run`, `actor` (the
 * unit's key, NULL for none; a UUID for traces, else UBIGINT), `marks`, `mask` (bit i: selector i), `grp` (text, with a
 * group), `h1` to `h3` (texts, one a property held), and what `columns` says.
 * Throws `STORE_QUESTION_INVALID`.
 */
export function writeEligible(
  writer: Writer,
  events: EligibleEvents,
  columns: EligibleColumns = {},
  { name: table, kept, sources: read = SOURCES }: EligibleTable = { name: 'eligible' },
): void {
  checkEvents(events);
  const sources = read.filter((source) =>
    source === 'spanEvent'
      ? spanEventNames(events).length > 0
      : events.keepOthers || events.selectors.some((selector) => selector.source === source),
  );
  writer.table(
    table,
    sources
      .flatMap((source) =>
        partsOf(source, events, columns).map((part) => rowsSql(writer, events, columns, part).sql),
      )
      .join('\nUNION ALL\n'),
    kept,
  );
}

/** Rows of one source that are read at once. */
interface Part {
  readonly source: RowSource;
  /** Only this name. */
  readonly only?: string | undefined;
  /** Not the table that is best for all of them. */
  readonly from?: RowTable | undefined;
}

/** More are found together: each name reads anew what it cannot skip. */
const MAX_NAMES_APART = 8;

/**
 * What is read by itself. Archived runs lie by feature: by equality with one id all other features are skipped, by a list of
 * ids only what lies before the least and behind the greatest. Everything else lies by time, and each name would read it anew.
 */
function partsOf(
  source: RowSource,
  events: EligibleEvents,
  columns: EligibleColumns,
): readonly Part[] {
  if (source === 'spanEvent') return [{ source }];
  const ours = events.selectors.filter((selector) => selector.source === source);
  const names = new Set(
    ours.flatMap((selector) => (selector.names === 'any' ? [] : selector.names)),
  );
  const isNamed = !events.keepOthers && ours.every((selector) => selector.names !== 'any');
  if (!isNamed || names.size === 0 || names.size > MAX_NAMES_APART) return [{ source }];
  const [only] = names;
  if (names.size === 1) return [{ source, only }];
  if (rowsSql(new Writer(), events, columns, { source }).table !== 'run_uses') return [{ source }];
  return [
    { source, from: 'hot_spans' },
    ...[...names].map((only): Part => ({ source, only, from: 'feature_use' })),
  ];
}

const SOURCES: readonly RowSource[] = ['run', 'event', 'spanEvent'];

/** Ids of users and sessions come from one list, so this bit tells a session that stands for its user. */
export const SESSION_BIT = '4611686018427387904::UBIGINT';

/** What a row of a source belongs to by unit. */
const UNIT_SQL: Readonly<Record<Unit, string>> = {
  user: 'fa_actor(s.user_id, s.session_id)',
  attempt: 'fa_actor(s.user_id, s.session_id)',
  session: 'nullif(s.session_id, 0)',
  trace: `nullif(s.trace_id, '00000000-0000-0000-0000-000000000000'::UUID)`,
};

function rowsSql(
  writer: Writer,
  events: EligibleEvents,
  columns: EligibleColumns,
  { source, only, from }: Part,
): { readonly table: RowTable | undefined; readonly sql: string } {
  const time = source === 'run' ? 'start_time' : 'time';
  const name = NAME_COLUMN[source];
  const isOfSpan = source === 'spanEvent';
  const properties = new Properties(source, writer);
  const isKept = events.keepOthers && !isOfSpan;
  const mask = maskSql(writer, `s.${name}`, oursOf(source, events, only), properties);
  const selected = [
    's.seq',
    `epoch_ns(s.${time}) AS t`,
    `${String(source === 'run')} AS is_run`,
    `${UNIT_SQL[events.unit]} AS actor`,
    isOfSpan ? `s.marks & ${String(MARKS_OF_SPAN)} AS marks` : 's.marks',
    `${mask.sql} AS mask`,
    ...(isKept ? [`(${mask.isNamed} OR ${isOtherSql(source)}) AS is_other`] : []),
    ...(events.group === undefined ? [] : [`${properties.text(events.group.by)} AS grp`]),
    ...(events.hold ?? []).map((held, i) => `${properties.text(held)} AS h${String(i + 1)}`),
    ...(columns.name === true ? [`s.${name} AS name_id`] : []),
    ...(columns.trace === true ? [`${UNIT_SQL.trace} AS trace_id`] : []),
    ...(columns.duration === true ? [`${DURATION_SQL[source]} AS duration_ns`] : []),
    ...(columns.units ?? []).map((unit) => `${UNIT_SQL[unit]} AS as_${unit}`),
    ...(columns.texts ?? []).map((text, i) => `${properties.text(text)} AS a${String(i + 1)}`),
    ...(columns.values ?? []).map((value, i) => `${properties.number(value)} AS v${String(i + 1)}`),
  ];
  const conditions = [
    `s.${time} >= fa_time(${writer.param('ns', events.from)})`,
    `s.${time} < fa_time(${writer.param('ns', events.to)})`,
    ...(isOfSpan ? [] : [`s.${name} <> 0`]),
    ...(events.asOf === undefined
      ? []
      : [`s.${isOfSpan ? 'span_seq' : 'seq'} <= (${writer.param('ns', events.asOf)})::UBIGINT`]),
    ...(events.scope === undefined ? [] : [conditionSql(writer, properties, events.scope)]),
  ];
  const table =
    source === 'spanEvent' ? undefined : (from ?? chooseTable(source, events, columns, properties));
  const rows = `SELECT ${selected.join(', ')}
FROM ${table === undefined ? spanEventsSql(writer, events, columns.sampled) : withinSql(writer, table, events)} s
${mask.join}${properties.joins}WHERE ${conditions.join('\n  AND ')}`;
  if (isKept)
    return {
      table,
      sql: `SELECT * EXCLUDE (is_other) FROM (\n${rows}\n) WHERE mask <> 0 OR is_other`,
    };
  return { table, sql: mask.isNeverZero ? rows : `SELECT * FROM (\n${rows}\n) WHERE mask <> 0` };
}

const DURATION_SQL: Readonly<Record<RowSource, string>> = {
  run: 'CASE WHEN NOT fa_marked(s.marks, 0) THEN s.duration_ns END',
  event: 'NULL::BIGINT',
  spanEvent: 'NULL::BIGINT',
};

/** What an event is found by: the id of its name, or the name. */
const NAME_COLUMN: Readonly<Record<RowSource, string>> = {
  run: 'feature_id',
  event: 'event_name_id',
  spanEvent: 'name',
};

/** The marks of a span that hold of its events too, as in src/marks.ts: others like it were left out (17 and 23). */
const MARKS_OF_SPAN = 2 ** 17 + 2 ** 23;

const MAX_SELECTORS = 40;
const MAX_GROUPS = 200;
const MAX_HELD = 3;

/** Throws `STORE_QUESTION_INVALID` where no question may ask so. */
export function checkEvents({ selectors, keepOthers, group, hold = [] }: EligibleEvents): void {
  const top = group?.top ?? 1;
  const reason =
    selectors.length > MAX_SELECTORS || (selectors.length === 0 && !keepOthers)
      ? `it has ${String(selectors.length)} selectors, 1 to ${String(MAX_SELECTORS)} may be`
      : !Number.isInteger(top) || top < 0 || top > MAX_GROUPS
        ? `it asks for ${String(top)} groups, 0 to ${String(MAX_GROUPS)} may be`
        : hold.length > MAX_HELD
          ? `it holds ${String(hold.length)} properties, at most ${String(MAX_HELD)} may be`
          : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
