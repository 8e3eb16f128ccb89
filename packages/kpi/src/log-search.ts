/** Looks for log records from one end of a range to the other, a slice of time at a time, until the page is full. */
import type { QueryParams, QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { CodedError } from '@heartwood/semconv';
import { QuestionError } from './errors.ts';
import { toLogParams, type LogFilter, type LogParams } from './log-filter.ts';
import { findPlaces, placesWithin } from './log-places.ts';

/** From which end of the range. */
export type LogOrder = 'newest' | 'oldest';

/** Which part of the records, and how long to look for them. */
export interface LogSearchOptions extends ReadOptions {
  readonly limit: number;
  readonly order?: LogOrder | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** The questions that a page may be asked with; they differ in what they say of a record. */
type PageQuery = 'log/list' | 'log/otlp';

/** What was found. */
interface LogSearch<Name extends PageQuery> {
  readonly rows: readonly QueryRow<Name>[];
  readonly nextCursor: string | null;
  /** How far the search came where the deadline ended it, epoch nanoseconds; null: it needed no more. */
  readonly stoppedNs: bigint | null;
}

/** A record that passes, by which it is read whole. */
type Found = QueryRow<'log/find'>;

/**
 * Finds records of a range in nanoseconds: the newest 64th is asked for first, then the newest eighth, then the rest; of
 * each only what may have the words that are looked for. When the deadline comes after a slice has been looked at, what
 * was found by then is the answer, and `stoppedNs` says how far it goes; before that it rejects as every question does.
 */
export async function searchLogs<Name extends PageQuery>(
  reader: Reader,
  name: Name,
  range: { readonly from: bigint; readonly to: bigint },
  filter: LogFilter,
  { limit, order = 'newest', cursor, ...options }: LogSearchOptions,
): Promise<LogSearch<Name>> {
  const params = toLogParams(filter);
  if (params === undefined) return { rows: [], nextCursor: null, stoppedNs: null };
  await checkPatterns(reader, params, options);
  const isOldest = order === 'oldest';
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const left = remaining(range, after, isOldest);
  const timed = shareDeadline(options);
  const places = await findPlaces(reader, params, left, timed());
  const found: Found[] = [];
  let reachedNs: bigint | undefined;
  for (const slice of slicesOf(left, params, isOldest, () => found.length)) {
    const question = {
      ...params,
      ...slice,
      isOldest,
      cursorTime: after?.timeNs,
      cursorSeq: after?.seq,
      // One more than asked for tells whether a page follows.
      limit: limit + 1 - found.length,
    };
    try {
      const next: Found[] = [];
      for (const place of placesWithin(places, slice))
        next.push(...(await reader.read('log/find', { ...question, ...place }, timed())));
      found.push(...inOrder(next, isOldest).slice(0, question.limit));
    } catch (error) {
      if (reachedNs === undefined || !isTimeout(error)) throw error;
      const rows = await readFound(reader, name, found, isOldest, options);
      return { rows, nextCursor: cursorAt(reachedNs, isOldest), stoppedNs: reachedNs };
    }
    reachedNs = isOldest ? slice.to : slice.from;
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    rows: await readFound(reader, name, page, isOldest, options),
    nextCursor: last === undefined ? null : `${last.time}-${last.seq}`,
    stoppedNs: null,
  };
}

/** All that is stored of some records. */
async function readFound<Name extends PageQuery>(
  reader: Reader,
  name: Name,
  found: readonly Found[],
  isOldest: boolean,
  options: ReadOptions,
): Promise<QueryRow<Name>[]> {
  const [first, last] = [found.at(isOldest ? 0 : -1), found.at(isOldest ? -1 : 0)];
  if (first === undefined || last === undefined) return [];
  const page: QueryParams<'log/list'> = {
    seqs: found.map(({ seq }) => seq),
    from: BigInt(first.time),
    last: BigInt(last.time),
    isOldest,
  };
  return await reader.read(name, page as QueryParams<Name>, options);
}

function inOrder(found: Found[], isOldest: boolean): Found[] {
  const sign = isOldest ? 1 : -1;
  const compare = (a: string, b: string): number => {
    const [one, other] = [BigInt(a), BigInt(b)];
    return one === other ? 0 : one < other ? -sign : sign;
  };
  return found.toSorted((a, b) => compare(a.time, b.time) || compare(a.seq, b.seq));
}

/** As of every question of the API. */
const DEADLINE_MS = 20_000;

/** The options of each of several questions that have one deadline together. */
export function shareDeadline(options: ReadOptions): () => ReadOptions {
  const deadlineMs = performance.now() + (options.timeoutMs ?? DEADLINE_MS);
  return () => ({
    ...options,
    timeoutMs: Math.max(1, Math.ceil(deadlineMs - performance.now())),
  });
}

interface Cursor {
  readonly timeNs: bigint;
  readonly seq: bigint;
}

function parseCursor(cursor: string): Cursor {
  const [timeNs = '0', seq = '0'] = cursor.split('-');
  return { timeNs: BigInt(timeNs), seq: BigInt(seq) };
}

/** A cursor before every record at this time and beyond. */
const cursorAt = (timeNs: bigint, isOldest: boolean): string =>
  isOldest ? `${String(timeNs - 1n)}-${String(2n ** 63n - 1n)}` : `${String(timeNs)}-0`;

interface Slice {
  readonly from: bigint;
  readonly to: bigint;
}

function remaining({ from, to }: Slice, after: Cursor | undefined, isOldest: boolean): Slice {
  if (after === undefined) return { from, to };
  if (isOldest) return { from: after.timeNs > from ? after.timeNs : from, to };
  return { from, to: after.timeNs < to ? after.timeNs + 1n : to };
}

/**
 * Slices from the end that is asked for first: most pages are full after the first. Each takes some 20 ms to plan, so where
 * no text of a record is read a short range is one, and what is rare in the first is looked for in all the rest at once.
 */
function* slicesOf(
  { from, to }: Slice,
  params: LogParams,
  isOldest: boolean,
  countFound: () => number,
): Generator<Slice> {
  if (from >= to) return;
  const length = to - from;
  const readsText =
    params.attributeKeys.length > 0 ||
    [params.text, params.exactText, params.pattern, params.filterPattern, params.notPattern].some(
      (text) => text !== undefined,
    );
  let begun = 0n;
  if (length >= (readsText ? 64n : WEEK_NS))
    for (const end of [length / 64n, length / 8n]) {
      if (begun > 0n && countFound() === 0 && !readsText) break;
      yield isOldest ? { from: from + begun, to: from + end } : { from: to - end, to: to - begun };
      begun = end;
    }
  yield isOldest ? { from: from + begun, to } : { from, to: to - begun };
}

const WEEK_NS = 604_800_000_000_000n;

/** Rejects with `PATTERN_INVALID` what RE2 does not take. */
export async function checkPatterns(
  reader: Reader,
  params: LogParams,
  options: ReadOptions,
): Promise<void> {
  const patterns = {
    component: params.componentPattern,
    filter: params.filterPattern,
    pattern: params.pattern,
    notPattern: params.notPattern,
  };
  for (const [parameter, pattern] of Object.entries(patterns)) {
    if (pattern === undefined) continue;
    try {
      await reader.read('log/pattern', { pattern }, options);
    } catch (error) {
      if (!(error instanceof CodedError) || error.code !== 'STORE_QUERY_FAILED') throw error;
      const reason = /Invalid Input Error: ([^\n]*)/u.exec(error.message)?.[1] ?? 'RE2 refuses it';
      throw new QuestionError('PATTERN_INVALID', parameter, { value: pattern, reason });
    }
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof CodedError && error.code === 'STORE_QUERY_TIMEOUT';
