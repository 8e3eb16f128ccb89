/** What counts must give, by plain loops over arrays; shares no code with the program. */
import type {
  CountCell,
  CountQuestion,
  CountRow,
  EligibleEvents,
  Group,
  Measure,
} from '@heartwood/store';
import type { EventWorld, PlainSpanEvent } from './event-world.ts';
import type { PlainLog } from './plain-log.ts';
import { holdsOf, matches, numberOf, spanEventsOf, textOf } from './oracle-condition.ts';
import type { PlainSpan } from './world.ts';

/** A run or event that matched. */
export interface OracleRow {
  readonly seq: bigint;
  readonly timeNs: bigint;
  readonly isRun: boolean;
  readonly source: PlainSpan | PlainLog | PlainSpanEvent;
  /** Indexes of the selectors that matched. */
  readonly matched: ReadonlySet<number>;
  readonly group: string | null;
}

/** The rows that a question is about, in no order. */
export function oracleRows({ spans, logs }: EventWorld, events: EligibleEvents): OracleRow[] {
  const rows: OracleRow[] = [];
  const add = (
    source: PlainSpan | PlainLog | PlainSpanEvent,
    timeNs: bigint,
    isRun: boolean,
  ): void => {
    if (timeNs < events.from || timeNs >= events.to) return;
    const landed = 'span' in source ? source.span.seq : source.seq;
    if (events.asOf !== undefined && landed > events.asOf) return;
    if (
      events.scope !== undefined &&
      !holdsOf(events.scope, (property) => textOf(source, isRun, property))
    )
      return;
    const matched = new Set<number>();
    for (const [index, selector] of events.selectors.entries())
      if (
        matches(source, isRun, selector) &&
        (selector.names !== 'any' || events.withOwn === true || !isOfSdk(source))
      )
        matched.add(index);
    if (
      matched.size === 0 &&
      (!events.keepOthers || (!isOther(source) && !isNamed(source, isRun, events)))
    )
      return;
    const group = events.group === undefined ? null : textOf(source, isRun, events.group.by);
    rows.push({ seq: source.seq, timeNs, isRun, source, matched, group });
  };
  for (const span of spans) if (span.feature !== null) add(span, span.startNs, true);
  for (const span of spans) for (const event of spanEventsOf(span)) add(event, event.timeNs, false);
  for (const log of logs) if (log.event !== null) add(log, log.timeNs, false);
  return rows;
}

/** Whether something counts that nothing names: what people do with the app, not what is written down beside it. */
function isOther(source: OracleRow['source']): boolean {
  if ('span' in source) return false;
  return 'event' in source ? !isOfSdk(source) : !source.mapped;
}

/** Whether the name of a run or log record is asked for, whatever else is asked of it. */
function isNamed(source: OracleRow['source'], isRun: boolean, events: EligibleEvents): boolean {
  if ('span' in source) return false;
  const name = 'event' in source ? source.event : source.feature;
  return events.selectors.some(
    (one) =>
      (one.source === 'run') === isRun && one.names !== 'any' && one.names.some((n) => n === name),
  );
}

/** Whether it is an event that SDKs send of themselves. */
function isOfSdk(source: OracleRow['source']): boolean {
  const name = 'event' in source ? (source.event ?? '') : '';
  return (
    /^feature\.operation\.(start|progress|heartbeat|end)$/.test(name) ||
    /^(feature\.(paused|resumed)|session\.(start|end))$/.test(name)
  );
}

/** The span that something is or is an event of. */
function spanOf(source: OracleRow['source']): PlainSpan | undefined {
  if ('span' in source) return source.span;
  return 'event' in source ? undefined : source;
}

/** How many of the rows were sampled, and how many runs those stand for. */
export function oracleSampling(rows: readonly OracleRow[]): {
  readonly sampled: number;
  readonly adjusted: number;
} {
  const kept = rows.flatMap(({ source }) => spanOf(source)?.threshold ?? []);
  const adjusted = kept.map((text) => {
    const rejected = text
      .split('')
      .reduce((sum, digit, i) => sum + parseInt(digit, 16) / 16 ** (i + 1), 0);
    return 1 / (1 - rejected);
  });
  return { sampled: kept.length, adjusted: adjusted.reduce((sum, one) => sum + one, 0) };
}

/** Whom a row belongs to; null for nobody. A session that stands for its user is another one than a user of that name. */
export function oracleUnit(row: OracleRow, unit: EligibleEvents['unit']): string | null {
  const { user, session, traceId } = row.source;
  if (unit === 'trace') return traceId;
  if (unit === 'session') return session;
  if (user !== null) return `user ${user}`;
  return session === null ? null : `session ${session}`;
}

/** All rows of the answer, in the order: groups by rank with the others last, buckets by time. */
export function oracleCount(world: EventWorld, question: CountQuestion): CountRow[] {
  const rows = oracleRows(world, question.events);
  const groups = oracleGroups(rows, question.events);
  const found: CountRow[] = [];
  for (const group of groups)
    for (let bucket = 0; bucket < question.slots.buckets.length; bucket++) {
      const cell = rows.filter(
        (row) => bucketOf(row, question) === bucket && isIn(row, group, groups),
      );
      if (cell.length === 0 && !hasUnmatched(world, question, bucket)) continue;
      const values = question.measures.map((measure) =>
        measure.agg === 'count_filtered' && !areWhole(question.events, measure.of)
          ? namesakes(world, question.events, measure.of).filter(
              (row) => bucketOf(row, question) === bucket,
            ).length
          : measured(cell, measure),
      );
      const times = cell.map(({ timeNs }) => timeNs).toSorted((a, b) => (a < b ? -1 : 1));
      found.push({
        bucket,
        group,
        rows: cell.length,
        firstTime: times[0]?.toString() ?? null,
        lastTime: times.at(-1)?.toString() ?? null,
        values,
      });
    }
  return found;
}

/** Keys of the members of a cell, sorted: units, or numbers of rows. */
export function oracleMembers(
  world: EventWorld,
  question: CountQuestion,
  { bucket, group, measure: index }: CountCell,
): string[] {
  const rows = oracleRows(world, question.events);
  const groups = oracleGroups(rows, question.events);
  const measure = question.measures[index];
  if (measure === undefined) return [];
  const cell = rows.filter(
    (row) =>
      bucketOf(row, question) === bucket && isIn(row, group, groups) && isMeasured(row, measure),
  );
  const keys = cell.map((row) =>
    measure.agg === 'count_distinct' ? oracleUnit(row, measure.on) : String(row.seq),
  );
  return [...new Set(keys.filter((key) => key !== null))].toSorted();
}

/** Runs of senders that leave out others, by the names that selectors ask for; events where they match. */
export function namesakes(
  world: EventWorld,
  events: EligibleEvents,
  of: readonly number[] | undefined,
): OracleRow[] {
  const selectors = events.selectors.map((one) =>
    one.source === 'event' ? one : { source: one.source, names: one.names },
  );
  return oracleRows(world, { ...events, selectors }).filter(
    (row) => isFiltered(row) && (of === undefined || of.some((index) => row.matched.has(index))),
  );
}

/** Whether the sender of a run, or of an event of its span, left out others. */
export const isFiltered = ({ source }: OracleRow): boolean => spanOf(source)?.filtered === true;

/** Whether something is to be said of a bucket in which nothing matched. */
const hasUnmatched = (world: EventWorld, question: CountQuestion, bucket: number): boolean =>
  question.events.group === undefined &&
  question.measures.some(
    ({ agg, of }) => agg === 'count_filtered' && !areWhole(question.events, of),
  ) &&
  namesakes(world, question.events, undefined).some((row) => bucketOf(row, question) === bucket);

/** Whether what selectors ask of runs is a name alone, or another of them asks for all runs of the name. */
function areWhole({ selectors }: EligibleEvents, of: readonly number[] | undefined): boolean {
  const own = selectors.filter(
    ({ source }, index) => source === 'run' && (of === undefined || of.includes(index)),
  );
  const plain = own.filter((one) =>
    [one.statuses, one.minDurationNs, one.maxDurationNs, one.where].every(
      (asked) => asked === undefined,
    ),
  );
  return own.every(
    (one) =>
      plain.includes(one) ||
      plain.some(({ names }) => names === 'any') ||
      (one.names !== 'any' &&
        one.names.every((name) => plain.some(({ names }) => names.includes(name)))),
  );
}

function bucketOf({ timeNs }: OracleRow, { slots }: CountQuestion): number {
  return Number(slots.buckets[Number((timeNs - slots.origin) / slots.width)]);
}

/** The groups that are shown, largest first, then the others where there are some. */
export function oracleGroups(
  rows: readonly OracleRow[],
  events: EligibleEvents,
  isRanked: (row: OracleRow) => boolean = () => true,
): (Group | null)[] {
  const { group, unit } = events;
  if (group === undefined) return [null];
  const values = [...new Set(rows.map((row) => row.group))].map((value) => {
    const own = rows.filter((row) => row.group === value && isRanked(row));
    const units = new Set(own.map((row) => oracleUnit(row, unit)).filter((key) => key !== null));
    return { value, rows: own.length, units: unit === 'attempt' ? own.length : units.size };
  });
  const ranked = values.toSorted((a, b) => {
    if (a.units !== b.units) return b.units - a.units;
    if (a.rows !== b.rows) return b.rows - a.rows;
    if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
    return a.value < b.value ? -1 : 1;
  });
  const shown = ranked
    .slice(0, group.top)
    .map(({ value }): Group => (value === null ? { kind: 'none' } : { kind: 'value', value }));
  return ranked.length > group.top ? [...shown, { kind: 'other' }] : shown;
}

function isIn(row: OracleRow, group: Group | null, groups: readonly (Group | null)[]): boolean {
  if (group === null) return true;
  if (group.kind === 'none') return row.group === null;
  if (group.kind === 'value') return row.group === group.value;
  return !groups.some((shown) => shown?.kind !== 'other' && isIn(row, shown, groups));
}

function isMeasured(row: OracleRow, measure: Measure): boolean {
  if (measure.of !== undefined && !measure.of.some((index) => row.matched.has(index))) return false;
  if (measure.agg === 'count' || measure.agg === 'count_distinct') return true;
  if (measure.agg === 'count_filtered') return spanOf(row.source)?.filtered ?? false;
  return numberOf(row.source, row.isRun, measure.on) !== null;
}

function measured(cell: readonly OracleRow[], measure: Measure): number | null {
  const rows = cell.filter((row) => isMeasured(row, measure));
  if (measure.agg === 'count' || measure.agg === 'count_filtered') return rows.length;
  if (measure.agg === 'count_values') return rows.length;
  if (measure.agg === 'count_distinct')
    return new Set(rows.map((row) => oracleUnit(row, measure.on)).filter((key) => key !== null))
      .size;
  const values = rows
    .map((row) => numberOf(row.source, row.isRun, measure.on))
    .filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (measure.agg) {
    case 'sum':
      return sum;
    case 'mean':
      return sum / values.length;
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
    case 'percentile': {
      const rank = (values.length - 1) * measure.p;
      const low = values.at(Math.floor(rank)) ?? 0;
      const high = values.at(Math.ceil(rank)) ?? 0;
      return low + (high - low) * (rank - Math.floor(rank));
    }
    default:
      throw new Error('there is no such aggregate');
  }
}
