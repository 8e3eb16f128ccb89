/** Activity as SQL: the buckets of each unit, and who belongs to a number made of them. */
import { storeError } from '../errors.ts';
import {
  hasFewBuckets,
  writeLifecycleOfBits,
  writeMasks,
  writeTotalsOfBits,
  writeTrailingOfBits,
} from './activity-bits.ts';
import { compileEnding, writeFacts, writeFactsOf, type Compiled } from './answer.ts';
import type {
  ActivityCell,
  ActivityMeasure,
  ActivityPart,
  ActivityQuestion,
  ActivityRow,
} from './activity-question.ts';
import { bucketOfDay, isOfDays, SAMPLED_OF_DAYS, writeDays } from './days.ts';
import { writeEligible } from './eligible.ts';
import { checkGroup, groupSql, RANKED_JOIN, toGroup, writeRanked } from './group.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import { Writer } from './writer.ts';

/** The statement of a question about activity. Throws `STORE_QUESTION_INVALID`. */
export function compileActivity(
  question: ActivityQuestion,
): Compiled<ActivityRow> | Compiled<MemberRow> {
  checkActivity(question);
  const writer = new Writer();
  const { events, slots, measure, output } = question;
  const isByDay = output.kind === 'numbers' && isOfDays(events, slots);
  if (isByDay) {
    writeDays(writer, events);
    writeFactsOf(writer, 'eligible');
  } else {
    writeEligible(writer, events, { trace: output.kind === 'members' });
    writeFacts(writer, 'eligible');
  }
  writePlaced(writer, question, isByDay);
  const last = lastOf(question);
  const isOfBits = hasFewBuckets(last);
  const rows = isByDay ? 'sum(n)::BIGINT' : 'count(*)';
  const isGrouped = events.group !== undefined;
  if (isOfBits) writeMasks(writer, { last, rows, isGrouped });
  else writeUses(writer, rows);
  if (measure.kind === 'spread') writeSpread(writer, isOfBits);
  else if (measure.kind === 'lifecycle')
    (isOfBits ? writeLifecycleOfBits : writeLifecycle)(writer, last);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);

  if (measure.kind === 'trailing')
    (isOfBits ? writeTrailingOfBits : writeTrailing)(writer, measure.spans, last);
  else
    writer.table(
      'numbers',
      isGrouped
        ? `SELECT part, 0 AS span, place, rank, min(grp) AS value, count(*) AS actors FROM belonging GROUP BY part, place, rank`
        : `SELECT part, 0 AS span, place, NULL::BIGINT AS rank, NULL::VARCHAR AS value, count(*) AS actors FROM belonging GROUP BY part, place`,
    );
  return compileEnding<ActivityRow>(writer, {
    name: 'ask/activity',
    events,
    sampled: isByDay ? SAMPLED_OF_DAYS : undefined,
    output,
    source: 'numbers',
    order: 'rank NULLS LAST, part, span, place',
    columns: {
      part: { sql: 'part', kind: 'text' },
      span: { sql: 'span', kind: 'int' },
      at: { sql: 'place', kind: 'int' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'CASE WHEN rank IS NOT NULL THEN value END', kind: 'text' },
      actors: { sql: 'actors', kind: 'int' },
    },
    toRow: ({ part, span, at, rank, value, actors }) => ({
      part: part as ActivityPart,
      span: span as number,
      at: at as number,
      group: toGroup(events, rank as number | null, value as string | null),
      actors: actors as number,
    }),
  });
}

/** Members of a number are who is counted; their rows are all of theirs in the group. */
function compileCell(
  writer: Writer,
  { events, measure, output }: ActivityQuestion,
  { part, span, from, to, group }: ActivityCell,
): Compiled<MemberRow> {
  checkGroup(events, group);
  const fits = PARTS[measure.kind].includes(part);
  if (!fits)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its cell and its measure do not fit' });
  const [first, last] = [writer.param('int', from), writer.param('int', to)];
  const chosen =
    measure.kind === 'trailing'
      ? `FROM placed WHERE bucket > ${last} - ${writer.param('int', span)} AND bucket <= ${last} AND ${first} = ${last}`
      : `FROM belonging WHERE part = ${writer.param('text', part)} AND place BETWEEN ${first} AND ${last} AND ${groupSql(writer, group)}`;
  writer.table(
    'cell',
    `SELECT *, actor AS key FROM placed WHERE actor IN (SELECT actor ${chosen}) AND ${groupSql(writer, group)}`,
  );
  return compileMembers(writer, events.unit === 'attempt' ? 'user' : events.unit, events, output);
}

const PARTS: Readonly<Record<ActivityMeasure['kind'], readonly ActivityPart[]>> = {
  spread: ['intervals', 'rows'],
  lifecycle: ['new', 'returning', 'resurrecting', 'dormant'],
  trailing: ['trailing'],
};

/** Adds `placed`, rows with bucket and rank; bucket -1 is all history. */
function writePlaced(
  writer: Writer,
  { events, slots, measure }: ActivityQuestion,
  isByDay: boolean,
): void {
  const isGrouped = events.group !== undefined;
  const isLifecycle = measure.kind === 'lifecycle';
  if (isGrouped) writeRanked(writer, events, isLifecycle ? firstOf(slots) : undefined);
  const origin = (): string => writer.param('ns', slots.origin);
  const bucket = isByDay
    ? bucketOfDay(writer, events, slots)
    : `list_extract((${writer.param('texts', slots.buckets)})::INTEGER[], 1 + (e.t - ${origin()}) // ${writer.param('ns', slots.width)})`;
  writer.table(
    'placed',
    `SELECT e.*, ${isGrouped ? 'ranked.rank' : 'NULL::BIGINT AS rank, NULL::VARCHAR AS grp'},
  ${slots.origin <= events.from ? bucket : `CASE WHEN e.t < ${origin()} THEN -1 ELSE ${bucket} END`} AS bucket
FROM eligible e${isGrouped ? `\n${RANKED_JOIN}` : ''}`,
  );
}

/** Adds `uses`, a row each unit, group and bucket. */
function writeUses(writer: Writer, rows: string): void {
  writer.table(
    'uses',
    `SELECT actor, rank, bucket, min(grp) AS grp, ${rows} AS rows FROM placed
WHERE actor IS NOT NULL AND bucket IS NOT NULL GROUP BY actor, rank, bucket`,
  );
}

/** Where the intervals of a lifecycle begin: behind history and the interval before. */
function firstOf({ origin, width, buckets }: ActivityQuestion['slots']): bigint {
  const slot = buckets.findIndex((bucket) => Number(bucket) > 0);
  return origin + width * BigInt(slot < 0 ? buckets.length : slot);
}

function writeSpread(writer: Writer, isOfBits: boolean): void {
  if (isOfBits) writeTotalsOfBits(writer);
  else
    writer.table(
      'totals',
      `SELECT actor, rank, min(grp) AS grp, count(*) AS intervals, sum(rows)::BIGINT AS rows FROM uses GROUP BY actor, rank`,
    );
  writer.table(
    'belonging',
    ['intervals', 'rows']
      .map((part) => `SELECT actor, rank, grp, '${part}' AS part, ${part} AS place FROM totals`)
      .join('\nUNION ALL\n'),
  );
}

function writeLifecycle(writer: Writer, last: number): void {
  writeChain(writer);
  writer.table(
    'belonging',
    `SELECT actor, rank, grp, bucket AS place,
  CASE WHEN before IS NULL THEN 'new' WHEN before = bucket - 1 THEN 'returning' ELSE 'resurrecting' END AS part
FROM chain WHERE bucket > 0
UNION ALL
SELECT actor, rank, grp, bucket + 1 AS place, 'dormant' AS part
FROM chain WHERE bucket BETWEEN 0 AND ${String(last - 1)} AND next IS DISTINCT FROM bucket + 1`,
  );
}

/** Adds `chain`: `uses` with the buckets before and next of the same unit and group. By lists, a third of what a window costs. */
function writeChain(writer: Writer): void {
  writer.table(
    'chains',
    'SELECT actor, rank, min(grp) AS grp, list_sort(list(bucket)) AS buckets FROM uses GROUP BY actor, rank',
  );
  writer.table(
    'chain',
    `SELECT actor, rank, grp, unnest(buckets) AS bucket,
  unnest(list_prepend(NULL, buckets[1:len(buckets) - 1])) AS before, unnest(list_append(buckets[2:], NULL)) AS next
FROM chains`,
  );
}

/** A unit counts from each bucket of its own on for as long as the span, and never twice: no row for each of those days. */
function writeTrailing(writer: Writer, spans: readonly number[], last: number): void {
  writeChain(writer);
  writer.table(
    'stretches',
    `SELECT unnest((${writer.param('texts', spans.map(String))})::BIGINT[]) AS span`,
  );
  writer.table(
    'steps',
    `SELECT span, bucket AS place, 1 AS step FROM stretches, chain
UNION ALL SELECT span, least(bucket + span, coalesce(next, bucket + span)) AS place, -1 AS step FROM stretches, chain
UNION ALL SELECT span, unnest(range(0, ${String(last + 1)})) AS place, 0 AS step FROM stretches`,
  );
  writer.table(
    'numbers',
    `SELECT 'trailing' AS part, span, place, NULL::BIGINT AS rank, NULL::VARCHAR AS value, actors FROM (
  SELECT span, place, (sum(sum(step)) OVER (PARTITION BY span ORDER BY place))::BIGINT AS actors
  FROM steps GROUP BY span, place
) WHERE place <= ${String(last)}`,
  );
}

const lastOf = ({ slots }: ActivityQuestion): number => Number(slots.buckets.at(-1) ?? 0);

const MAX_SPANS = 10;

function checkActivity(question: ActivityQuestion): void {
  const { events, slots, measure } = question;
  const { origin, width, buckets } = slots;
  const spans = measure.kind === 'trailing' ? measure.spans : [1];
  const reason =
    events.unit === 'attempt'
      ? 'attempts have no activity'
      : width <= 0n || origin + width * BigInt(buckets.length) < events.to
        ? 'its slots do not cover its range'
        : !Number.isSafeInteger(lastOf(question)) || lastOf(question) < 0
          ? 'its last bucket has no number'
          : measure.kind !== 'lifecycle' && origin > events.from
            ? 'its slots begin after its range'
            : !Object.hasOwn(PARTS, measure.kind)
              ? 'it has no known measure'
              : measure.kind === 'trailing' && events.group !== undefined
                ? 'trailing numbers have no breakdown'
                : spans.length === 0 || spans.length > MAX_SPANS
                  ? `it has ${String(spans.length)} spans, 1 to ${String(MAX_SPANS)} may be`
                  : spans.every((span) => Number.isSafeInteger(span) && span > 0)
                    ? undefined
                    : 'a span has no length';
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
