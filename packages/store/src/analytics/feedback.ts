/** Feedback as SQL: answers, their scores by scale and point, and who of those who used it answered. */
import { ATTR_FEATURE_FEEDBACK_SCALE, ATTR_FEATURE_FEEDBACK_SCORE } from '@heartwood/semconv';
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import type {
  FeedbackCell,
  FeedbackPart,
  FeedbackQuestion,
  FeedbackRow,
} from './feedback-question.ts';
import { checkGroup, groupSql, toGroup } from './group.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import { Writer } from './writer.ts';

/** The statement of a question about feedback. Throws `STORE_QUESTION_INVALID`. */
export function compileFeedback(
  question: FeedbackQuestion,
): Compiled<FeedbackRow> | Compiled<MemberRow> {
  checkFeedback(question);
  const writer = new Writer();
  const { events, output } = question;
  writeEligible(writer, events, {
    trace: output.kind === 'members',
    values: [
      { kind: 'attribute', key: ATTR_FEATURE_FEEDBACK_SCORE },
      { kind: 'attribute', key: ATTR_FEATURE_FEEDBACK_SCALE },
    ],
  });
  writeFacts(writer, 'eligible');
  writePlaced(writer, question);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);

  writer.table('numbers', NUMBERS);
  return compileEnding<FeedbackRow>(writer, {
    name: 'ask/feedback',
    events,
    output,
    source: 'numbers',
    order: 'rank, part, scale NULLS FIRST, point NULLS FIRST',
    columns: {
      part: { sql: 'part', kind: 'text' },
      scale: { sql: 'scale', kind: 'real' },
      point: { sql: 'point', kind: 'real' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'value', kind: 'text' },
      count: { sql: 'count', kind: 'int' },
      sum: { sql: 'sum', kind: 'real' },
    },
    toRow: ({ part, scale, point, rank, value, count, sum }) => ({
      part: part as FeedbackPart,
      scale: scale as number | null,
      point: point as number | null,
      group: toGroup(events, rank as number, value as string | null) ?? { kind: 'none' },
      count: count as number,
      sum: sum as number | null,
    }),
  });
}

function compileCell(
  writer: Writer,
  { events, output }: FeedbackQuestion,
  { part, scale, point, group }: FeedbackCell,
): Compiled<MemberRow> {
  checkGroup(events, group);
  if (!Object.hasOwn(CELL_SQL, part) || (part === 'scored') !== (scale !== null && point !== null))
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its cell names no number' });
  const isRow = part === 'answers' || part === 'scored';
  const score =
    part === 'scored'
      ? ` AND scale = ${writer.param('real', scale)} AND point = ${writer.param('real', point)}`
      : '';
  writer.table(
    'cell',
    `SELECT *${isRow ? '' : ', actor AS key'} FROM placed
WHERE ${groupSql(writer, group)} AND ${CELL_SQL[part]}${score}`,
  );
  const unit = events.unit === 'attempt' ? 'user' : events.unit;
  return compileMembers(writer, isRow ? 'row' : unit, events, output);
}

const CELL_SQL: Readonly<Record<FeedbackPart, string>> = {
  answers: 'is_answer',
  scored: 'is_answer',
  respondents: 'is_answer',
  actors: 'is_use',
  answering: `(rank, actor) IN (SELECT (rank, actor) FROM people WHERE answered AND used)`,
};

/**
 * Adds `placed`, rows of the shown groups with what they are, and `people`, a row each unit and group. Points are whole
 * numbers up to a scale of 20, tenths of the scale beyond, and none is above the scale.
 */
function writePlaced(writer: Writer, { events }: FeedbackQuestion): void {
  writer.table(
    'ranked',
    `SELECT grp, row_number() OVER (ORDER BY count(*) DESC, grp NULLS LAST) AS rank
FROM eligible WHERE mask & 1 <> 0 GROUP BY grp
QUALIFY rank <= ${writer.param('int', events.group?.top ?? 1)}`,
  );
  writer.table(
    'placed',
    `SELECT *, least(CASE WHEN scale <= 20 THEN round(score) ELSE round(score / (scale / 10)) * (scale / 10) END, scale) AS point
FROM (
  SELECT e.*, ranked.rank, mask & 1 <> 0 AS is_answer, mask & 2 <> 0 AS is_use,
    CASE WHEN is_answer AND v2 > 0 AND v1 BETWEEN 0 AND v2 THEN v2 END AS scale,
    CASE WHEN scale IS NOT NULL THEN v1 END AS score
  FROM eligible e JOIN ranked ON ranked.grp IS NOT DISTINCT FROM e.grp
)`,
  );
  writer.table(
    'people',
    `SELECT rank, actor, min(grp) AS grp, bool_or(is_answer) AS answered, bool_or(is_use) AS used
FROM placed WHERE actor IS NOT NULL GROUP BY rank, actor`,
  );
}

const UNSCORED = 'NULL::DOUBLE AS scale, NULL::DOUBLE AS point';
const UNITS = { respondents: 'answered', actors: 'used', answering: 'answered AND used' } as const;
const NUMBERS = [
  `SELECT 'answers' AS part, ${UNSCORED}, rank, min(grp) AS value, count(*) AS count, NULL::DOUBLE AS sum
FROM placed WHERE is_answer GROUP BY rank`,
  `SELECT 'scored' AS part, scale, point, rank, min(grp) AS value, count(*) AS count, fsum(score) AS sum
FROM placed WHERE scale IS NOT NULL GROUP BY rank, scale, point`,
  ...Object.entries(UNITS).map(
    ([part, test]) =>
      `SELECT '${part}' AS part, ${UNSCORED}, rank, min(grp) AS value, count(*) AS count, NULL::DOUBLE AS sum
FROM people WHERE ${test} GROUP BY rank`,
  ),
].join('\nUNION ALL\n');

function checkFeedback({ events }: FeedbackQuestion): void {
  const reason =
    events.unit === 'attempt'
      ? 'attempts give no answers'
      : events.selectors.length !== 2 || events.keepOthers
        ? 'it needs an answer and a use'
        : events.group === undefined
          ? 'it has no breakdown'
          : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
