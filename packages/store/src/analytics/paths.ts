/** Paths as SQL: sessions, their steps, and what stands at each distance from the anchor. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import { compileMembers } from './members.ts';
import type { PathCell, PathQuestion, PathRow, PathStep } from './path-question.ts';
import type { MemberRow } from './question.ts';
import { Writer } from './writer.ts';

/** The statement of a question about paths. Throws `STORE_QUESTION_INVALID`. */
export function compilePaths(question: PathQuestion): Compiled<PathRow> | Compiled<MemberRow> {
  checkPaths(question);
  const writer = new Writer();
  const { events, output } = question;
  writeEligible(
    writer,
    { ...events, hold: NAMES },
    { trace: output.kind === 'members', units: ['session'] },
  );
  writeFacts(writer, 'eligible');
  writeSteps(writer, question);
  writeLinks(writer, question);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);

  writer.table(
    'numbers',
    `SELECT depth, NULL::VARCHAR AS from_kind, NULL::VARCHAR AS from_name, kind, name, count(*) AS paths, count(DISTINCT actor) AS actors
FROM links GROUP BY depth, kind, name
UNION ALL
SELECT depth, from_kind, from_name, kind, name, count(*) AS paths, count(DISTINCT actor) AS actors
FROM links WHERE depth > 0 GROUP BY depth, from_kind, from_name, kind, name`,
  );
  return compileEnding<PathRow>(writer, {
    name: 'ask/paths',
    events,
    output,
    source: 'numbers',
    order:
      'from_kind IS NOT NULL, depth, paths DESC, from_kind, from_name NULLS LAST, kind, name NULLS LAST',
    columns: {
      depth: { sql: 'depth', kind: 'int' },
      fromKind: { sql: 'from_kind', kind: 'text' },
      fromName: { sql: 'from_name', kind: 'text' },
      kind: { sql: 'kind', kind: 'text' },
      name: { sql: 'name', kind: 'text' },
      paths: { sql: 'paths', kind: 'int' },
      actors: { sql: 'actors', kind: 'int' },
    },
    toRow: ({ depth, fromKind, fromName, kind, name, paths, actors }) => ({
      depth: depth as number,
      from: fromKind === null ? null : toStep(fromKind as string, fromName as string | null),
      to: toStep(kind as string, name as string | null),
      paths: paths as number,
      actors: actors as number,
    }),
  });
}

/** Held so that each row carries its name. */
const NAMES = [
  { kind: 'column', name: 'feature' },
  { kind: 'column', name: 'event' },
] as const;

function toStep(kind: string, name: string | null): PathStep {
  if (kind === 'run' || kind === 'event') return { kind, name: name ?? '' };
  return { kind: kind === 'end' ? 'end' : 'other' };
}

/** Adds `steps`: a row each step, with its session and `place` in it, of units that have an anchor. */
function writeSteps(writer: Writer, { gapNs }: PathQuestion): void {
  const session = 'actor, as_session';
  writer.table(
    'placed',
    `SELECT *, CASE WHEN is_run THEN 'run' ELSE 'event' END AS kind, coalesce(CASE WHEN is_run THEN h1 ELSE h2 END, '') AS name,
  row_number() OVER (PARTITION BY ${session} ORDER BY t, is_run DESC, CASE WHEN is_run THEN h1 ELSE h2 END, seq) AS place
FROM eligible WHERE actor IN (SELECT actor FROM eligible WHERE mask & 1 <> 0)`,
  );
  writer.table(
    'cut',
    `SELECT *, as_session IS NULL AND t - lag(t, 1, t) OVER own > ${writer.param('ns', gapNs)} AS pauses,
  kind IS DISTINCT FROM lag(kind) OVER own OR name <> lag(name) OVER own AS changes
FROM placed WINDOW own AS (PARTITION BY ${session} ORDER BY place)`,
  );
  const upTo = (what: string): string =>
    `count(*) FILTER (WHERE ${what}) OVER (PARTITION BY ${session} ORDER BY place ROWS UNBOUNDED PRECEDING)`;
  writer.table(
    'counted_steps',
    `SELECT *, ${upTo('pauses')} AS visit, ${upTo('pauses OR changes')} AS step FROM cut`,
  );
  writer.table(
    'steps',
    `SELECT ${session}, visit, step AS place, min(t) AS t, arg_min(seq, (t, seq)) AS seq, any_value(kind) AS kind,
  any_value(name) AS name, bool_or(mask & 1 <> 0) AS is_anchor, bool_or(is_run) AS is_run
FROM counted_steps GROUP BY ${session}, visit, step`,
  );
}

/** Adds `links`: a row each path and depth with its step and the one nearer to the anchor, the rare ones as others. */
function writeLinks(writer: Writer, { direction, depth, top }: PathQuestion): void {
  const isAfter = direction === 'after';
  const session = 'actor, as_session, visit';
  const most = writer.param('int', depth);
  writer.table(
    'distant',
    `SELECT *, ${isAfter ? 'place - anchor' : 'anchor - place'} AS depth
FROM (SELECT *, ${isAfter ? 'min' : 'max'}(place) FILTER (WHERE is_anchor) OVER (PARTITION BY ${session}) AS anchor FROM steps)
WHERE depth BETWEEN 0 AND ${most}`,
  );
  writer.table(
    'walked',
    `SELECT ${session}, depth, kind, name, t, seq, is_run FROM distant
UNION ALL
SELECT ${session}, max(depth) + 1 AS depth, 'end' AS kind, NULL AS name, arg_max(t, depth) AS t, arg_max(seq, depth) AS seq,
  arg_max(is_run, depth) AS is_run
FROM distant GROUP BY ${session} HAVING max(depth) < ${most}`,
  );
  writer.table(
    'ranked',
    `SELECT depth, kind, name FROM (
  SELECT depth, kind, name, count(*) AS paths FROM walked WHERE kind <> 'end' GROUP BY depth, kind, name
) QUALIFY row_number() OVER (PARTITION BY depth ORDER BY paths DESC, kind, name) <= ${writer.param('int', top)}`,
  );
  writer.table(
    'shown',
    `SELECT w.* EXCLUDE (kind, name),
  CASE WHEN w.kind = 'end' OR ranked.kind IS NOT NULL THEN w.kind ELSE 'other' END AS kind, ranked.name
FROM walked w LEFT JOIN ranked ON ranked.depth = w.depth AND ranked.kind = w.kind AND ranked.name = w.name`,
  );
  writer.table(
    'links',
    `SELECT *, lag(kind) OVER own AS from_kind, lag(name) OVER own AS from_name
FROM shown WINDOW own AS (PARTITION BY ${session} ORDER BY depth)`,
  );
}

/** Members of a number are the units; their rows are the steps. */
function compileCell(
  writer: Writer,
  { events, output }: PathQuestion,
  { depth, from, to }: PathCell,
): Compiled<MemberRow> {
  const tests = [
    `l.depth = ${writer.param('int', depth)}`,
    ...(from === null ? [] : stepTests(writer, from, 'from_kind', 'from_name')),
    ...stepTests(writer, to, 'kind', 'name'),
  ];
  writer.table(
    'cell',
    `SELECT l.seq, l.t, l.is_run, e.trace_id, l.actor AS key
FROM links l JOIN eligible e ON e.seq = l.seq WHERE ${tests.join(' AND ')}`,
  );
  return compileMembers(writer, events.unit === 'attempt' ? 'user' : events.unit, events, output);
}

function stepTests(writer: Writer, step: PathStep, kind: string, name: string): string[] {
  const isKind = `l.${kind} = ${writer.param('text', step.kind)}`;
  return 'name' in step ? [isKind, `l.${name} = ${writer.param('text', step.name)}`] : [isKind];
}

const MAX_DEPTH = 5;
const MAX_TOP = 50;

function checkPaths({ events, depth, top, gapNs, direction }: PathQuestion): void {
  const isWhole = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most;
  const reason =
    events.unit === 'attempt'
      ? 'attempts take no paths'
      : events.selectors.length === 0
        ? 'it has no anchor'
        : events.group !== undefined || events.hold !== undefined
          ? 'paths have no breakdown and hold nothing'
          : !isWhole(depth, MAX_DEPTH)
            ? `it looks ${String(depth)} steps far, 1 to ${String(MAX_DEPTH)} may be`
            : !isWhole(top, MAX_TOP)
              ? `it tells ${String(top)} steps apart, 1 to ${String(MAX_TOP)} may be`
              : gapNs <= 0n
                ? 'its pause has no length'
                : direction !== 'after' && direction !== 'before'
                  ? 'it has no known direction'
                  : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
