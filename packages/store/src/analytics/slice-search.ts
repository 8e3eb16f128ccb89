/** Which numbers a run may have that has an attribute with a text, by the filters that upkeep writes. */
import { toPieces } from '../attribute-slice.ts';
import { SLICE_ROWS } from '../slice.ts';
import type { Statement } from '../statements.ts';
import type { Condition } from './condition.ts';
import { isInJson, keysOfRun } from './property-sql.ts';
import type { EligibleEvents, SeqRange } from './eligible-events.ts';
import { Writer } from './writer.ts';

/** A statement about slices, and how its rows are read. */
interface SliceSearch {
  readonly statement: Statement;
  readonly params: Readonly<Record<string, unknown>>;
  /** Undefined where all numbers are left. */
  readonly toRanges: (
    rows: readonly Readonly<Record<string, unknown>>[],
  ) => readonly SeqRange[] | undefined;
}

/** The search for what the scope demands of every run; undefined where that is no text of an attribute. */
export function compileSliceSearch({ scope, from, to }: EligibleEvents): SliceSearch | undefined {
  const demands = scope === undefined ? [] : demandsOf(scope);
  if (demands.length === 0) return undefined;
  const writer = new Writer();
  // A run that is asked for has one piece of each demand.
  const found = demands.map((pieces) =>
    pieces.map((piece) => sliceSql(writer, piece)).join('\nUNION\n'),
  );
  const sql = `WITH found AS (
${found.map((slices) => `(${slices})`).join('\nINTERSECT\n')}
),
missed AS (
  SELECT slice FROM attribute_slice
  WHERE probe = fa_filter_probe()
    AND (last_time < fa_time(${writer.param('ns', from)}) OR first_time >= fa_time(${writer.param('ns', to)})
      OR slice NOT IN (SELECT slice FROM found))
  UNION ALL
  SELECT ${String(BEYOND)}::UBIGINT
)
SELECT first, slice - 1 AS last
FROM (SELECT slice, coalesce(lag(slice) OVER (ORDER BY slice) + 1, 0) AS first FROM missed)
WHERE slice > first
ORDER BY first`;
  return {
    statement: {
      name: 'attribute slices',
      sql,
      params: writer.kinds,
      row: { first: 'int', last: 'int' },
    },
    params: writer.values,
    toRanges: (rows) => {
      const slices = rows as unknown as readonly Slices[];
      if (slices.length <= 1 && slices[0]?.first === 0) return undefined;
      return joinNearest(slices).map(({ first, last }) => ({
        first: BigInt(first) * BigInt(SLICE_ROWS),
        last: BigInt(last + 1) * BigInt(SLICE_ROWS) - 1n,
      }));
    },
  };
}

/** Behind every slice. */
const BEYOND = 2 ** 48;

interface Slices {
  readonly first: number;
  readonly last: number;
}

/** Each takes a look at every file of the archive. */
const MOST_RANGES = 12;

/** The same slices and those between the nearest ones. */
function joinNearest(slices: readonly Slices[]): Slices[] {
  const gaps = slices.slice(1).map(({ first }, index) => first - (slices[index]?.last ?? 0));
  const wide = new Set(
    gaps
      .map((_, index) => index)
      .toSorted((a, b) => (gaps[b] ?? 0) - (gaps[a] ?? 0))
      .slice(0, MOST_RANGES - 1),
  );
  const joined: Slices[] = [];
  for (const [index, slice] of slices.entries()) {
    const open = joined.at(-1);
    if (open === undefined || wide.has(index - 1)) joined.push(slice);
    else joined[joined.length - 1] = { first: open.first, last: slice.last };
  }
  return joined;
}

/** For each text that is demanded the pieces of which a run has one. */
function demandsOf(condition: Condition): string[][] {
  if (condition.kind === 'and') return condition.parts.flatMap(demandsOf);
  const values =
    condition.kind === 'compare' && condition.op === '='
      ? [condition.value]
      : condition.kind === 'in'
        ? condition.values
        : [];
  if (!('property' in condition) || !isInJson(condition.property, 'run')) return [];
  const keys = keysOfRun(condition.property.key);
  const pieces = values.map((value) =>
    typeof value === 'number' ? undefined : toPieces(keys, String(value)),
  );
  return values.length === 0 || values.length > MOST_VALUES || pieces.includes(undefined)
    ? []
    : [pieces.flatMap((own) => own ?? [])];
}

const MOST_VALUES = 20;

/** By equality with one part, because the bits of others are not fetched then. */
function sliceSql(writer: Writer, piece: string): string {
  const hash = `hash(${writer.param('text', piece)})`;
  return `SELECT slice FROM attribute_filter WHERE part = fa_filter_part(${hash}) AND fa_filter_has(bits, ${hash})`;
}
