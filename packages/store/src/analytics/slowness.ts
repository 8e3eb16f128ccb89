/** The cost of slowness as SQL: days of units, what they met first, and the next day on which they were seen. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import type { SlownessOutcome, SlownessQuestion, SlownessRow } from './slowness-question.ts';
import { Writer } from './writer.ts';

/** The statement of a question about slowness. Throws `STORE_QUESTION_INVALID`. */
export function compileSlowness(
  question: SlownessQuestion,
): Compiled<SlownessRow> | Compiled<MemberRow> {
  checkSlowness(question);
  const writer = new Writer();
  const { events, output } = question;
  writeEligible(writer, events, { trace: output.kind === 'members', duration: true });
  writeFacts(writer, 'eligible');
  writeEntries(writer, question);
  if (output.kind === 'members') return compileCell(writer, question);

  writer.table(
    'numbers',
    `SELECT is_slow, count(DISTINCT actor) FILTER (WHERE is_mature) AS actors,
  count(*) FILTER (WHERE is_mature) AS mature, count(*) FILTER (WHERE is_mature AND has_returned) AS returned,
  count(*) FILTER (WHERE NOT is_mature) AS immature
FROM entries GROUP BY is_slow`,
  );
  return compileEnding<SlownessRow>(writer, {
    name: 'ask/slowness',
    events,
    output,
    source: 'numbers',
    order: 'is_slow DESC',
    columns: {
      side: { sql: `CASE WHEN is_slow THEN 'slow' ELSE 'fast' END`, kind: 'text' },
      actors: { sql: 'actors', kind: 'int' },
      mature: { sql: 'mature', kind: 'int' },
      returned: { sql: 'returned', kind: 'int' },
      immature: { sql: 'immature', kind: 'int' },
      thresholdNs: { sql: '(SELECT ns FROM threshold)', kind: 'real' },
    },
    toRow: ({ side, actors, mature, returned, immature, thresholdNs }) =>
      ({ side, actors, mature, returned, immature, thresholdNs }) as SlownessRow,
  });
}

/** Members of a number are days of units; their rows are the runs that were judged on them. */
function compileCell(writer: Writer, { events, output }: SlownessQuestion): Compiled<MemberRow> {
  if (output.kind !== 'members' || !Object.hasOwn(OUTCOMES, output.cell.outcome))
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its cell has no known outcome' });
  const { side, outcome } = output.cell;
  writer.table(
    'cell',
    `SELECT j.*, j.actor AS key, j.bucket AS place
FROM judged j JOIN entries e ON e.actor = j.actor AND e.bucket = j.bucket
WHERE e.is_slow = ${writer.param('bool', side === 'slow')} AND ${OUTCOMES[outcome]}`,
  );
  const unit = events.unit === 'attempt' ? 'user' : events.unit;
  return compileMembers(writer, unit, events, output, { isByPlace: true });
}

const OUTCOMES: Readonly<Record<SlownessOutcome, string>> = {
  mature: 'e.is_mature',
  returned: 'e.is_mature AND e.has_returned',
  away: 'e.is_mature AND NOT e.has_returned',
  immature: 'NOT e.is_mature',
};

/** Adds `judged`, runs by unit and day, `threshold`, and `entries`: a row each such day, with what follows. */
function writeEntries(
  writer: Writer,
  { events, judged, slots, horizonNs, matureNs }: SlownessQuestion,
): void {
  const [from, to] = [writer.param('ns', judged.from), writer.param('ns', judged.to)];
  const [origin, width] = [writer.param('ns', slots.origin), writer.param('ns', slots.width)];
  const isTold = events.selectors.length > 2;
  writer.table(
    'placed',
    `SELECT *, list_extract((${writer.param('texts', slots.buckets)})::INTEGER[], 1 + (t - ${origin}) // ${width}) AS bucket
FROM eligible`,
  );
  const isJudged = `mask & 1 <> 0 AND t >= ${from} AND t < ${to} AND duration_ns IS NOT NULL`;
  writer.table(
    'threshold',
    isTold
      ? 'SELECT NULL::DOUBLE AS ns'
      : `SELECT quantile_cont(duration_ns, 0.75)::DOUBLE AS ns FROM placed WHERE ${isJudged}`,
  );
  writer.table(
    'judged',
    `SELECT *, ${isTold ? 'mask & 4 <> 0' : 'duration_ns > (SELECT ns FROM threshold)'} AS is_slow
FROM placed WHERE ${isJudged} AND actor IS NOT NULL AND bucket IS NOT NULL`,
  );
  writer.table(
    'met',
    `SELECT actor, bucket, bool_or(is_slow) AS is_slow, coalesce(min(t) FILTER (WHERE is_slow), min(t)) AS t0
FROM judged GROUP BY actor, bucket`,
  );
  writer.table(
    'seen',
    `SELECT actor, bucket, min(t) AS t FROM placed
WHERE mask & 2 <> 0 AND actor IS NOT NULL AND bucket IS NOT NULL GROUP BY actor, bucket`,
  );
  const horizon = writer.param('ns', horizonNs);
  writer.table(
    'entries',
    `SELECT met.*, met.t0 + ${horizon} <= ${writer.param('ns', matureNs)} AS is_mature,
  coalesce(seen.t <= met.t0 + ${horizon}, false) AS has_returned
FROM met ASOF LEFT JOIN seen ON met.actor = seen.actor AND met.bucket < seen.bucket`,
  );
}

function checkSlowness({ events, judged, slots, horizonNs }: SlownessQuestion): void {
  const { origin, width, buckets } = slots;
  const reason =
    events.unit === 'attempt'
      ? 'attempts do not come back'
      : events.group !== undefined
        ? 'it has no breakdown'
        : events.selectors.length < 2 || events.selectors.length > 3
          ? 'it needs runs and returns'
          : horizonNs <= 0n
            ? 'its horizon has no length'
            : judged.from < events.from || judged.to > events.to
              ? 'it judges runs outside of what it looks at'
              : origin > events.from ||
                  width <= 0n ||
                  origin + width * BigInt(buckets.length) < events.to
                ? 'its slots do not cover its range'
                : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
