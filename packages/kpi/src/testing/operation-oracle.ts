/** What is known of an operation, by plain loops over the whole list of its events; shares no code with the program. */
import type { OperationEventLike } from '../operation/operation-event.ts';

/** What the events say, and where the operation stands. */
export interface OracleOperation {
  readonly feature: string;
  readonly parentId: string | null;
  readonly description: string | null;
  readonly state: 'running' | 'paused' | 'ended';
  readonly status: string | null;
  readonly errorType: string | null;
  readonly current: number | null;
  readonly total: number | null;
  readonly message: string | null;
  readonly durationMs: number;
  readonly pausedMs: number;
  readonly lastNewsAt: string;
  readonly startedAt: string;
  readonly notes: readonly string[];
}

/** By events as they came, `nowMs` by the server's clock. */
export function oracleOperation(
  all: readonly OperationEventLike[],
  nowMs: number,
): OracleOperation {
  const events = all.toSorted(byPlace);
  const ends = events.filter(({ kind }) => kind === 'end');
  const end = ends[0];
  const startMs = startOf(events);
  const at = (event: OperationEventLike): number =>
    Math.max(0, event.elapsedS === undefined ? timeOf(event) - startMs : toMs(event.elapsedS));
  const durationMs = end === undefined ? runningFor(events, startMs, nowMs) : at(end);
  const turns = events.filter(({ kind }) => kind === 'paused' || kind === 'resumed');
  return {
    feature: firstOf(events, (event) => event.feature || undefined) ?? '',
    parentId: firstOf(events, (event) => event.parentId) ?? null,
    description: firstOf(events, (event) => event.description) ?? null,
    state: end !== undefined ? 'ended' : turns.at(-1)?.kind === 'paused' ? 'paused' : 'running',
    status: end === undefined ? null : statusOf(end),
    errorType: end?.errorType ?? null,
    current: lastOf(events, (event) => event.current) ?? null,
    total: lastOf(events, (event) => event.total) ?? null,
    message: lastOf(events, (event) => event.message) ?? null,
    durationMs,
    pausedMs: pausedFor(turns, at, durationMs),
    lastNewsAt: new Date(Math.max(...events.map(receivedOf))).toISOString(),
    startedAt: new Date(startMs).toISOString(),
    notes: notesOf(events, ends),
  };
}

/** Numbered ones by number and behind all others, those by time. */
function byPlace(a: OperationEventLike, b: OperationEventLike): number {
  if ((a.sequence === undefined) !== (b.sequence === undefined))
    return a.sequence === undefined ? -1 : 1;
  if (a.sequence !== undefined && b.sequence !== undefined && a.sequence !== b.sequence)
    return a.sequence - b.sequence;
  return timeOf(a) - timeOf(b);
}

const timeOf = ({ timeNs }: OperationEventLike): number => Number(timeNs / 1_000_000n);
const receivedOf = ({ receivedNs }: OperationEventLike): number => Number(receivedNs / 1_000_000n);

function startOf(events: readonly OperationEventLike[]): number {
  const start = events.find(({ kind }) => kind === 'start');
  if (start !== undefined) return timeOf(start);
  const timed = events.filter(({ elapsedS }) => elapsedS !== undefined);
  if (timed.length === 0) return Math.min(...events.map(timeOf));
  return Math.min(...timed.map((event) => timeOf(event) - toMs(event.elapsedS ?? 0)));
}

function runningFor(events: readonly OperationEventLike[], startMs: number, nowMs: number): number {
  const timed = events.filter(({ elapsedS }) => elapsedS !== undefined);
  if (timed.length > 0)
    return Math.max(
      0,
      ...timed.map((event) => toMs(event.elapsedS ?? 0) + (nowMs - receivedOf(event))),
    );
  const lagMs = Math.min(...events.map((event) => receivedOf(event) - timeOf(event)));
  return Math.max(0, nowMs - lagMs - startMs);
}

function pausedFor(
  turns: readonly OperationEventLike[],
  at: (event: OperationEventLike) => number,
  untilMs: number,
): number {
  let sumMs = 0;
  let since: number | undefined;
  for (const turn of turns) {
    const ms = Math.min(at(turn), untilMs);
    if (turn.kind === 'paused') since ??= ms;
    else if (since !== undefined) {
      sumMs += Math.max(0, ms - since);
      since = undefined;
    }
  }
  if (since !== undefined) sumMs += Math.max(0, untilMs - since);
  return Math.min(untilMs, sumMs);
}

function firstOf<T>(
  events: readonly OperationEventLike[],
  read: (event: OperationEventLike) => T | undefined,
): T | undefined {
  for (const event of events) {
    const value = read(event);
    if (value !== undefined) return value;
  }
  return undefined;
}

const lastOf = <T>(
  events: readonly OperationEventLike[],
  read: (event: OperationEventLike) => T | undefined,
): T | undefined => firstOf(events.toReversed(), read);

const statusOf = ({ status, errorType }: OperationEventLike): string =>
  status ?? (errorType === undefined ? 'success' : 'failed');

function notesOf(
  events: readonly OperationEventLike[],
  ends: readonly OperationEventLike[],
): string[] {
  const end = ends[0];
  const totals = new Set(events.flatMap(({ total }) => total ?? []));
  const lags = events.map((event) => receivedOf(event) - timeOf(event));
  const born = events.flatMap((event) =>
    event.elapsedS === undefined ? [] : [timeOf(event) - toMs(event.elapsedS)],
  );
  const work = events.filter(({ kind }) => ['progress', 'paused', 'resumed'].includes(kind));
  const numbered = work.filter(({ sequence }) => sequence !== undefined);
  const isAfter =
    end !== undefined &&
    (end.sequence !== undefined && numbered.length > 0
      ? numbered.some(({ sequence }) => (sequence ?? 0) > (end.sequence ?? 0))
      : work
          .filter(({ sequence }) => sequence === undefined)
          .some((event) => timeOf(event) > timeOf(end)));
  const found: Record<string, boolean> = {
    start_unknown: !events.some(({ kind }) => kind === 'start'),
    two_ends: new Set(ends.map(statusOf)).size > 1,
    progress_after_end: isAfter,
    over_total: events.some(
      ({ current, total }) => current !== undefined && total !== undefined && current > total,
    ),
    total_changed: totals.size > 1,
    clock_jumped: born.length > 0 && Math.max(...born) - Math.min(...born) > 5000,
    late: Math.max(...lags) - Math.min(...lags) > 5000,
  };
  return Object.keys(found).filter((note) => found[note]);
}

/** To the microsecond. */
const toMs = (seconds: number): number => Math.round(seconds * 1e6) / 1000;
