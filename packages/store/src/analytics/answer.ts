/** The shape that every composed statement ends in: facts about its rows beside a page of its answer. */
import { storeError } from '../errors.ts';
import type { RowKind } from '../query.ts';
import type { Statement } from '../statements.ts';
import type { Answer } from './question.ts';
import type { EligibleEvents, Output } from './eligible-events.ts';
import { countFiltered, isBeyondNames } from './filtered.ts';
import { countSampled } from './sampled.ts';
import { landedSeq, REACH_NS, spanEventNames } from './span-events.ts';
import type { Writer } from './writer.ts';

/** A question ready to run, and how its rows are read. */
export interface Compiled<Row> {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
  readonly toAnswer: (
    rows: readonly Readonly<Record<string, unknown>>[],
    elapsedMs: number,
  ) => Answer<Row>;
}

/** Most rows of an answer. */
const MAX_ROWS = 10_000;

/**
 * Adds the table `facts` over one with the columns `seq`, `actor`, `marks`, a row each run or event. What groups rows
 * anyway selects {@link FACT_SUMS} in each group instead and gives the table of groups to {@link writeFactsOf}.
 */
export function writeFacts(writer: Writer, source: string): void {
  writer.table('counted', `SELECT ${FACT_SUMS} FROM ${source}`);
  writeFactsOf(writer, 'counted');
}

/** What facts are made of; sums, so groups of rows may be counted each and added. Marks as in src/marks.ts. */
export const FACT_SUMS = `count(*) AS rows_all, count(*) FILTER (WHERE actor IS NULL) AS rows_nobody,
  count(*) FILTER (WHERE fa_marked(marks, 0)) AS rows_untimed, count(*) FILTER (WHERE fa_marked(marks, 17)) AS rows_filtered,
  max(${landedSeq('seq')}) AS last_seq`;

/** Adds the table `facts` from one with the columns of {@link FACT_SUMS}. */
export function writeFactsOf(writer: Writer, source: string): void {
  writer.table(
    'facts',
    `SELECT coalesce(sum(rows_all), 0) AS rows_all, coalesce(sum(rows_nobody), 0) AS rows_nobody,
  coalesce(sum(rows_untimed), 0) AS rows_untimed, coalesce(sum(rows_filtered), 0) AS rows_filtered,
  coalesce(max(last_seq), 0) AS last_seq FROM ${source}`,
  );
}

/** How an answer ends: its rows come from `source`, `columns` are SQL by name, `order` is by columns of `source`. */
export interface Ending<Row> {
  readonly name: string;
  /** With selectors, runs among them that were sampled are counted. */
  readonly events: Pick<EligibleEvents, 'from' | 'asOf'> | EligibleEvents;
  /** A table with all rows of these events and their `marks` that is kept in memory anyway: sampled runs are counted there. */
  readonly kept?: string | undefined;
  /** SQL for the number of these, where the statement knows it; of numbers it may be more, but not where there are none. */
  readonly sampled?: string | undefined;
  /** SQL for the number of those whose sender leaves out others, where the statement knows it. */
  readonly filtered?: string | undefined;
  readonly approximate?: Answer<unknown>['approximate'];
  readonly output: Output<unknown>;
  readonly source: string;
  readonly order: string;
  readonly columns: Readonly<Record<string, { readonly sql: string; readonly kind: RowKind }>>;
  readonly toRow: (row: Readonly<Record<string, unknown>>) => Row;
}

/**
 * Closes a statement that has the table `facts`. Members are what `source` holds, by the column `cursor` (a text in the
 * order of `order`), from which a page begins. Numbers come whole or not at all: the answer of more than 10,000 throws
 * `STORE_ANSWER_TOO_LARGE`, because a number that is missing would read as 0.
 */
export function compileEnding<Row>(writer: Writer, ending: Ending<Row>): Compiled<Row> {
  const { name, events, kept, output, source, order, columns, toRow } = ending;
  const limit =
    output.kind === 'members' ? Math.min(Math.max(1, output.limit), MAX_ROWS) : MAX_ROWS;
  const after =
    output.kind === 'members' && output.after !== undefined
      ? `\n  WHERE cursor > ${writer.param('text', output.after)}`
      : '';
  const picked = Object.entries(columns).map(([column, { sql }]) => `${sql} AS "${column}"`);
  const from = writer.param('ns', events.from);
  const sampled =
    ending.sampled ?? ('selectors' in events ? countSampled(writer, events, kept) : '0');
  const isApart =
    output.kind === 'numbers' && 'selectors' in events && isBeyondNames(events.selectors);
  const filtered =
    ending.filtered ?? (isApart ? countFiltered(writer, events) : 'facts.rows_filtered');
  const sql = writer.toSql(
    `SELECT
  facts.rows_all AS "factRows", facts.rows_nobody AS "factNobody", facts.rows_untimed AS "factUntimed",
  ${filtered} AS "factFiltered", ${sampled} AS "factSampled", facts.last_seq AS "factSeq",
  ${removedSql(events, from)} AS "factRemoved",
  (SELECT count(*) FROM ${source}) AS "factTotal",
  page.*
FROM facts
LEFT JOIN (
  SELECT true AS "factRow", row_number() OVER (ORDER BY ${order}) AS "factPlace", ${picked.join(', ')}
  FROM ${source}${after}
  ORDER BY "factPlace"
  LIMIT ${writer.param('int', limit + 1)}
) page ON true
ORDER BY page."factPlace"`,
  );
  const kinds = Object.entries(columns).map(([column, { kind }]) => [column, `${kind}?`] as const);
  return {
    statement: {
      name,
      sql,
      params: writer.kinds,
      row: { ...FACT_ROW, ...Object.fromEntries(kinds) },
    },
    params: writer.values,
    toAnswer: (rows, elapsedMs) => {
      const facts = rows[0] as unknown as FactRow;
      const found = rows.filter((row) => row['factRow'] === true);
      if (output.kind === 'numbers' && found.length > limit)
        throw storeError('STORE_ANSWER_TOO_LARGE', { name, numbers: facts.factTotal, limit });
      return {
        rows: found.slice(0, limit).map(toRow),
        truncated: found.length > limit,
        total: facts.factTotal,
        facts: {
          rows: facts.factRows,
          nobody: facts.factNobody,
          untimed: facts.factUntimed,
          filtered: facts.factFiltered,
          sampled: facts.factSampled,
          adjusted: facts.factSampled,
          removedBefore: facts.factRemoved === null ? null : BigInt(facts.factRemoved),
        },
        approximate: ending.approximate,
        asOf: events.asOf ?? BigInt(facts.factSeq),
        statement: { sql, params: writer.values },
        elapsedMs,
      };
    },
  };
}

/** Before when rows of the window may be gone: events of spans go with the day of their span's start, and may lie behind it. */
function removedSql(events: Ending<unknown>['events'], from: string): string {
  const isOfSpans = 'selectors' in events && spanEventNames(events).length > 0;
  const until = `epoch_ns(max(raw_since)) + ${String(isOfSpans ? REACH_NS : 0n)}`;
  // At 0 nothing has ever been removed.
  return `(SELECT CASE WHEN ${until} > ${from} THEN ${until} END FROM rollup_state WHERE epoch_ns(raw_since) > 0)`;
}

interface FactRow {
  readonly factRows: number;
  readonly factNobody: number;
  readonly factUntimed: number;
  readonly factFiltered: number;
  readonly factSampled: number;
  readonly factSeq: string;
  readonly factRemoved: string | null;
  readonly factTotal: number;
}

const FACT_ROW = {
  factRows: 'int',
  factNobody: 'int',
  factUntimed: 'int',
  factFiltered: 'int',
  factSampled: 'int',
  factSeq: 'ns',
  factRemoved: 'ns?',
  factTotal: 'int',
  factRow: 'bool?',
  factPlace: 'int?',
} as const;
