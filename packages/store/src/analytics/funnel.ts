/** How far units get through steps, by the bucket of their start and by group, and the members of each such number. */
import { storeError } from '../errors.ts';
import type { Property } from './condition.ts';
import { conditionSql, propertiesOf } from './condition-sql.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import { countFilteredBetween } from './filtered.ts';
import { areDisjoint, isWalkable, writeLinks, writeWalkedChains } from './funnel-chain.ts';
import { mayStill, writeCells } from './funnel-cells.ts';
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
  const isWalked = isWalkable(question);
  if (isWalked) writeWalkedChains(writer, question);
  else writeWindowChains(writer, question);
  if (isWalked && !needsLinks(question)) writeFoundWide(writer, question);
  else {
    if (isWalked) writeLinks(writer, question);
    writeFound(writer, question);
  }
  writeEntrants(writer, question);
  if (output.kind === 'members') return compileCell(writer, question, output.cell);
  writeCells(writer, question);
  return compileEnding<FunnelRow>(writer, {
    name: 'ask/funnel',
    events,
    kept: 'eligible',
    filtered: events.keepOthers ? countFilteredBetween(writer, events, 'eligible') : undefined,
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
      medianMs: { sql: 'percentiles[1]', kind: 'real' },
      p90Ms: { sql: 'percentiles[2]', kind: 'real' },
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

/** Whether more has to be known of the rows of chains than their times and durations. */
const needsLinks = (question: FunnelQuestion): boolean =>
  question.output.kind === 'members' ||
  question.actors !== undefined ||
  (question.events.group !== undefined && !isByValue(question));

/** Adds `found`: a row each chain with `who`, `actor`, `open_until`, `times` and `durations` by step, and what it is told by. */
function writeFound(writer: Writer, question: FunnelQuestion): void {
  const byStep = (column: string): string =>
    `[${question.steps.map((_, index) => `max(l.${column}) FILTER (WHERE l.step = ${String(index + 1)})`).join(', ')}]`;
  const told = actorColumns(question);
  writer.table(
    'found',
    `SELECT l.who, any_value(l.actor) AS actor, any_value(w.open_until) AS open_until, ${byStep('t')} AS times,
  ${byStep('duration_ns')} AS durations, ${[
    `${groupOfChain(question)} AS grp`,
    ...told.map((column) => `${valueOfChain(question, column)} AS ${column}`),
  ].join(', ')}
FROM links l JOIN wide w ON w.who = l.who GROUP BY l.who`,
  );
}

/** The same from `wide` alone. */
function writeFoundWide(writer: Writer, question: FunnelQuestion): void {
  const group = isByValue(question) ? 'grp' : 'NULL::VARCHAR';
  writer.table(
    'found',
    `SELECT who, actor, open_until, times, durations, ${group} AS grp FROM wide`,
  );
}

/** Adds `entrants`: the chains that count, from `found`, with `began`, `bucket` and `rank`. */
function writeEntrants(writer: Writer, question: FunnelQuestion): void {
  const { slots, events } = question;
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
