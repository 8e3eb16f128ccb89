/** What is known of an operation by its events: the same whatever their order, and however often each comes. */
import { FEATURE_STATUSES, FeatureStatus } from '@heartwood/semconv';
import { countsOf, mergeCounts, type Counts } from './counts.ts';
import { compareMarks, earlier, type Kept, later, type Mark, type Said } from './mark.ts';
import type { OperationEventLike } from './operation-event.ts';
import { mergePauses, NO_PAUSES, type Pauses } from './pauses.ts';

/** Said once and for all: the first word counts. */
type FirstWords = Pick<
  OperationEventLike,
  | 'feature'
  | 'service'
  | 'instance'
  | 'host'
  | 'pid'
  | 'parentId'
  | 'category'
  | 'component'
  | 'session'
  | 'user'
  | 'traceId'
  | 'description'
  | 'heartbeatS'
>;

/** Said again and again: the last word counts. */
type LastWords = Pick<OperationEventLike, 'current' | 'total' | 'unit' | 'fraction' | 'message'> & {
  /** Why it paused. */
  readonly pause: string | undefined;
};

type SaidOf<Words> = {
  -readonly [Key in keyof Words]?: Said<NonNullable<Words[Key]>> | undefined;
};

type KeptOf<Words> = {
  -readonly [Key in keyof Words]?: Kept<NonNullable<Words[Key]>> | undefined;
};

/** How it ended. */
interface End {
  readonly mark: Mark;
  readonly status: FeatureStatus;
  readonly errorType?: string | undefined;
  readonly reason?: string | undefined;
  /** When the server heard of it first. */
  readonly receivedMs: number;
}

/**
 * Every part is a minimum, a maximum, a union or what was said first or last, so {@link mergeFolds} is commutative,
 * associative and idempotent. Plain JSON. Times of receipt are those of the server's clock, all others the app's.
 */
export interface OperationFold {
  readonly id: string;
  first: SaidOf<FirstWords>;
  last: KeptOf<LastWords>;
  start?: Mark | undefined;
  end?: End | undefined;
  /** A bit for each status that an end said, as in {@link FEATURE_STATUSES}. */
  endings: number;
  counts?: Counts | undefined;
  pauses: Pauses;
  newsMs: number;
  /** Time of the earliest record. */
  earliestMs: number;
  /** Least and most that a record was received after its time. */
  lagMs: number;
  mostLagMs: number;
  /** Largest elapsed time less its receipt: what the operation's own clock is ahead of the server's. */
  aheadMs?: number | undefined;
  /** Least and most of time less elapsed time: when it began, and how far the app's clock jumped since. */
  bornMs?: number | undefined;
  latestBornMs?: number | undefined;
  /** Of what tells that work goes on. */
  workMs?: number | undefined;
  workSequence?: number | undefined;
  /** The last record that says that the thread is blocked, and the last one that does not. */
  blocked?: { readonly timeMs: number; readonly blockedS: number } | undefined;
  freeMs?: number | undefined;
  leastTotal?: number | undefined;
  mostTotal?: number | undefined;
  /** More was counted than there was said to be. */
  isOver: boolean;
  /** The total that the start estimated. */
  estimate?: Said<number> | undefined;
  /** Largest number of a row that told of it. */
  seq: number;
}

/** What a single event tells, received at this time of the server's clock. */
export function foldOf(event: OperationEventLike, heardMs: number): OperationFold {
  const receivedMs = toMicros(heardMs);
  const timeMs = toMs(event.timeNs);
  const elapsedMs = elapsedMsOf(event);
  const mark: Mark = { sequence: event.sequence, timeMs, elapsedMs };
  const { kind, current, total, blockedS } = event;
  const lagMs = toMicros(receivedMs - timeMs);
  const isWork = kind === 'progress' || kind === 'paused' || kind === 'resumed';
  const fold: OperationFold = {
    id: event.id,
    first: {},
    last: {},
    endings: 0,
    pauses: NO_PAUSES,
    newsMs: receivedMs,
    earliestMs: timeMs,
    lagMs,
    mostLagMs: lagMs,
    isOver: current !== undefined && total !== undefined && current > total,
    seq: Number(event.seq),
  };
  for (const key of FIRST_WORDS) put(fold.first, key, mark, event[key]);
  for (const key of LAST) put(fold.last, key, mark, event[key]);
  if (kind === 'paused') put(fold.last, 'pause', mark, event.reason);
  if (kind === 'start') {
    fold.start = mark;
    if (total !== undefined) fold.estimate = { mark, value: total };
  }
  if (kind === 'end') addEnd(fold, event, mark, receivedMs);
  if (kind === 'paused' || kind === 'resumed')
    fold.pauses = { turns: [{ mark, isPaused: kind === 'paused' }], beforeMs: 0 };
  if (current !== undefined) fold.counts = countsOf(mark, current);
  if (elapsedMs !== undefined) {
    fold.aheadMs = toMicros(elapsedMs - receivedMs);
    fold.bornMs = toMicros(timeMs - elapsedMs);
    fold.latestBornMs = fold.bornMs;
  }
  if (isWork) {
    if (event.sequence === undefined) fold.workMs = timeMs;
    else fold.workSequence = event.sequence;
  }
  if (blockedS === undefined) fold.freeMs = timeMs;
  else fold.blocked = { timeMs, blockedS };
  fold.leastTotal = total;
  fold.mostTotal = total;
  return fold;
}

/** Epoch milliseconds with the digits that a double can hold: to the microsecond. */
export const toMs = (epochNs: bigint): number => Number(epochNs / 1000n) / 1000;

/** Whole microseconds: what is finer is no measurement, and takes twice the room where it is kept. */
export const toMicros = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Puts what one fold knows into another of the same operation. */
export function mergeFolds(into: OperationFold, from: OperationFold): void {
  mergeWords(FIRST_WORDS, into.first, from.first, earlier);
  mergeWords(LAST_WORDS, into.last, from.last, later);
  into.start = earlierMark(into.start, from.start);
  into.end = earlierEnd(into.end, from.end);
  into.endings |= from.endings;
  into.counts = mergeCounts(into.counts, from.counts);
  into.pauses = mergePauses(into.pauses, from.pauses);
  into.newsMs = Math.max(into.newsMs, from.newsMs);
  into.earliestMs = Math.min(into.earliestMs, from.earliestMs);
  into.lagMs = Math.min(into.lagMs, from.lagMs);
  into.mostLagMs = Math.max(into.mostLagMs, from.mostLagMs);
  into.aheadMs = most(into.aheadMs, from.aheadMs);
  into.bornMs = least(into.bornMs, from.bornMs);
  into.latestBornMs = most(into.latestBornMs, from.latestBornMs);
  into.workMs = most(into.workMs, from.workMs);
  into.workSequence = most(into.workSequence, from.workSequence);
  into.blocked = lastBlocked(into.blocked, from.blocked);
  into.freeMs = most(into.freeMs, from.freeMs);
  into.leastTotal = least(into.leastTotal, from.leastTotal);
  into.mostTotal = most(into.mostTotal, from.mostTotal);
  into.isOver ||= from.isOver;
  into.estimate = earlier(into.estimate, from.estimate);
  into.seq = Math.max(into.seq, from.seq);
}

/** Moves times of receipt to another clock; none is later than `nowMs`. */
export function moveReceipts(fold: OperationFold, byMs: number, nowMs: number): void {
  fold.newsMs = Math.min(nowMs, toMicros(fold.newsMs + byMs));
  if (fold.end !== undefined) {
    const receivedMs = Math.min(nowMs, toMicros(fold.end.receivedMs + byMs));
    fold.end = { ...fold.end, receivedMs };
  }
  fold.lagMs = toMicros(fold.lagMs + byMs);
  fold.mostLagMs = toMicros(fold.mostLagMs + byMs);
  if (fold.aheadMs !== undefined) fold.aheadMs = toMicros(fold.aheadMs - byMs);
}

/** In the order in which they are kept. */
export const FIRST_WORDS: readonly (keyof FirstWords)[] = [
  'feature',
  'service',
  'instance',
  'host',
  'pid',
  'parentId',
  'category',
  'component',
  'session',
  'user',
  'traceId',
  'description',
  'heartbeatS',
];
export const LAST = ['current', 'total', 'unit', 'fraction', 'message'] as const;
export const LAST_WORDS: readonly (keyof LastWords)[] = [...LAST, 'pause'];

/** Thirty years: what is beyond no clock has measured. */
const LONGEST_MS = 1e12;

/** Time since the start, as far as a clock can have measured it. */
export function elapsedMsOf({ elapsedS }: OperationEventLike): number | undefined {
  return elapsedS === undefined || elapsedS * 1000 > LONGEST_MS
    ? undefined
    : toMicros(elapsedS * 1000);
}

function put(
  words: Partial<Record<string, Said<string | number> | undefined>>,
  key: string,
  mark: Mark,
  value: string | number | undefined,
): void {
  if (value !== undefined && value !== '') words[key] = { mark, value };
}

function mergeWords<Words extends SaidOf<FirstWords> | SaidOf<LastWords>>(
  keys: readonly string[],
  into: Words,
  from: Words,
  choose: typeof earlier,
): void {
  const known = into as Partial<Record<string, Said<string | number> | undefined>>;
  const told = from as typeof known;
  for (const key of keys) {
    const said = told[key];
    const chosen = said && choose(known[key], said);
    // A copy: the other fold may be told more.
    if (chosen !== undefined) known[key] = { mark: chosen.mark, value: chosen.value };
  }
}

/** An end without a word of how it went is taken by whether it names an error. */
function addEnd(
  fold: OperationFold,
  { status, errorType, reason }: OperationEventLike,
  mark: Mark,
  receivedMs: number,
): void {
  const known = status ?? (errorType === undefined ? FeatureStatus.SUCCESS : FeatureStatus.FAILED);
  fold.endings = 1 << FEATURE_STATUSES.indexOf(known);
  fold.end = { mark, status: known, errorType, reason, receivedMs };
}

function earlierMark(a: Mark | undefined, b: Mark | undefined): Mark | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareMarks(a, b) <= 0 ? a : b;
}

function earlierEnd(a: End | undefined, b: End | undefined): End | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = compareMarks(a.mark, b.mark) || compareTexts(wordsOf(a), wordsOf(b));
  if (order === 0) return { ...a, receivedMs: Math.min(a.receivedMs, b.receivedMs) };
  return order < 0 ? a : b;
}

const wordsOf = ({ status, errorType = '', reason = '' }: End): string =>
  JSON.stringify([status, errorType, reason]);

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function lastBlocked(
  a: OperationFold['blocked'],
  b: OperationFold['blocked'],
): OperationFold['blocked'] {
  if (a === undefined || b === undefined) return a ?? b;
  return (a.timeMs - b.timeMs || a.blockedS - b.blockedS) >= 0 ? a : b;
}

export const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

export const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
