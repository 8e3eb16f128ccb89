/** Activity over few buckets: a number each unit whose bits are its buckets, and what is told from those. */
import type { Writer } from './writer.ts';

/** Bits of a HUGEINT, but for its sign; bucket -1 takes one too. */
const MAX_LAST = 124;
/** Bits of a BIGINT, which takes half the time. */
const MAX_SMALL_LAST = 60;

/** Whether the buckets up to this one are few enough. */
export const hasFewBuckets = (last: number): boolean => last <= MAX_LAST;

/** Adds `masks` from `placed`: `bits` of each unit and group, of which bit 0 is history, and `rows`. */
export function writeMasks(
  writer: Writer,
  {
    last,
    rows,
    isGrouped,
  }: { readonly last: number; readonly rows: string; readonly isGrouped: boolean },
): void {
  // To group by what is the same in all rows takes as long as by the unit.
  const [group, by] = isGrouped
    ? ['rank, min(grp) AS grp', 'actor, rank']
    : ['NULL::BIGINT AS rank, NULL::VARCHAR AS grp', 'actor'];
  writer.table(
    'masks',
    `SELECT actor, ${group}, ${rows} AS rows, bit_or(${one(last)} << (bucket + 1)) AS bits
FROM placed WHERE actor IS NOT NULL AND bucket IS NOT NULL GROUP BY ${by}`,
  );
}

const one = (last: number): string => (last <= MAX_SMALL_LAST ? '1::BIGINT' : '1::HUGEINT');

/** Adds `totals` from `masks`: how many buckets and rows each has. */
export function writeTotalsOfBits(writer: Writer): void {
  writer.table(
    'totals',
    'SELECT actor, rank, grp, bit_count(bits)::BIGINT AS intervals, rows FROM masks',
  );
}

/** Adds `belonging` from `masks`: what each is in the buckets of its own and in those behind them. */
export function writeLifecycleOfBits(writer: Writer, last: number): void {
  const isIn = (shift: string): string => `(bits >> ${shift}) & 1 = 1`;
  writer.table(
    'belonging',
    `SELECT actor, rank, grp, place,
  CASE WHEN NOT ${isIn('(place + 1)')} THEN 'dormant' WHEN ${isIn('place')} THEN 'returning'
    WHEN bits & ((${one(last)} << place) - 1) = 0 THEN 'new' ELSE 'resurrecting' END AS part
FROM masks, (${placesSql(1, last)}) places
WHERE (bits >> place) & 3 <> 0`,
  );
}

/** Adds `numbers` from `masks`: units with a bit among so many that end with a bucket. */
export function writeTrailingOfBits(writer: Writer, spans: readonly number[], last: number): void {
  // Bit i of a span's number: somebody was active in bucket i or in those behind it, as many as the span has.
  const behind = (span: number): string =>
    Array.from(
      { length: Math.min(span, last + 2) },
      (_, shift) => `(bits >> ${String(shift)})`,
    ).join(' | ');
  const ahead = spans.map((span, i) => `${behind(span)} AS ahead${String(i)}`);
  writer.table('reached', `SELECT bits, ${ahead.join(', ')} FROM masks`);
  const active = spans.map((span, i) => {
    const first = String(Math.min(span, last + 2) - 1);
    return `sum(CASE WHEN place >= ${first} THEN (ahead${String(i)} >> (place + 1 - ${first})) & 1
    WHEN bits & ((${one(last)} << (place + 2)) - 1) <> 0 THEN 1 ELSE 0 END)::BIGINT AS actors${String(i)}`;
  });
  writer.table(
    'sums',
    `SELECT place, ${active.join(', ')} FROM (${placesSql(0, last)}) places LEFT JOIN reached ON true GROUP BY place`,
  );
  writer.table(
    'numbers',
    spans
      .map(
        (span, i) =>
          `SELECT 'trailing' AS part, ${String(span)}::BIGINT AS span, place, NULL::BIGINT AS rank, NULL::VARCHAR AS value, coalesce(actors${String(i)}, 0) AS actors FROM sums`,
      )
      .join('\nUNION ALL\n'),
  );
}

const placesSql = (first: number, last: number): string =>
  `SELECT unnest(range(${String(first)}, ${String(last + 1)})) AS place`;
