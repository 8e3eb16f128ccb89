/** Retention as SQL: starts, the columns in which each returns, and whom the criterion lets count. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, writeFactsOf, type Compiled } from './answer.ts';
import { bucketOfDay, isOfDays, isWholeDays, SAMPLED_OF_DAYS, writeDays } from './days.ts';
import { writeEligible } from './eligible.ts';
import { checkGroup, groupSql, toGroup, writeRankedStarts } from './group.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import type {
  RetentionCell,
  RetentionCriterion,
  RetentionQuestion,
  RetentionRow,
} from './retention-question.ts';
import { Writer } from './writer.ts';

/** The statement of a retention table. Throws `STORE_QUESTION_INVALID`. */
export function compileRetention(
  question: RetentionQuestion,
): Compiled<RetentionRow> | Compiled<MemberRow> {
  checkRetention(question);
  const writer = new Writer();
  const { events, output } = question;
  const isByDay = output.kind === 'numbers' && isOfStartDays(question);
  if (isByDay) {
    writeDays(writer, events);
    writeFactsOf(writer, 'eligible');
  } else {
    writeEligible(writer, events, { trace: output.kind === 'members' });
    writeFacts(writer, 'eligible');
  }
  writeStarts(writer, question, isByDay);
  writeReturns(writer, question, isByDay ? 'sum(e.n)::BIGINT' : 'count(*)');
  writeReturned(writer, question);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);

  writer.table(
    'numbers',
    `SELECT rank, cohort, NULL::BIGINT AS col, min(grp) AS value, count(*) AS actors
FROM starts GROUP BY rank, cohort
UNION ALL
SELECT rank, cohort, col, min(grp) AS value, count(*) AS actors
FROM returned JOIN starts USING (actor, cohort) GROUP BY rank, cohort, col`,
  );
  return compileEnding<RetentionRow>(writer, {
    name: 'ask/retention',
    events,
    sampled: isByDay ? SAMPLED_OF_DAYS : undefined,
    output,
    source: 'numbers',
    order: 'rank NULLS LAST, cohort, col NULLS FIRST',
    columns: {
      cohort: { sql: 'cohort', kind: 'int' },
      column: { sql: 'col', kind: 'int' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'CASE WHEN rank IS NOT NULL THEN value END', kind: 'text' },
      actors: { sql: 'actors', kind: 'int' },
    },
    toRow: ({ cohort, column, rank, value, actors }) => ({
      cohort: cohort as number,
      column: column as number | null,
      group: toGroup(events, rank as number | null, value as string | null),
      actors: actors as number,
    }),
  });
}

/** Members of a number are who is counted; their rows are all starts and returns from their own start on. */
function compileCell(
  writer: Writer,
  { events, output, isGroupKept }: RetentionQuestion,
  { cohort, column, group }: RetentionCell,
): Compiled<MemberRow> {
  // Where a return keeps the group of its start, all groups together are a number of their own.
  if (group !== null || !isGroupKept) checkGroup(events, group);
  const returned =
    column === null
      ? ''
      : `\n  AND EXISTS (FROM returned r WHERE r.actor = s.actor AND r.cohort = s.cohort AND r.col = ${writer.param('int', column)})`;
  writer.table(
    'cell',
    `SELECT e.*, e.actor AS key FROM eligible e JOIN (
  FROM starts s WHERE cohort = ${writer.param('int', cohort)} AND ${groupSql(writer, group)}${returned}
) s ON s.actor = e.actor AND e.t >= s.t0`,
  );
  return compileMembers(writer, events.unit === 'attempt' ? 'user' : events.unit, events, output);
}

/** Whether whole days tell it: then a start is the first run of its day, and no run of that day is before it. */
function isOfStartDays({ events, cohorts, slots, rollingNs, isSame }: RetentionQuestion): boolean {
  const isCutByDay =
    isWholeDays(cohorts.from) && (isWholeDays(cohorts.to) || cohorts.to === events.to);
  return isSame && rollingNs === null && isCutByDay && isOfDays(events, slots);
}

/** Adds `starts`: an actor's cohort, the moment of its start, the value of the breakdown there, and that one's rank. */
function writeStarts(writer: Writer, question: RetentionQuestion, isByDay: boolean): void {
  const { events, cohorts, occurrence, slots } = question;
  const [from, to] = [writer.param('ns', cohorts.from), writer.param('ns', cohorts.to)];
  const bucket = isByDay
    ? bucketOfDay(writer, events, slots)
    : `list_extract((${writer.param('texts', slots.buckets)})::INTEGER[], 1 + (t - ${writer.param('ns', slots.origin)}) // ${writer.param('ns', slots.width)})`;
  // The least value of those at the same moment, so that the order of arrival decides nothing.
  const value =
    events.group === undefined ? '' : ', min({t: t, n: grp IS NULL, grp: grp}) AS at_start';
  // A start that is not the first of selector 2 is none.
  const first = events.selectors.length > 2 ? ' AND t0 = min(t) FILTER (WHERE mask & 4 <> 0)' : '';
  writer.table(
    'placed',
    `SELECT e.*, CASE WHEN t >= ${from} THEN ${bucket} END AS bucket
FROM eligible e WHERE actor IS NOT NULL`,
  );
  writer.table(
    'begun',
    occurrence === 'first'
      ? `SELECT actor, min(t) FILTER (WHERE mask & 1 <> 0) AS t0, arg_min(bucket, t) FILTER (WHERE mask & 1 <> 0) AS cohort${filtered(value)}
FROM placed GROUP BY actor HAVING t0 >= ${from} AND t0 < ${to}${first}`
      : `SELECT actor, min(t) AS t0, bucket AS cohort${value}
FROM placed WHERE mask & 1 <> 0 AND t >= ${from} AND t < ${to} GROUP BY actor, bucket`,
  );
  if (events.group === undefined)
    writer.table('starts', 'SELECT *, NULL::VARCHAR AS grp, NULL::BIGINT AS rank FROM begun');
  else writeRankedStarts(writer, events);
}

const filtered = (value: string): string =>
  value.replace(') AS', ') FILTER (WHERE mask & 1 <> 0) AS');

/** Adds `hits`: the periods of each start with returns enough. */
function writeReturns(writer: Writer, question: RetentionQuestion, rows: string): void {
  const { rollingNs, columns, minReturns, isSame, isGroupKept } = question;
  const isFollowed = `period < ${writer.param('int', columns.length)}`;
  const later = isSame ? 'e.t >= s.t0' : 'e.t > s.t0';
  const group = isGroupKept ? ' AND e.grp IS NOT DISTINCT FROM s.grp' : '';
  const enough = `HAVING count >= ${writer.param('int', minReturns)}`;
  if (rollingNs !== null) {
    writer.table(
      'hits',
      `SELECT s.actor, s.cohort, (e.t - s.t0) // ${writer.param('ns', rollingNs)} AS period, count(*) AS count
FROM starts s JOIN placed e ON e.actor = s.actor AND ${later}${group}
WHERE e.mask & 2 <> 0 AND ${isFollowed} GROUP BY ALL ${enough}`,
    );
    return;
  }
  // Counted by bucket before starts are joined: an actor may be in every cohort, with all its returns.
  writer.table(
    'uses',
    `SELECT e.actor, e.bucket${isGroupKept ? ', e.grp' : ''}, ${rows} AS count, ${rows.replace('::BIGINT', '')} FILTER (WHERE ${later}) AS after
FROM placed e LEFT JOIN starts s ON s.actor = e.actor AND s.cohort = e.bucket
WHERE e.mask & 2 <> 0 AND e.bucket IS NOT NULL GROUP BY ALL`,
  );
  writer.table(
    'hits',
    `SELECT s.actor, s.cohort, e.bucket - s.cohort AS period,
  coalesce(sum(CASE WHEN e.bucket = s.cohort THEN e.after ELSE e.count END), 0) AS count
FROM starts s JOIN uses e ON e.actor = s.actor AND e.bucket >= s.cohort${group}
WHERE ${isFollowed} GROUP BY ALL ${enough}`,
  );
}

/** Adds `returned`: the columns in which each start counts, which are those with a period in which it does. */
function writeReturned(writer: Writer, { columns, criterion }: RetentionQuestion): void {
  const isOfPeriods = columns.every((column, period) => column === period);
  const column = isOfPeriods
    ? 'period'
    : `list_extract((${writer.param('texts', columns.map(String))})::INTEGER[], 1 + period)`;
  const last = String(columns.at(-1) ?? 0);
  writer.table(
    'returned',
    CRITERION_SQL[criterion](`${isOfPeriods ? '' : 'DISTINCT '}actor, cohort, ${column} AS col`, {
      column,
      last,
    }),
  );
}

/** The column of a period, and the number of the last one. */
interface Columns {
  readonly column: string;
  readonly last: string;
}

/**
 * Tables of `actor`, `cohort`, `col` from `hits`; `cells` selects each column once. Period 0 is the start's own and stands for
 * itself. The earliest and the latest period have the earliest and the latest column; a streak is one of periods.
 */
const CRITERION_SQL: Readonly<
  Record<RetentionCriterion, (cells: string, columns: Columns) => string>
> = {
  on: (cells) => `SELECT ${cells} FROM hits`,
  on_or_after: (_cells, { column }) => `SELECT actor, cohort, unnest(cols) AS col FROM (
  SELECT actor, cohort, range(0, max(${column}) + 1) AS cols FROM hits GROUP BY actor, cohort
)`,
  on_or_before: (_cells, { column, last }) => `SELECT actor, cohort, unnest(cols) AS col FROM (
  SELECT actor, cohort, range(min(${column}), ${last} + 1) AS cols FROM hits WHERE period > 0 GROUP BY actor, cohort
)
UNION ALL SELECT actor, cohort, 0 AS col FROM hits WHERE period = 0`,
  streak: (cells) => `SELECT ${cells} FROM (
  SELECT *, row_number() OVER (PARTITION BY actor, cohort ORDER BY period) AS place FROM hits WHERE period > 0
) WHERE place = period
UNION ALL SELECT actor, cohort, 0 AS col FROM hits WHERE period = 0`,
};

const MAX_PERIODS = 2000;

function checkRetention({
  events,
  cohorts,
  slots,
  columns,
  minReturns,
  criterion,
  rollingNs,
  isGroupKept,
}: RetentionQuestion): void {
  const { origin, width, buckets } = slots;
  const isStepped = columns.every((column, period) => {
    const before = columns[period - 1] ?? -1;
    return column === before + 1 || (period > 1 && column === before);
  });
  const reason =
    events.unit === 'attempt'
      ? 'attempts do not return'
      : events.selectors.length < 2 || events.selectors.length > 3
        ? 'it needs a start and a return'
        : origin > cohorts.from ||
            width <= 0n ||
            origin + width * BigInt(buckets.length) < cohorts.to
          ? 'its slots do not cover its range'
          : events.from > cohorts.from || events.to < cohorts.to
            ? 'its cohorts lie outside of what it looks at'
            : columns.length === 0 || columns.length > MAX_PERIODS || !isStepped
              ? 'its columns do not follow each other, the first of one period'
              : !Number.isSafeInteger(minReturns) || minReturns < 1 || (rollingNs ?? 1n) <= 0n
                ? 'it asks for no return or periods of no length'
                : !Object.hasOwn(CRITERION_SQL, criterion)
                  ? 'it has no known criterion'
                  : isGroupKept && events.group === undefined
                    ? 'it keeps a group and has none'
                    : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
