/** How far units get through steps, by the bucket of their start and by group, and the members of each such number. */
import { storeError } from '../errors.ts';
import type { Property } from './condition.ts';
import { conditionSql, propertiesOf } from './condition-sql.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import { areDisjoint, isJoinable, writeJoinedChains } from './funnel-chain.ts';
import type { FunnelCell, FunnelQuestion, FunnelRow } from './funnel-question.ts';
import { actorColumns, isByValue, requiredSteps } from './funnel-rows.ts';
import { writeWindowChains } from './funnel-windows.ts';
import { checkGroup, groupSql, RANKED_JOIN, toGroup } from './group.ts';
import { compileMembers } from './members.ts';
import type { MemberRow } from './question.ts';
import { Writer } from './writer.ts';

/** The statement of a funnel. Throws `STORE_QUESTION_INVALID`. */
export function compileFunnel(question: FunnelQuestion): Compiled<FunnelRow> | Compiled<MemberRow> {
  checkFunnel(question);
  const writer = new Writer();
  const { events, output } = question;
  writeEligible(writer, events, {
    trace: output.kind === 'members',
    duration: true,
    texts: question.actors === undefined ? [] : propertiesOf(question.actors),
  });
  writeFacts(writer, 'eligible');
  if (isJoinable(question)) writeJoinedChains(writer, question);
  else writeWindowChains(writer, question);
  writeEntrants(writer, question);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);
  writeCells(writer, question);
  return compileEnding<FunnelRow>(writer, {
    name: 'ask/funnel',
    events,
    kept: 'eligible',
    output,
    source: 'cells',
    order: 'rank NULLS LAST, bucket, step',
    columns: {
      bucket: { sql: 'bucket', kind: 'int' },
      rank: { sql: 'rank', kind: 'int' },
      value: { sql: 'CASE WHEN rank IS NOT NULL THEN value END', kind: 'text' },
      step: { sql: 'step - 1', kind: 'int' },
      entered: { sql: 'entered', kind: 'int' },
      converted: { sql: 'converted', kind: 'int' },
      immature: { sql: 'immature', kind: 'int' },
      meanMs: { sql: 'mean_ms', kind: 'real' },
      medianMs: { sql: 'median_ms', kind: 'real' },
      p90Ms: { sql: 'p90_ms', kind: 'real' },
      systemMs: { sql: 'system_ms', kind: 'real' },
    },
    toRow: (row) => ({
      ...(Object.fromEntries(NUMBERS.map((name) => [name, row[name]])) as unknown as FunnelRow),
      group: toGroup(events, row['rank'] as number | null, row['value'] as string | null),
    }),
  });
}

const NUMBERS = [
  'bucket',
  'step',
  'entered',
  'converted',
  'immature',
  'meanMs',
  'medianMs',
  'p90Ms',
  'systemMs',
] as const satisfies readonly (keyof FunnelRow)[];

/** Adds `entrants`: a row each chain with `began`, `open_until`, `times` by step, `bucket`, `grp` and `rank`. */
function writeEntrants(writer: Writer, question: FunnelQuestion): void {
  const { steps, slots, events } = question;
  const times = steps.map((_, index) => `max(l.t) FILTER (WHERE l.step = ${String(index + 1)})`);
  const told = actorColumns(question);
  writer.table(
    'found',
    `SELECT l.who, any_value(l.actor) AS actor, any_value(w.open_until) AS open_until, [${times.join(', ')}] AS times,
  ${[
    `${groupOfChain(question)} AS grp`,
    ...told.map((column) => `${valueOfChain(question, column)} AS ${column}`),
  ].join(', ')}
FROM links l JOIN wide w ON w.who = l.who GROUP BY l.who`,
  );
  writer.table('chains', `SELECT * FROM found${actorsSql(writer, question)}`);
  if (events.group !== undefined)
    writer.table(
      'ranked',
      `SELECT grp, row_number() OVER (ORDER BY count(*) DESC, grp NULLS LAST) AS rank FROM chains GROUP BY grp
QUALIFY rank <= ${writer.param('int', events.group.top)}`,
    );
  const [origin, width] = [writer.param('ns', slots.origin), writer.param('ns', slots.width)];
  const buckets = `(${writer.param('texts', slots.buckets)})::INTEGER[]`;
  const reached = 'list_filter(e.times, lambda one: one IS NOT NULL)';
  const isAttempt = events.unit === 'attempt';
  const place = 'row_number() OVER (PARTITION BY e.actor ORDER BY e.times[1], e.who) AS place, ';
  writer.table(
    'entrants',
    `SELECT e.*, ${isAttempt ? place : ''}e.times[1] AS began, list_extract(${buckets}, 1 + (e.times[1] - ${origin}) // ${width}) AS bucket,
  ${events.group === undefined ? 'NULL::BIGINT AS rank' : 'ranked.rank'}
FROM chains e${events.group === undefined ? '' : `\n${RANKED_JOIN}`}${
      isByValue(question) && !isAttempt
        ? // Among the others a unit may have several chains; the furthest stands for it.
          `\nQUALIFY row_number() OVER (PARTITION BY e.actor, ranked.rank ORDER BY len(${reached}) DESC, list_max(e.times), e.times[1] DESC, e.grp NULLS LAST) = 1`
        : ''
    }`,
  );
}

function groupOfChain(question: FunnelQuestion): string {
  if (question.events.group === undefined) return 'NULL::VARCHAR';
  return question.attribution === 'all' ? 'any_value(l.grp)' : valueOfChain(question, 'grp');
}

/** The value of a column that a chain has. */
function valueOfChain({ attribution }: FunnelQuestion, column: string): string {
  const known = `FILTER (WHERE l.${column} IS NOT NULL)`;
  if (attribution === 'last') return `arg_max(l.${column}, l.step) ${known}`;
  if (attribution === 'first' || attribution === 'all')
    return `arg_min(l.${column}, l.step) ${known}`;
  return `any_value(l.${column}) FILTER (WHERE l.step = ${String(attribution + 1)})`;
}

/** Which chains count; nothing where all do. */
function actorsSql(writer: Writer, { actors }: FunnelQuestion): string {
  if (actors === undefined) return '';
  const keys = propertiesOf(actors).map((property) => JSON.stringify(property));
  const text = (property: Property): string =>
    `a${String(keys.indexOf(JSON.stringify(property)) + 1)}`;
  const columns = { text, number: (property: Property) => `fa_number(${text(property)})` };
  return ` WHERE ${conditionSql(writer, columns, actors)}`;
}

function writeCells(writer: Writer, question: FunnelQuestion): void {
  const window = writer.param('ns', question.windowNs);
  writer.table(
    'busy',
    `SELECT who, step, t, t + ended AS till, max(t + ended) OVER (PARTITION BY who ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
FROM (SELECT who, step, t, least(greatest(coalesce(duration_ns, 0), 0), ${window}) AS ended FROM links)`,
  );
  writer.table(
    'system',
    `SELECT k.who, k.step, sum(greatest(0, least(i.till, k.t) - greatest(i.t, coalesce(i.before, i.t)))) AS system_ns
FROM busy k JOIN busy i ON i.who = k.who AND i.step <= k.step GROUP BY k.who, k.step`,
  );
  const shown = question.shown ?? [...question.steps.keys()];
  const places = shown.map((index) => String(index + 1));
  const may = shown.map(
    (step) => `WHEN ${String(step + 1)} THEN ${mayStill(writer, question, step)}`,
  );
  writer.table(
    'cells',
    `SELECT e.bucket, e.rank, min(e.grp) AS value, s.step, count(*) AS entered, count(e.times[s.step]) AS converted,
  count(*) FILTER (WHERE e.times[s.step] IS NULL AND CASE s.step ${may.join(' ')} END) AS immature,
  fa_ratio(fa_ms(sum(e.times[s.step] - e.began)), count(e.times[s.step])) AS mean_ms,
  fa_p50(fa_ms(e.times[s.step] - e.began)) AS median_ms, quantile_cont(fa_ms(e.times[s.step] - e.began), 0.9) AS p90_ms,
  fa_ratio(fa_ms(sum(y.system_ns)), count(e.times[s.step])) AS system_ms
FROM entrants e CROSS JOIN (SELECT unnest([${places.join(', ')}]) AS step) s
LEFT JOIN system y ON y.who = e.who AND y.step = s.step
GROUP BY e.bucket, e.rank, s.step`,
  );
}

/** Whether one that has not done a step may still do it; an optional one only as long as the next required one is not done. */
function mayStill(writer: Writer, question: FunnelQuestion, step: number): string {
  const watermark = writer.param('ns', question.watermark);
  const open = `coalesce(e.open_until >= ${watermark}, false)`;
  if (!(question.steps[step]?.optional ?? false)) return open;
  const required = requiredSteps(question);
  const next = required.find((index) => index > step);
  if (next !== undefined) return `(e.times[${String(next + 1)}] IS NULL AND ${open})`;
  const last = String((required.at(-1) ?? 0) + 1);
  return `CASE WHEN e.times[${last}] IS NULL THEN ${open} ELSE e.times[1] + ${writer.param('ns', question.windowNs)} >= ${watermark} END`;
}

function compileCell(
  writer: Writer,
  question: FunnelQuestion,
  { bucket, group, step, outcome }: FunnelCell,
): Compiled<MemberRow> {
  const { events, output } = question;
  const isAttempt = events.unit === 'attempt';
  checkGroup(events, group);
  if (!(step in question.steps))
    throw storeError('STORE_QUESTION_INVALID', { reason: `it has no step ${String(step)}` });
  const did = `e.times[${String(step + 1)}] IS NOT NULL`;
  const former = previousStep(question, step);
  const condition =
    outcome === 'converted'
      ? did
      : outcome === 'immature'
        ? `NOT (${did}) AND ${mayStill(writer, question, step)}`
        : `NOT (${did}) AND NOT (${mayStill(writer, question, step)}) AND e.times[${String(former + 1)}] IS NOT NULL`;
  writer.table(
    'cell',
    `SELECT l.seq, l.t, l.is_run, l.trace_id, l.actor AS key${isAttempt ? ', e.place' : ''}
FROM links l JOIN entrants e ON e.who = l.who
WHERE ${condition}
  ${bucket === null ? '' : `AND e.bucket = ${writer.param('int', bucket)}`}
  ${events.group === undefined ? '' : `AND ${groupSql(writer, group).replaceAll('grp', 'e.grp')}`}`,
  );
  const kind = events.unit === 'attempt' ? 'user' : events.unit;
  return compileMembers(writer, kind, events, output, { isByPlace: isAttempt });
}

/** Where those who do not do a step come from. */
function previousStep(question: FunnelQuestion, step: number): number {
  if (question.order === 'any') return Math.max(0, step - 1);
  return requiredSteps(question).findLast((index) => index < step) ?? 0;
}

const MAX_STEPS = 20;

function checkFunnel(question: FunnelQuestion): void {
  const { events, steps, order, exclude, universe, slots, entriesTo, attribution, shown } =
    question;
  const { origin, width, buckets } = slots;
  const isKnown = (index: number): boolean => index in events.selectors;
  const isRequired = (index: number): boolean => steps[index]?.optional === false;
  const isOrdered =
    steps.some(({ optional }) => optional) ||
    question.stepWindowNs !== null ||
    question.ties !== 'lenient' ||
    typeof attribution === 'number';
  const faults: readonly (readonly [boolean, string])[] = [
    [
      steps.length < 2 || steps.length > MAX_STEPS || steps.length > events.selectors.length,
      `it has ${String(steps.length)} steps, 2 to ${String(MAX_STEPS)} may be`,
    ],
    [!isRequired(0), 'its first step is optional'],
    [
      order === 'any' && isOrdered,
      'steps in any order know no optional step, no time between steps, no strict ties, no grace and no attribution by step',
    ],
    [
      steps.some(
        ({ anchor }, index) =>
          anchor !== undefined &&
          (order !== 'any' || index !== (anchor === 'first' ? 0 : steps.length - 1)),
      ),
      'its anchors are not those of the first and the last step in any order',
    ],
    [
      typeof question.ties === 'object' &&
        (order !== 'ordered' ||
          events.unit === 'attempt' ||
          question.ties.graceNs < 1n ||
          !areDisjoint(events.selectors.slice(0, steps.length))),
      'grace is for chains in order whose steps no event matches twice',
    ],
    [
      exclude.some(
        ({ selector, after, before }) =>
          !isKnown(selector) || after >= before || !isRequired(after) || !isRequired(before),
      ),
      'an exclusion lies between no two required steps',
    ],
    [
      !universe.every(isKnown) ||
        (typeof attribution === 'number' && !(attribution in steps)) ||
        !(shown ?? [0]).every((index) => index in steps) ||
        shown?.length === 0,
      'it names a selector or step that it has not',
    ],
    [
      events.unit === 'attempt' &&
        (question.entry === 'first' ||
          steps.at(-1)?.optional === true ||
          exclude.some(({ drops }) => drops === 'actor')),
      'attempts know no first entry, no optional last step and no exclusion of the actor',
    ],
    [
      question.restartOnReentry === true && (events.unit !== 'attempt' || order === 'any'),
      'only attempts in an order begin again',
    ],
    [
      origin > (question.entriesFrom ?? events.from) ||
        width <= 0n ||
        origin + width * BigInt(buckets.length) < entriesTo,
      'its slots do not cover its entries',
    ],
  ];
  const [, reason] = faults.find(([isFault]) => isFault) ?? [];
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
