/** Adoption as SQL: uses from eligible on, the moment of adoption by looking back from each use, and what follows. */
import { storeError } from '../errors.ts';
import type {
  AdoptionCell,
  AdoptionPart,
  AdoptionQuestion,
  AdoptionRow,
} from './adoption-question.ts';
import { writePeople } from './adoption-people.ts';
import { isOfAnybody, writeReached } from './adoption-reached.ts';
import { compileEnding, type Compiled } from './answer.ts';
import { SAMPLED_OF_DAYS } from './days.ts';
import { writeEligible } from './eligible.ts';
import { checkGroup, groupSql, RANKED_JOIN, toGroup, writeRanked } from './group.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import { bitsOf } from './selector-mask.ts';
import { Writer } from './writer.ts';

/** The statement of a question about adoption. Throws `STORE_QUESTION_INVALID`. */
export function compileAdoption(
  question: AdoptionQuestion,
): Compiled<AdoptionRow> | Compiled<MemberRow> {
  checkAdoption(question);
  const writer = new Writer();
  const { events, output } = question;
  const isByDay = writeReached(writer, question);
  const bucketOf = (time: string): string => bucketSql(writer, question, time);
  writeUses(writer, question, bucketOf);
  writePeople(writer, question, bucketOf);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);

  writeNumbers(writer, question);
  return compileEnding<AdoptionRow>(writer, {
    name: 'ask/adoption',
    events,
    sampled: isByDay ? SAMPLED_OF_DAYS : undefined,
    output,
    source: 'numbers',
    order: 'rank NULLS FIRST, part, bucket NULLS FIRST',
    columns: {
      part: { sql: 'part', kind: 'text' },
      bucket: { sql: 'bucket', kind: 'int' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'value', kind: 'text' },
      number: { sql: 'number', kind: 'real' },
    },
    toRow: ({ part, bucket, rank, value, number }) => ({
      part: part as AdoptionRow['part'],
      bucket: bucket as number | null,
      group: rank === null ? null : toGroup(events, rank as number, value as string | null),
      value: number as number,
    }),
  });
}

/** Members of a number are who is counted; their rows are their uses, or what made them eligible. */
function compileCell(
  writer: Writer,
  question: AdoptionQuestion,
  { part, bucket, group }: AdoptionCell,
): Compiled<MemberRow> {
  const { events, output, exposed, eligible } = question;
  const refuse = (reason: string): never => {
    throw storeError('STORE_QUESTION_INVALID', { reason });
  };
  if (!Object.hasOwn(PARTS, part)) refuse('its cell has no known part');
  if (part === 'eligible' || part === 'exposed') {
    const selectors = part === 'eligible' ? eligible : exposed === null ? [] : [exposed];
    if (bucket !== null || group !== null) refuse('everybody is eligible for all groups and days');
    writer.table(
      'cell',
      `SELECT *, actor AS key FROM eligible WHERE mask & ${bitsOf(selectors)} <> 0`,
    );
  } else {
    checkGroup(events, group);
    const day = DAYS[part];
    if (bucket !== null && day === undefined) refuse('its part is not counted by bucket');
    const at = bucket === null ? 'true' : `${day ?? ''} = ${writer.param('int', bucket)}`;
    writer.table(
      'cell',
      `SELECT u.* EXCLUDE (key), u.actor AS key FROM uses u JOIN people p ON p.actor = u.actor AND p.rank = u.key
WHERE p.${PARTS[part]} AND ${at} AND ${groupSql(writer, group).replace('rank', 'p.rank').replace('grp', 'u.grp')}`,
    );
  }
  return compileMembers(writer, events.unit === 'attempt' ? 'user' : events.unit, events, output);
}

/** Columns of `people` that say who is counted. */
const PARTS: Readonly<Record<AdoptionPart, string>> = {
  eligible: 'tried',
  exposed: 'tried',
  tried: 'tried',
  repeated: 'repeated',
  adopted: 'adopted',
  retained: 'retained',
  abandoned: 'abandoned',
};

/** Columns of `people` with the bucket in which somebody came to count. */
const DAYS: Readonly<Partial<Record<AdoptionPart, string>>> = {
  tried: 'p.first_bucket',
  adopted: 'p.adopted_bucket',
};

/**
 * Adds `uses` with actor, key of the group, `t`, `seq` and bucket, read anew wherever it is named: those from the moment on
 * when their unit became eligible. Where any run makes eligible, runs that are no use are there too, with neither time nor
 * bucket, and runs of nobody, for the rank of their group.
 */
function writeUses(
  writer: Writer,
  question: AdoptionQuestion,
  bucketOf: (time: string) => string,
): void {
  const { events, output } = question;
  const isGrouped = events.group !== undefined;
  const isNumbers = output.kind === 'numbers';
  if (isOfAnybody(question)) {
    writeUsesOfAnybody(writer, events, bucketOf);
    return;
  }
  if (isGrouped) writeRanked(writer, events);
  if (isNumbers) writeUsed(writer, { ...events, selectors: events.selectors.slice(0, 1) });
  const columns = isNumbers
    ? 'e.actor, e.t, e.seq'
    : `e.*${isGrouped ? '' : ', NULL::VARCHAR AS grp'}`;
  writer.table(
    'uses',
    `SELECT ${columns}, ${isGrouped ? 'ranked.rank' : '0::BIGINT'} AS key, ${bucketOf('e.t')} AS bucket
FROM ${isNumbers ? 'used' : 'eligible'} e JOIN reached ON reached.actor = e.actor AND e.t >= reached.t0
${isGrouped ? RANKED_JOIN : ''}
WHERE e.mask & ${bitsOf([0])} <> 0${isGrouped ? ' AND ranked.rank IS NOT NULL' : ''}`,
    isNumbers ? 'NOT MATERIALIZED' : '',
  );
}

/** Each use is a run that makes eligible itself. */
function writeUsesOfAnybody(
  writer: Writer,
  events: AdoptionQuestion['events'],
  bucketOf: (time: string) => string,
): void {
  const isGrouped = events.group !== undefined;
  const selectors = isGrouped ? events.selectors : events.selectors.slice(0, 1);
  // Ids of features, because to group by their names takes half as long again.
  writeUsed(writer, { ...events, selectors, group: undefined }, isGrouped);
  writer.table(
    'uses',
    `SELECT actor, t, seq, key, ${bucketOf('t')} AS bucket
FROM (SELECT actor, CASE WHEN mask & ${bitsOf([0])} <> 0 THEN t END AS t, seq, ${isGrouped ? 'name_id' : '0::BIGINT'} AS key FROM used)`,
    'NOT MATERIALIZED',
  );
}

const writeUsed = (writer: Writer, events: AdoptionQuestion['events'], name = false): void =>
  writeEligible(writer, events, { name }, { name: 'used', kept: 'NOT MATERIALIZED' });

/** The bucket of a time; by a list only where there are days of more than one slot. */
function bucketSql(writer: Writer, { slots }: AdoptionQuestion, time: string): string {
  const [origin, width] = [writer.param('ns', slots.origin), writer.param('ns', slots.width)];
  const slot = `(${time} - ${origin}) // ${width}`;
  if (slots.buckets.every((bucket, index) => bucket === String(index))) return `(${slot})`;
  return `list_extract((${writer.param('texts', slots.buckets)})::INTEGER[], 1 + ${slot})::BIGINT`;
}

function writeNumbers(writer: Writer, { events, exposed, isByBucket }: AdoptionQuestion): void {
  const isGrouped = events.group !== undefined;
  const counted = ['tried', 'repeated', 'adopted', 'retained', 'abandoned'] as const;
  writer.table(
    'summed',
    `SELECT rank,
  ${counted.map((part) => `count(*) FILTER (WHERE ${part}) AS ${part}`).join(', ')},
  median(uses_per_week) FILTER (WHERE adopted) AS uses_per_week,
  median((adopted_t - t0)::DOUBLE) FILTER (WHERE adopted) AS time_to_adopt
FROM people GROUP BY rank`,
  );
  // A group whose uses all came from nobody, or that has none at all, is there too: tried by 0.
  writer.table(
    'shown',
    isGrouped
      ? 'SELECT ranked.rank, ranked.grp AS value, summed.* EXCLUDE (rank) FROM ranked LEFT JOIN summed ON summed.rank = ranked.rank'
      : 'SELECT *, NULL::VARCHAR AS value FROM summed',
  );
  const byBucket = (part: 'tried' | 'adopted', bucket: string): string =>
    `SELECT '${part}' AS part, bucket, rank, ${isGrouped ? 'ranked.grp' : 'NULL::VARCHAR'} AS value, number::DOUBLE AS number
FROM (SELECT rank, ${bucket} AS bucket, count(*) AS number FROM people WHERE ${part} GROUP BY ALL)${isGrouped ? ' JOIN ranked USING (rank)' : ''}`;
  const whole = 'NULL::BIGINT AS bucket';
  const none = `${whole}, NULL::BIGINT AS rank, NULL::VARCHAR AS value`;
  const bits = bitsOf(exposed === null ? [] : [exposed]);
  writer.table(
    'numbers',
    [
      `SELECT 'eligible' AS part, ${none}, count(*)::DOUBLE AS number FROM reached`,
      ...(exposed === null
        ? []
        : [
            `SELECT 'exposed' AS part, ${none}, count(DISTINCT actor)::DOUBLE AS number FROM eligible WHERE mask & ${bits} <> 0`,
          ]),
      ...counted.map(
        (part) =>
          `SELECT '${part}' AS part, ${whole}, rank, value, coalesce(${part}, 0)::DOUBLE AS number FROM shown`,
      ),
      `SELECT 'usesPerWeek' AS part, ${whole}, rank, value, uses_per_week AS number FROM shown WHERE uses_per_week IS NOT NULL`,
      `SELECT 'timeToAdopt' AS part, ${whole}, rank, value, time_to_adopt AS number FROM shown WHERE time_to_adopt IS NOT NULL`,
      ...(isByBucket
        ? [byBucket('tried', 'first_bucket'), byBucket('adopted', 'adopted_bucket')]
        : []),
    ].join('\nUNION ALL\n'),
  );
}

const MAX_COUNT = 1000;

function checkAdoption(question: AdoptionQuestion): void {
  const { events, eligible, exposed, minUses, minDays, windowNs, slots } = question;
  const { origin, width, buckets } = slots;
  const isSelector = (index: number): boolean => events.selectors[index] !== undefined;
  const isCount = (count: number): boolean =>
    Number.isSafeInteger(count) && count >= 1 && count <= MAX_COUNT;
  const reason =
    events.unit === 'attempt'
      ? 'attempts adopt nothing'
      : events.keepOthers
        ? 'it keeps rows that are no use of anything'
        : eligible.length === 0 || ![...eligible, exposed ?? 0].every(isSelector)
          ? 'it names a selector that it does not have'
          : !isCount(minUses) || !isCount(minDays)
            ? `it asks for uses or days that are not 1 to ${String(MAX_COUNT)}`
            : windowNs <= 0n
              ? 'its window has no length'
              : origin > events.from ||
                  width <= 0n ||
                  origin + width * BigInt(buckets.length) < events.to
                ? 'its slots do not cover its range'
                : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
