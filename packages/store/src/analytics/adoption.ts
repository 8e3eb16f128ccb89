/** Adoption as SQL: uses from eligible on, the moment of adoption by looking back from each use, and what follows. */
import { storeError } from '../errors.ts';
import type {
  AdoptionCell,
  AdoptionPart,
  AdoptionQuestion,
  AdoptionRow,
} from './adoption-question.ts';
import { writeReached } from './adoption-reached.ts';
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
  writeUses(writer, question);
  writePeople(writer, question);
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
      `SELECT u.*, u.actor AS key FROM uses u JOIN people p ON p.actor = u.actor AND p.rank = u.rank
WHERE p.${PARTS[part]} AND ${at} AND ${groupSql(writer, group).replaceAll(/\b(rank|grp)\b/gu, 'u.$1')}`,
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

/** Adds `uses`, those from the moment on when their unit became eligible, with bucket and rank. */
function writeUses(writer: Writer, question: AdoptionQuestion): void {
  const { events, output } = question;
  const isGrouped = events.group !== undefined;
  const isNumbers = output.kind === 'numbers';
  if (isGrouped) writeRanked(writer, events);
  const [use] = events.selectors;
  const alone = { ...events, selectors: use === undefined ? [] : [use] };
  if (isNumbers) writeEligible(writer, alone, {}, { name: 'used', kept: 'NOT MATERIALIZED' });
  const columns = isNumbers
    ? `e.actor, e.t, e.seq, ${isGrouped ? 'ranked.rank' : '0::BIGINT AS rank'}`
    : `e.*, ${isGrouped ? 'ranked.rank' : '0::BIGINT AS rank, NULL::VARCHAR AS grp'}`;
  writer.table(
    'uses',
    `SELECT ${columns}, ${bucketSql(writer, question, 'e.t')} AS bucket
FROM ${isNumbers ? 'used' : 'eligible'} e JOIN reached ON reached.actor = e.actor AND e.t >= reached.t0
${isGrouped ? RANKED_JOIN : ''}
WHERE e.mask & ${bitsOf([0])} <> 0${isGrouped ? ' AND ranked.rank IS NOT NULL' : ''}`,
  );
}

function bucketSql(writer: Writer, { slots }: AdoptionQuestion, time: string): string {
  const [origin, width] = [writer.param('ns', slots.origin), writer.param('ns', slots.width)];
  return `list_extract((${writer.param('texts', slots.buckets)})::INTEGER[], 1 + (${time} - ${origin}) // ${width})`;
}

/**
 * Adds `people`: a row each unit and group with uses. A window that ends with a use holds enough of them when the
 * `minUses`th last one lies in it, and enough days when the last use of the `minDays`th last day does. Where all uses lie
 * within one window, that is the first use which is the `minUses`th or later on the `minDays`th day or later.
 */
function writePeople(writer: Writer, question: AdoptionQuestion): void {
  const { minUses, minDays, windowNs, endNs, events } = question;
  const [window, end] = [writer.param('ns', windowNs), writer.param('ns', endNs)];
  const count = (value: number): string => writer.param('int', value);
  writer.table(
    'active',
    'SELECT actor, rank, bucket, min(t) AS first_t, max(t) AS last_t FROM uses GROUP BY actor, rank, bucket',
  );
  writer.table(
    'pairs',
    `SELECT actor, rank, min(t) AS first_t, max(t) AS last_t, min(bucket) AS first_bucket, count(*) AS uses
FROM uses GROUP BY actor, rank`,
  );
  writer.table('actives', 'SELECT actor, rank, count(*) AS days FROM active GROUP BY actor, rank');
  // Most have too few, and lists are dear.
  writer.table(
    'able',
    `SELECT actor, rank FROM pairs JOIN actives USING (actor, rank)
WHERE uses >= ${count(minUses)} AND days >= ${count(minDays)} AND last_t - first_t <= ${window}`,
  );
  const nth = (table: string, time: string, n: number): string =>
    `SELECT actor, rank, list_sort(list(${time}))[${count(n)}] AS nth FROM ${table} SEMI JOIN able USING (actor, rank) GROUP BY actor, rank`;
  writer.table(
    'quick',
    `SELECT actor, rank, greatest(u.nth, d.nth) AS adopted_t
FROM (${nth('uses', 't', minUses)}) u JOIN (${nth('active', 'first_t', minDays)}) d USING (actor, rank)`,
  );
  writer.table('long', `SELECT actor, rank FROM pairs WHERE last_t - first_t > ${window}`);
  writer.table(
    'days',
    `SELECT actor, rank, bucket,
  lag(last_t, (${count(minDays - 1)})::INTEGER) OVER (PARTITION BY actor, rank ORDER BY bucket) AS day_before
FROM active SEMI JOIN long USING (actor, rank)`,
  );
  writer.table(
    'steps',
    `SELECT actor, rank, bucket, t,
  lag(t, (${count(minUses - 1)})::INTEGER) OVER (PARTITION BY actor, rank ORDER BY t, seq) AS use_before
FROM uses SEMI JOIN long USING (actor, rank)`,
  );
  writer.table(
    'slow',
    `SELECT actor, rank, min(t) AS adopted_t FROM steps JOIN days USING (actor, rank, bucket)
WHERE t - use_before <= ${window} AND t - day_before <= ${window} GROUP BY actor, rank`,
  );
  writer.table(
    'totals',
    `SELECT p.actor, p.rank, ${events.group === undefined ? 'NULL::VARCHAR' : 'ranked.grp'} AS grp, reached.t0,
  p.first_t, p.last_t, p.first_bucket, p.uses, a.days,
  coalesce(quick.adopted_t, slow.adopted_t) AS adopted_t
FROM pairs p JOIN actives a ON a.actor = p.actor AND a.rank = p.rank JOIN reached ON reached.actor = p.actor
LEFT JOIN quick ON quick.actor = p.actor AND quick.rank = p.rank
LEFT JOIN slow ON slow.actor = p.actor AND slow.rank = p.rank
${events.group === undefined ? '' : 'JOIN ranked ON ranked.rank = p.rank'}`,
  );
  writer.table(
    'people',
    `SELECT *, true AS tried, uses >= 2 AND days >= 2 AS repeated, adopted_t IS NOT NULL AS adopted,
  ${bucketSql(writer, question, 'adopted_t')} AS adopted_bucket,
  coalesce(last_t > adopted_t, false) AND last_t >= ${end} - ${window} AS retained,
  last_t < ${end} - 2 * ${window} AS abandoned,
  uses / greatest(1, (${end} - first_t)::DOUBLE / ${WEEK_NS}) AS uses_per_week
FROM totals`,
  );
}

const WEEK_NS = '604800000000000::DOUBLE';

function writeNumbers(writer: Writer, { events, exposed, isByBucket }: AdoptionQuestion): void {
  const isGrouped = events.group !== undefined;
  const counted = ['tried', 'repeated', 'adopted', 'retained', 'abandoned'] as const;
  writer.table(
    'summed',
    `SELECT rank, min(grp) AS value,
  ${counted.map((part) => `count(*) FILTER (WHERE ${part}) AS ${part}`).join(', ')},
  median(uses_per_week) FILTER (WHERE adopted) AS uses_per_week,
  median((adopted_t - t0)::DOUBLE) FILTER (WHERE adopted) AS time_to_adopt
FROM people GROUP BY rank`,
  );
  // A group whose uses all came from nobody, or that has none at all, is there too: tried by 0.
  const shown = isGrouped
    ? '(SELECT ranked.rank, ranked.grp AS value, summed.* EXCLUDE (rank, value) FROM ranked LEFT JOIN summed ON summed.rank = ranked.rank)'
    : 'summed';
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
          `SELECT '${part}' AS part, ${whole}, rank, value, coalesce(${part}, 0)::DOUBLE AS number FROM ${shown}`,
      ),
      `SELECT 'usesPerWeek' AS part, ${whole}, rank, value, uses_per_week AS number FROM summed WHERE uses_per_week IS NOT NULL`,
      `SELECT 'timeToAdopt' AS part, ${whole}, rank, value, time_to_adopt AS number FROM summed WHERE time_to_adopt IS NOT NULL`,
      ...(isByBucket
        ? [
            `SELECT 'tried' AS part, first_bucket AS bucket, rank, min(grp) AS value, count(*)::DOUBLE AS number FROM people GROUP BY rank, first_bucket`,
            `SELECT 'adopted' AS part, adopted_bucket AS bucket, rank, min(grp) AS value, count(*)::DOUBLE AS number FROM people WHERE adopted GROUP BY rank, adopted_bucket`,
          ]
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
