/** Which selectors of a question a row matches, as a number with a bit for each. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import { conditionSql } from './condition-sql.ts';
import { Properties, type RowSource } from './property-sql.ts';
import type { EligibleEvents } from './eligible-events.ts';
import { isOwnSql } from './others.ts';
import type { EventSelector } from './selector.ts';
import type { Writer } from './writer.ts';

/** A bit for each selector that a row matches. */
export interface Mask {
  readonly sql: string;
  /** What it needs behind FROM: the bits of the selectors that name a name, which leaves out all other names where it may. */
  readonly join: string;
  readonly isNeverZero: boolean;
  /** Where others are kept: whether a selector names the row, which may fail whatever else it asks. */
  readonly isNamed: string;
}

/** Selectors that may match a row, with their bits. */
interface Ours {
  readonly selectors: readonly { readonly selector: EventSelector; readonly bit: string }[];
  readonly keepOthers: boolean;
  /** Of rows of this name alone. */
  readonly only: string | undefined;
  /** Rows have their name itself in place of its id, and all of them one that a selector names. */
  readonly isOfSpan: boolean;
  /** `any` leaves out what SDKs send of themselves. */
  readonly isWithoutOwn: boolean;
  /** A table to be added, with the bits of names by their id. */
  readonly table?: string | undefined;
}

/** Those of a question that may match rows of a source, or rows of one name alone. */
export function oursOf(
  source: RowSource,
  { selectors, keepOthers, withOwn = false }: EligibleEvents,
  only: string | undefined,
): Ours {
  const isOfSpan = source === 'spanEvent';
  const ours = selectors
    .map((selector, index) => ({ selector, bit: bitOf(index) }))
    .filter(({ selector }) => (selector.source === 'run') === (source === 'run'))
    .filter(({ selector: { names } }) => !isOfSpan || names !== 'any')
    .filter(({ selector: { names } }) => only === undefined || names.includes(only));
  return {
    selectors: ours,
    keepOthers: keepOthers && !isOfSpan,
    only,
    isOfSpan,
    isWithoutOwn: source === 'event' && !withOwn,
  };
}

/**
 * The mask of runs that roll-ups have added up, by their name and status as `s.feature_id` and `s.feature_status`; of these
 * selectors alone, by their index. With a table, the bits of those that name a name are kept in it, by `id`, for all who join.
 */
export function writeSumMask(
  writer: Writer,
  selectors: readonly EventSelector[],
  isMeant: (selector: EventSelector, index: number) => boolean,
  table?: string,
): Mask {
  const meant = selectors.flatMap((selector, index) =>
    isMeant(selector, index) ? [{ selector, bit: bitOf(index) }] : [],
  );
  const ours = {
    selectors: meant,
    keepOthers: false,
    only: undefined,
    isOfSpan: false,
    isWithoutOwn: false,
    table,
  };
  return maskSql(writer, 's.feature_id', ours, new Properties('run', writer));
}

/** The mask of rows of a source, whose column `name` is the id of their name, or the name. */
export function maskSql(
  writer: Writer,
  name: string,
  { selectors, keepOthers, only, isOfSpan, isWithoutOwn, table }: Ours,
  properties: Properties,
): Mask {
  const ours = selectors.map((one) => ({
    ...one,
    test: testSql(writer, one.selector, properties),
  }));
  const named = ours.flatMap(({ selector: { names }, bit }) =>
    names === 'any' ? [] : [{ names, bit }],
  );
  const any = ours.filter(({ selector }) => selector.names === 'any').map(({ bit }) => bit);
  const isOnlyNamed = any.length === 0 && !keepOthers;
  const isCut = isWithoutOwn && any.length > 0;
  const anyBits = isCut
    ? `CASE WHEN ${isOwnSql(name)} THEN 0::BIGINT ELSE ${orSql(any)} END`
    : orSql(any);
  const all = orSql(named.map(({ bit }) => bit));
  const bitsBy = (text: string): string =>
    orSql(
      named.map(
        ({ names, bit }) =>
          `CASE WHEN list_contains(${writer.param('texts', names)}, ${text}) THEN ${bit} ELSE 0 END`,
      ),
    );
  const byName = (): string => {
    const sql = `SELECT id, ${bitsBy('text')} AS bits\n  FROM vocabulary\n  WHERE bits <> 0`;
    if (table === undefined) return `(\n  ${sql}\n)`;
    writer.table(table, sql);
    return table;
  };
  const join =
    named.length === 0 || isOfSpan
      ? ''
      : only === undefined
        ? `${isOnlyNamed ? '' : 'LEFT '}JOIN ${byName()} named ON named.id = ${name}\n`
        : `JOIN (SELECT id FROM vocabulary WHERE text = ${writer.param('text', only)}) named ON named.id = ${name}\n`;
  const namedBits = isOfSpan ? bitsBy(name) : only === undefined ? 'coalesce(named.bits, 0)' : all;
  const bits = named.length === 0 ? anyBits : orSql([namedBits, anyBits]);
  const isTested = ours.some(({ test }) => test !== '');
  const passed = orSql(
    ours.map(({ bit, test }) => (test === '' ? bit : `CASE WHEN ${test} THEN ${bit} ELSE 0 END`)),
  );
  return {
    sql: isTested ? `(${bits} & ${passed})` : bits,
    join,
    isNamed: keepOthers && named.length > 0 ? 'named.id IS NOT NULL' : 'false',
    isNeverZero: !isTested && !isCut && ours.length > 0 && (isOnlyNamed || any.length > 0),
  };
}

/** What a row must be beyond its name; empty for nothing. */
function testSql(writer: Writer, selector: EventSelector, properties: Properties): string {
  const { source, statuses, minDurationNs, maxDurationNs, where } = selector;
  const tests: string[] = [];
  if (source === 'event' && (statuses ?? minDurationNs ?? maxDurationNs) !== undefined)
    return 'false';
  if (statuses !== undefined) {
    const numbers = statuses.map((status) => String(FEATURE_STATUSES.indexOf(status) + 1));
    tests.push(numbers.length === 0 ? 'false' : `s.feature_status IN (${numbers.join(', ')})`);
  }
  if (minDurationNs !== undefined)
    tests.push(`s.duration_ns >= ${writer.param('ns', minDurationNs)}`);
  if (maxDurationNs !== undefined)
    tests.push(`s.duration_ns <= ${writer.param('ns', maxDurationNs)}`);
  if ((minDurationNs ?? maxDurationNs) !== undefined) tests.push('NOT fa_marked(s.marks, 0)');
  if (where !== undefined) tests.push(conditionSql(writer, properties, where));
  return tests.join(' AND ');
}

/** The mask of these selectors, by their index. */
export const bitsOf = (indexes: readonly number[]): string => orSql(indexes.map(bitOf));

const bitOf = (index: number): string => `${String(2 ** index)}::BIGINT`;
const orSql = (bits: readonly string[]): string =>
  bits.length === 0 ? '0::BIGINT' : `(${bits.join(' | ')})`;
